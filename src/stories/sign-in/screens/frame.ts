/** What screens A and B share: the box of advice, the form around the identifier, the way out. */

import { captchaFields, captchaRenewal } from '../../../screens/captcha.ts';
import { field, formToken, refusalSummary } from '../../../screens/fields.ts';
import { attribute, type Html, html } from '../../../screens/html.ts';
import type { StepPage } from '../../../screens/page.ts';
import type { SignInForm } from '../flow.ts';

export interface SignInParts {
  readonly page: StepPage;
  readonly outcome: SignInForm;
  readonly passwordRules: { readonly minimumLength: number; readonly maximumLength: number };
  /** The identifier's own field. */
  readonly identifier: Html;
  readonly notice?: Html;
  /** In the summary of a refusal: where else to go. */
  readonly wayOut?: Html;
  readonly underIdentifier: Html;
  readonly buttons: Html;
  readonly afterForm?: Html;
  readonly aside?: Html;
}

export function signInLayout(parts: SignInParts): Html {
  const { page, outcome, passwordRules } = parts;
  const { words, links, base, refusal, typed } = page;
  const remembered = outcome.remembered && typed?.identifier === undefined ? outcome.remembered : undefined;
  const remember = typed ? typed.remember === 'on' : remembered !== undefined;
  const forgotten = forgottenPassword(page, outcome);
  const isRefused = refusal !== undefined && PAIR_REFUSED.has(refusal.code);
  return html`<div class="columns sign-in">
<div class="stack main-column">
<section class="card" aria-labelledby="title">
<h1 id="title">${words.text('signIn.title')}</h1>
<p class="soft">${words.text('common.allRequired')}</p>
${refusalSummary(words, refusal, parts.wayOut ?? (isRefused ? html`<p>${forgotten.link}</p>` : undefined), { identifier: words.text(`signIn.${outcome.identifierType}`) })}
${parts.notice}
${
  remembered &&
  html`<form method="post" action="${base}/forget-identifier?identifier_type=${outcome.identifierType}">${formToken(page)}
<p class="label">${words.text(`signIn.${outcome.identifierType}`)}</p>
<p class="remembered"><span>${remembered.masked}</span> <span>${words.text('signIn.notYou')} <button class="plain" type="submit">${words.text('signIn.useAnother')}</button></span></p></form>`
}
<form id="step" method="post" action="${base}/sign-in" novalidate>
${formToken(page)}
<input type="hidden" name="identifierType" value="${outcome.identifierType}">
${!remembered && parts.identifier}
<div class="under"><span class="check"><input type="checkbox" id="remember" name="remember" value="on"${attribute('checked', remember)}><label for="remember">${words.text('signIn.remember')}</label></span>
${parts.underIdentifier}</div>
${field(words, refusal, {
  name: 'password',
  label: words.text('signIn.password'),
  hint: words.text('signIn.passwordHint', {
    minimum: passwordRules.minimumLength,
    maximum: passwordRules.maximumLength,
  }),
  type: 'password',
  autocomplete: 'current-password',
})}
<p class="link-row">${forgotten.link}</p>
${outcome.captcha && captchaFields(page, outcome.captcha, true)}
${parts.buttons}
${outcome.captcha && captchaRenewal(page, outcome.captcha)}
</form>
${forgotten.form}
</section>
${parts.afterForm}
</div>
${advice(page)}
<div class="stack side-column">
${parts.aside}
<p>${words.text('signIn.dataBefore')}<a href="${links.dataProtection}">${words.text('signIn.dataLink')}</a>${words.text('signIn.dataAfter')}</p>
<form method="post" action="${base}/cancellation">${formToken(page)}<button class="plain" type="submit">${words.text('signIn.cancel', { client: page.clientName })}</button></form>
</div></div>`;
}

/** « À savoir »: beside the form, or folded after it where there is no room beside. One of the two is shown, by CSS. */
function advice({ words, textPage }: StepPage): Html {
  const text = html`<p>${words.text('signIn.firstTime')}</p>
<p>${words.text('signIn.nextTimes')}</p>
<p>${words.text('signIn.noAccountBefore')}<a href="${textPage('registration')}">${words.text('signIn.noAccountLink')}</a>${words.text('signIn.noAccountAfter')}</p>`;
  return html`<section class="note advice beside" aria-labelledby="to-know"><h2 id="to-know">${words.text('signIn.toKnow')}</h2>
${text}</section>
<details class="note advice folded"><summary>${words.text('signIn.toKnow')}</summary>
${text}</details>`;
}

const PAIR_REFUSED: ReadonlySet<string> = new Set(['sign_in_failed', 'sign_in_locked', 'captcha_required']);

/**
 * « Mot de passe oublié ? ». What was typed goes along, in a form of its own, so that it stands in no address; a button of
 * that form is none of the form of sign-in, wherever it stands.
 */
function forgottenPassword(
  page: StepPage,
  { identifierType }: SignInForm,
): { readonly link: Html; readonly form?: Html } {
  const { words, base, typed } = page;
  const text = words.text('signIn.forgottenPassword');
  if (typed?.identifier === undefined)
    return { link: html`<a href="${base}/password-recovery?identifier_type=${identifierType}">${text}</a>` };
  return {
    link: html`<button class="plain" type="submit" form="forgotten" name="carry" value="identifier">${text}</button>`,
    form: html`<form id="forgotten" method="post" action="${base}/password-recovery">${formToken(page)}
<input type="hidden" name="identifierType" value="${identifierType}">
<input type="hidden" name="identifier" value="${typed.identifier}"></form>`,
  };
}
