/** « Mot de passe oublié »: the details, the code, the new password, the end. */

import { field, formToken, radios, refusalSummary, titleOf, withoutWrongForm } from '../../screens/fields.ts';
import { type Html, html } from '../../screens/html.ts';
import { layout } from '../../screens/layout.ts';
import type { StepPage } from '../../screens/page.ts';
import type { CodeForm, DetailsForm, NewPasswordForm, PasswordChanged } from './flow.ts';

export function detailsScreen(asked: StepPage, outcome: DetailsForm): string {
  const { notice, ...page } = withoutWrongForm(asked, (key) => asked.words.text(`passwordRecovery.${key}`));
  const { words } = page;
  return frame(page, 'title', html`${notice}${detailsForm(page, outcome)}`, {
    pageTitle: words.text(`passwordRecovery.pageTitle.${outcome.identifierType}`),
    labels: { identifier: words.text(`signIn.${outcome.identifierType}`) },
    wayOut: wayOutOf(page, outcome),
  });
}

export function codeScreen(page: StepPage, outcome: CodeForm): string {
  return frame(page, 'codeTitle', codeForm(page, outcome));
}

export function newPasswordScreen(page: StepPage, outcome: NewPasswordForm): string {
  const labels = { password: page.words.text('password.new') };
  return frame(page, 'passwordTitle', passwordForm(page, outcome), { labels });
}

export function passwordChangedScreen(page: StepPage, { identifierType }: PasswordChanged): string {
  const text = (key: string) => page.words.text(`passwordRecovery.${key}`);
  const signIn = `${page.base}/sign-in?identifier_type=${identifierType}`;
  const content = html`<p>${text('done')}</p><div class="actions"><a class="button" href="${signIn}">${text('toSignIn')}</a></div>`;
  return frame(page, 'doneTitle', content);
}

/** A number that starts with 7 or 8 opens nothing: the person has, or gets, a provisional identifier. */
function wayOutOf({ words, base, refusal }: StepPage, { identifierType }: DetailsForm): Html | undefined {
  if (!refusal?.fields.some(({ code }) => code === 'nir_provisional')) return undefined;
  return identifierType === 'nir'
    ? html`<p><a class="button" href="${base}/password-recovery?identifier_type=provisional">${words.text('signIn.toProvisional')}</a></p>`
    : html`<p><a class="button" href="${base}/provisional-identifier-recovery">${words.text('signIn.forgottenProvisional')}</a></p>`;
}

interface Own {
  /** Of the window, where the heading of two screens is the same. */
  readonly pageTitle?: string;
  /** The names of fields in the summary of faults. */
  readonly labels?: Readonly<Record<string, string>>;
  /** In the summary of a refusal: where else to go. */
  readonly wayOut?: Html;
}

function frame(page: StepPage, titleKey: string, content: Html, { pageTitle, labels, wayOut }: Own = {}): string {
  const { words, refusal } = page;
  const title = words.text(`passwordRecovery.${titleKey}`);
  return layout(
    page,
    titleOf(page, pageTitle ?? title),
    html`<div class="narrow"><section class="card" aria-labelledby="title"><h1 id="title">${title}</h1>
${refusalSummary(words, refusal, wayOut, labels)}
${content}</section></div>`,
  );
}

function detailsForm(page: StepPage, { identifierType }: DetailsForm): Html {
  const { words, refusal, base, typed } = page;
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
  value: typed?.birthDate,
  maxlength: 20,
})}
${radios(words, refusal, {
  name: 'channel',
  legend: words.text('passwordRecovery.channel'),
  options: (['sms', 'mail'] as const).map((kind) => [kind, words.text(`passwordRecovery.${kind}`)] as const),
  chosen: typed?.channel ?? 'sms',
})}
<div class="actions"><button class="button" type="submit">${words.text('passwordRecovery.submit')}</button><a class="button second" href="${base}/sign-in?identifier_type=${identifierType}">${words.text('common.back')}</a></div></form>`;
}

function codeForm(page: StepPage, { identifierType }: CodeForm): Html {
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

function passwordForm(page: StepPage, { rules }: NewPasswordForm): Html {
  const { words, refusal, base } = page;
  const limits = { minimum: rules.minimumLength, maximum: rules.maximumLength };
  const password = (name: string, label: string, hint: string) =>
    field(words, refusal, { name, label, hint, type: 'password', autocomplete: 'new-password' });
  return html`<div class="note"><h2>${words.text('password.rulesTitle')}</h2><p>${words.text('password.rules', limits)}</p><p>${words.text('password.avoid')}</p></div>
<form method="post" action="${base}/password-recovery/password" novalidate>${formToken(page)}
${password('password', words.text('password.new'), words.text('signIn.passwordHint', limits))}
${password('confirmation', words.text('password.confirmation'), words.text('password.confirmationHint'))}
<div class="actions"><button class="button wide" type="submit">${words.text('passwordRecovery.passwordSubmit')}</button></div></form>`;
}
