/** « Mot de passe oublié »: the details, the code, the new password, the end. */

import { faultsOf, field, formToken, refusalSummary, titleOf } from '../../screens/fields.ts';
import { attribute, type Html, html } from '../../screens/html.ts';
import { layout } from '../../screens/layout.ts';
import type { StepPage } from '../../screens/page.ts';
import type { PasswordRecoveryStep } from '../kit/outcome.ts';

export function passwordRecoveryScreen(page: StepPage, outcome: PasswordRecoveryStep): string {
  const [title, content] = partsOf(page, outcome);
  const { words, refusal } = page;
  return layout(
    page,
    titleOf(page, title),
    html`<div class="narrow"><section class="card" aria-labelledby="title"><h1 id="title">${title}</h1>
${refusalSummary(words, refusal)}
${content}</section></div>`,
  );
}

function partsOf(page: StepPage, outcome: PasswordRecoveryStep): readonly [title: string, content: Html] {
  const { words } = page;
  const text = (key: string) => words.text(`passwordRecovery.${key}`);
  switch (outcome.status) {
    case 'password-recovery':
      return [text('title'), detailsForm(page, outcome)];
    case 'code-sent':
      return [text('codeTitle'), codeForm(page, outcome)];
    case 'new-password-required':
      return [text('passwordTitle'), passwordForm(page, outcome)];
    case 'password-changed':
      return [
        text('doneTitle'),
        html`<p>${text('done')}</p><div class="actions"><a class="button" href="${page.base}?identifier_type=${outcome.identifierType}">${text('toSignIn')}</a></div>`,
      ];
  }
}

function detailsForm(page: StepPage, { identifierType }: PasswordRecoveryStep): Html {
  const { words, refusal, base, typed } = page;
  const values = typed?.values ?? {};
  const channel = values.channel ?? 'sms';
  return html`<p>${words.text('passwordRecovery.intro')}</p><p class="soft">${words.text('common.allRequired')}</p>
<form method="post" action="${base}/password-recovery" novalidate>${formToken(page)}
<input type="hidden" name="identifierType" value="${identifierType}">
${field(words, refusal, {
  name: 'identifier',
  label: words.text(`signIn.${identifierType}`),
  hint: words.text(`signIn.${identifierType}Hint`),
  help: words.text(`signIn.${identifierType}Help`),
  type: 'text',
  autocomplete: 'username',
  prefix: identifierType === 'provisional' ? 'P' : undefined,
  value: typed?.identifier?.replace(/^\s*p\s*/i, ''),
  maxlength: 40,
})}
${field(words, refusal, {
  name: 'birthDate',
  label: words.text('identifierRecovery.birthDate'),
  type: 'text',
  autocomplete: 'bday',
  value: values.birthDate,
  maxlength: 20,
})}
<fieldset${attribute('class', faultsOf(refusal, 'channel').length > 0 ? 'wrong' : undefined)}><legend>${words.text('passwordRecovery.channel')}</legend>
${(['sms', 'mail'] as const).map((kind) => html`<div class="check"><input type="radio" name="channel" id="channel-${kind}" value="${kind}"${attribute('checked', channel === kind)}><label for="channel-${kind}">${words.text(`passwordRecovery.${kind}`)}</label></div>`)}
</fieldset>
<div class="actions"><a class="button second" href="${base}?identifier_type=${identifierType}">${words.text('common.back')}</a><button class="button" type="submit">${words.text('passwordRecovery.submit')}</button></div></form>`;
}

function codeForm(page: StepPage, { identifierType }: PasswordRecoveryStep): Html {
  const { words, refusal, base } = page;
  return html`<p>${words.text('passwordRecovery.codeSent')}</p>
<form method="post" action="${base}/password-recovery/code" novalidate>${formToken(page)}
${field(words, refusal, {
  name: 'code',
  label: words.text('passwordRecovery.code'),
  hint: words.text('passwordRecovery.codeHint'),
  type: 'text',
  autocomplete: 'one-time-code',
  inputmode: 'numeric',
  maxlength: 20,
})}
<div class="actions"><button class="button wide" type="submit">${words.text('passwordRecovery.codeSubmit')}</button></div></form>
<p>${words.text('passwordRecovery.codeNothing')} <a href="${base}/password-recovery?identifier_type=${identifierType}">${words.text('passwordRecovery.again')}</a></p>`;
}

function passwordForm(page: StepPage, { rules }: PasswordRecoveryStep): Html {
  const { words, refusal, base } = page;
  const limits = { minimum: rules?.minimumLength ?? 0, maximum: rules?.maximumLength ?? 0 };
  const password = (name: string, label: string, hint: string) =>
    field(words, refusal, { name, label, hint, type: 'password', autocomplete: 'new-password' });
  return html`<div class="note"><h2>${words.text('password.rulesTitle')}</h2><p>${words.text('password.rules', limits)}</p><p>${words.text('password.avoid')}</p></div>
<form method="post" action="${base}/password-recovery/password" novalidate>${formToken(page)}
${password('password', words.text('password.new'), words.text('signIn.passwordHint', limits))}
${password('confirmation', words.text('password.confirmation'), words.text('password.confirmationHint'))}
<div class="actions"><button class="button wide" type="submit">${words.text('passwordRecovery.passwordSubmit')}</button></div></form>`;
}
