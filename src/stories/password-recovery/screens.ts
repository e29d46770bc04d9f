/** « Mot de passe oublié »: the details, the code, the new password, the end. */

import { faultsOf, field, formToken, radios, refusalSummary, titleOf, withoutWrongForm } from '../../screens/fields.ts';
import { attribute, type Html, html } from '../../screens/html.ts';
import { layout } from '../../screens/layout.ts';
import type { StepPage } from '../../screens/page.ts';
import type { CodeForm, DetailsForm } from './flow/asking.ts';
import type { NewPasswordForm, PasswordChanged } from './flow.ts';

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
  const { words, refusal } = page;
  const { triesLeft: count } = outcome;
  const kind = count === 0 ? 'none' : count === 1 ? 'one' : 'more';
  const left = html`<p>${words.text(`passwordRecovery.tries.${kind}`, { count })}</p>`;
  return frame(page, 'codeTitle', codeForm(page, outcome), {
    wayOut: refusal?.code === 'code_wrong' ? left : undefined,
  });
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

function detailsForm(page: StepPage, outcome: DetailsForm): Html {
  const { words, refusal, base } = page;
  const { identifierType } = outcome;
  const typed: Partial<DetailsForm['typed']> = page.typed ?? outcome.typed;
  return html`<p>${words.text('passwordRecovery.intro')}</p><p class="soft">${words.text('common.allRequired')}</p>
<form id="step" method="post" action="${base}/password-recovery" novalidate>${formToken(page)}
<input type="hidden" name="identifierType" value="${identifierType}">
${identifierField(page, outcome, typed?.identifier)}
${field(words, refusal, {
  name: 'birthDate',
  label: words.text('identifierRecovery.birthDate'),
  type: 'text',
  autocomplete: 'bday',
  value: typed?.birthDate,
  maxlength: 20,
})}
${channels(page, typed?.channel ?? 'sms')}
<div class="actions"><button class="button" type="submit">${words.text('passwordRecovery.submit')}</button><a class="button second" href="${base}/sign-in?identifier_type=${identifierType}">${words.text('common.back')}</a></div></form>`;
}

/** What this browser remembers need not be typed, and another one can be. */
function identifierField(page: StepPage, { identifierType, remembered }: DetailsForm, typed?: string): Html {
  const { words, refusal } = page;
  const input = field(words, refusal, {
    name: 'identifier',
    label: words.text(`signIn.${identifierType}`),
    hint: words.text(`signIn.${identifierType}Hint`),
    help: words.text(`signIn.${identifierType}Help`),
    type: 'text',
    autocomplete: 'username',
    ...(identifierType === 'provisional' && { inputmode: 'numeric', prefix: 'P' }),
    value: typed?.replace(/^\s*p\s*/i, ''),
    maxlength: 40,
    isOptional: remembered !== undefined,
  });
  if (!remembered) return input;
  const isOpen = typed !== undefined || faultsOf(refusal, 'identifier').length > 0;
  return html`<p class="label">${words.text(`signIn.${identifierType}`)}</p>
<p class="remembered"><span>${remembered.masked}</span></p>
<details class="other"${attribute('open', isOpen)}><summary>${words.text('signIn.useAnother')}</summary>${input}</details>`;
}

function channels({ words, refusal }: StepPage, chosen: string): Html {
  return radios(words, refusal, {
    name: 'channel',
    legend: words.text('passwordRecovery.channel'),
    options: (['sms', 'mail'] as const).map((kind) => [kind, words.text(`passwordRecovery.${kind}`)] as const),
    chosen,
  });
}

function codeForm(page: StepPage, outcome: CodeForm): Html {
  const { words } = page;
  return html`<p>${words.text('passwordRecovery.codeSent')}</p>
<p class="soft">${words.text('passwordRecovery.askedFor')} <span class="masked">${outcome.masked}</span></p>
${outcome.triesLeft > 0 && typingForm(page)}
<section class="below" aria-labelledby="nothing"><h2 id="nothing">${words.text('passwordRecovery.nothingTitle')}</h2>
<p>${words.text('passwordRecovery.codeNothing')}</p>
${againForm(page, outcome)}
<p><a href="${page.base}/password-recovery?identifier_type=${outcome.identifierType}">${words.text('passwordRecovery.correct')}</a></p></section>`;
}

function typingForm(page: StepPage): Html {
  const { words, refusal, base } = page;
  return html`<form id="step" method="post" action="${base}/password-recovery/code" novalidate>${formToken(page)}
${field(words, refusal, {
  name: 'code',
  label: words.text('passwordRecovery.code'),
  hint: words.text('passwordRecovery.codeHint'),
  type: 'text',
  autocomplete: 'one-time-code',
  inputmode: 'numeric',
  maxlength: 20,
  fault: refusal?.code === 'code_wrong' ? words.text('errors.code_wrong.title') : undefined,
})}
<div class="actions"><button class="button wide" type="submit">${words.text('passwordRecovery.codeSubmit')}</button></div></form>`;
}

/** Another code in one act, and how long to wait for it: as the page was made, counted down by the script. */
function againForm(page: StepPage, { channel, resendableInSeconds: seconds }: CodeForm): Html {
  const { words, base, typed } = page;
  const text = (key: string, values?: Record<string, string>) => words.text(`passwordRecovery.${key}`, values);
  const wait =
    seconds > 60
      ? text('waitLong', { moment: words.momentAfter(seconds) })
      : text('wait', { delay: words.delay(seconds) });
  return html`<form method="post" action="${base}/password-recovery/another-code" novalidate>${formToken(page)}
${channels(page, typed?.channel ?? channel)}
${
  seconds > 0 &&
  html`<p class="soft" role="status" data-wait="${seconds}" data-wait-text="${seconds > 60 ? wait : text('wait')}" data-wait-one="${words.text('delay.second')}" data-wait-more="${words.text('delay.seconds')}" data-wait-over="${text('ready')}">${wait}</p>`
}
<div class="actions"><button class="button second wide" type="submit">${text('again')}</button></div></form>`;
}

function passwordForm(page: StepPage, { rules }: NewPasswordForm): Html {
  const { words, refusal, base } = page;
  const limits = { minimum: rules.minimumLength, maximum: rules.maximumLength };
  const password = (name: string, label: string, hint: string) =>
    field(words, refusal, { name, label, hint, type: 'password', autocomplete: 'new-password' });
  return html`<div class="note"><h2>${words.text('password.rulesTitle')}</h2><p>${words.text('password.rules', limits)}</p><p>${words.text('password.avoid')}</p></div>
<form id="step" method="post" action="${base}/password-recovery/password" novalidate>${formToken(page)}
${password('password', words.text('password.new'), words.text('signIn.passwordHint', limits))}
${password('confirmation', words.text('password.confirmation'), words.text('password.confirmationHint'))}
<div class="actions"><button class="button wide" type="submit">${words.text('passwordRecovery.passwordSubmit')}</button></div></form>`;
}
