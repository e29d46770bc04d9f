/** First sign-in: the creation of the password that replaces the 8 digits. */

import { field, formToken, refusalSummary, titleOf } from '../../screens/fields.ts';
import { html } from '../../screens/html.ts';
import { layout } from '../../screens/layout.ts';
import type { StepPage } from '../../screens/page.ts';
import type { PasswordCreated, PasswordForm } from './flow.ts';

export function firstPasswordScreen(page: StepPage, { rules }: PasswordForm): string {
  const { words, base, refusal } = page;
  const limits = { minimum: rules.minimumLength, maximum: rules.maximumLength };
  const content = html`<div class="narrow stack"><section class="card" aria-labelledby="title">
<h1 id="title">${words.text('password.title')}</h1>
<p>${words.text('password.intro')}</p>
<p class="soft">${words.text('common.allRequired')}</p>
${refusalSummary(words, refusal, undefined, { password: words.text('password.new') })}
<div class="note"><h2>${words.text('password.rulesTitle')}</h2><p>${words.text('password.rules', limits)}</p><p>${words.text('password.avoid')}</p></div>
<form id="step" method="post" action="${base}/password" novalidate>
${formToken(page)}
${field(words, refusal, {
  name: 'password',
  label: words.text('password.new'),
  hint: words.text('signIn.passwordHint', limits),
  type: 'password',
  autocomplete: 'new-password',
})}
${field(words, refusal, {
  name: 'confirmation',
  label: words.text('password.confirmation'),
  hint: words.text('password.confirmationHint'),
  type: 'password',
  autocomplete: 'new-password',
})}
<div class="actions"><button class="button wide" type="submit">${words.text('password.submit')}</button></div>
</form></section>
<form method="post" action="${base}/cancellation">${formToken(page)}<button class="plain" type="submit">${words.text('signIn.cancel', { client: page.clientName })}</button></form>
</div>`;
  return layout(page, titleOf(page, words.text('password.title')), content);
}

export function passwordCreatedScreen(page: StepPage, { identifierType }: PasswordCreated): string {
  const { words, base } = page;
  const title = words.text('password.createdTitle');
  const signIn = `${base}/sign-in?identifier_type=${identifierType}`;
  const content = html`<div class="narrow"><section class="card" aria-labelledby="title"><h1 id="title">${title}</h1>
<p>${words.text('password.created')}</p>
<div class="actions"><a class="button" href="${signIn}">${words.text('passwordRecovery.toSignIn')}</a></div></section></div>`;
  return layout(page, title, content);
}
