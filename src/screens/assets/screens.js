/* Comfort only: every screen works without it. Shows a password on demand, and keeps a form from leaving twice. */
for (const input of document.querySelectorAll('input[type=password]')) {
  const { show, hide } = document.body.dataset;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'reveal';
  button.setAttribute('aria-pressed', 'false');
  button.setAttribute('aria-label', show);
  button.setAttribute('aria-controls', input.id);
  button.innerHTML =
    '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7-10-7-10-7z"/><circle cx="12" cy="12" r="3"/></svg>';
  button.addEventListener('click', () => {
    const shown = input.type === 'password';
    input.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
    button.setAttribute('aria-label', shown ? hide : show);
  });
  input.after(button);
}
for (const form of document.forms) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
    for (const input of form.querySelectorAll('.reveal[aria-pressed=true]')) input.click();
  });
}
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent;
});
document.querySelector('.alert')?.focus();
document.querySelector('form[data-leaves-at-once]')?.submit();
