/*
 * Comfort only: every screen works without it. Shows a password on demand, closes a help that was read, and keeps a form
 * from leaving twice.
 */
for (const input of document.querySelectorAll('input[type=password]')) {
  const { show, hide } = document.body.dataset;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'reveal';
  button.setAttribute('aria-pressed', 'false');
  button.setAttribute('aria-label', show);
  button.setAttribute('aria-controls', input.id);
  button.innerHTML =
    '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7-10-7-10-7z"/><circle cx="12" cy="12" r="3"/><path class="bar" d="M4 20 20 4"/></svg>';
  button.addEventListener('click', () => {
    const shown = input.type === 'password';
    input.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
    button.setAttribute('aria-label', shown ? hide : show);
  });
  input.after(button);
}
// A help closes by Escape, which gives the focus back to its « ? », and when something else is pressed or reached.
const helps = document.querySelectorAll('details.help');
addEventListener('keydown', (event) => {
  const open = event.key === 'Escape' && [...helps].find((help) => help.open);
  if (!open) return;
  open.open = false;
  open.querySelector('summary').focus();
});
for (const happens of ['pointerdown', 'focusin'])
  addEventListener(happens, ({ target }) => {
    for (const help of helps) if (!help.contains(target)) help.open = false;
  });
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
for (const wait of document.querySelectorAll('[data-wait]')) {
  const button = wait.closest('form').querySelector('[type=submit]');
  const { waitText, waitOne, waitMore, waitOver } = wait.dataset;
  // By the clock: a page in the background is not asked every second.
  const endsAt = Date.now() + Number(wait.dataset.wait) * 1000;
  wait.removeAttribute('role');
  button.disabled = true;
  const timer = setInterval(() => {
    const left = Math.ceil((endsAt - Date.now()) / 1000);
    const delay = left === 1 ? waitOne : waitMore.replace('{count}', left);
    if (left <= 0) clearInterval(timer);
    if (left <= 0) wait.setAttribute('role', 'status');
    button.disabled = left > 0;
    wait.textContent = left > 0 ? waitText.replace('{delay}', delay) : waitOver;
  }, 1000);
}
// Another picture takes the place of the one that is shown; what was typed elsewhere stays, and so does the focus.
const renew = document.querySelector('[data-renew]');
if (renew) {
  const box = renew.closest('.captcha');
  const said = box.querySelector('[data-renewal]');
  renew.hidden = false;
  renew.addEventListener('click', async () => {
    const captchas = renew.dataset.renew;
    const headers = { Accept: 'application/json', 'Accept-Language': document.documentElement.lang };
    const asked = { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: '{}' };
    const answer = await fetch(captchas, asked).catch(() => undefined);
    const { captchaId, detail } = (await answer?.json().catch(() => undefined)) ?? {};
    if (captchaId) {
      box.querySelector('[name=captchaId]').value = captchaId;
      box.querySelector('[name=captcha]').value = '';
      box.querySelector('img').src = `${captchas}/${captchaId}/picture`;
      box.querySelector('audio').src = `${captchas}/${captchaId}/sound`;
    }
    // Emptied first: a reader says again what is written again.
    said.textContent = '';
    const words = captchaId ? renew.dataset.renewed : (detail ?? renew.dataset.notRenewed);
    setTimeout(() => said.replaceChildren(words), 100);
  });
}
const birth = document.querySelector('form[data-birthplace]');
if (birth) {
  const shapes = birth.querySelectorAll('[data-place]');
  const show = () => {
    const chosen = birth.querySelector('[name=birthplace]:checked')?.value;
    for (const shape of shapes) {
      shape.hidden = shape.dataset.place !== chosen;
      for (const input of shape.querySelectorAll('input, select')) input.disabled = shape.hidden;
    }
    for (const parent of birth.querySelectorAll('[data-unless]')) {
      const box = birth.elements[parent.dataset.unless];
      for (const input of parent.querySelectorAll('input')) input.disabled = box.disabled || box.checked;
    }
  };
  birth.addEventListener('change', show);
  // What was typed comes back with the page, and says so to nobody.
  addEventListener('pageshow', show);
  show();
  // Communes complete as one types, once their département is known.
  const commune = birth.elements.commune;
  const list = document.getElementById('communes');
  commune.setAttribute('list', 'communes');
  commune.addEventListener('input', async () => {
    const departement = birth.elements.departement.value.replace(/\s/g, '').toUpperCase().padStart(2, '0');
    if (!/^[0-9AB]{2,3}$/.test(departement) || commune.value.trim().length < 2) return;
    const search = new URLSearchParams({ search: commune.value.trim() });
    const answer = await fetch(`/reference/departements/${departement}/communes?${search}`).catch(() => undefined);
    if (!answer?.ok) return;
    list.replaceChildren(...(await answer.json()).map(({ name }) => new Option(name, name)));
  });
}
// The end of the page, in the reader's own time: told two minutes before, and put off in place.
const timeLeft = document.querySelector('.time-left');
if (timeLeft) {
  const { more, soon } = timeLeft.dataset;
  const [text, button] = [timeLeft.querySelector('p'), timeLeft.querySelector('button')];
  const usual = text.cloneNode(true);
  let endsAt = Date.now() + Number(timeLeft.dataset.seconds) * 1000;
  const say = () => {
    const isSoon = endsAt - Date.now() < 120_000;
    if (timeLeft.classList.contains('soon') === isSoon && text.dataset.endsAt === String(endsAt)) return;
    const lang = document.documentElement.lang;
    const time = new Date(endsAt).toLocaleTimeString(lang === 'fr' ? 'fr-FR' : 'en-GB', {
      hour: 'numeric',
      minute: '2-digit',
    });
    const spoken = lang === 'fr' ? time.replace(':', '\u00a0h\u00a0') : time;
    if (isSoon) text.textContent = soon.replace('{time}', spoken);
    else text.replaceChildren(...usual.cloneNode(true).childNodes);
    const shown = text.querySelector('time');
    if (shown) shown.textContent = spoken;
    text.dataset.endsAt = endsAt;
    timeLeft.classList.toggle('soon', isSoon);
  };
  text.setAttribute('role', 'status');
  say();
  setInterval(say, 5000);
  button.addEventListener('click', async (event) => {
    if (button.dataset.native) return;
    event.preventDefault();
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
    const answer = await fetch(more, { method: 'POST', headers, body: '{}' }).catch(() => undefined);
    // Over already, or out of reach: the form itself asks, and is shown again with what was typed.
    if (!answer?.ok) {
      button.dataset.native = 'yes';
      button.click();
      return;
    }
    const { expiresAt } = await answer.json();
    endsAt = Date.now() + Date.parse(expiresAt) - Date.parse(answer.headers.get('Date'));
    say();
  });
}
