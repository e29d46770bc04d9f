/** Screen A: sign-in with the NIR. */

import { field, titleOf, withoutWrongForm } from '../../../screens/fields.ts';
import { html } from '../../../screens/html.ts';
import { layout } from '../../../screens/layout.ts';
import type { StepPage } from '../../../screens/page.ts';
import type { SignInForm } from '../flow.ts';
import { signInLayout } from './frame.ts';

export function signInNirScreen(
  asked: StepPage,
  outcome: SignInForm,
  passwordRules: { minimumLength: number; maximumLength: number },
): string {
  const { notice, ...page } = withoutWrongForm(asked, (key) => asked.words.text(`signIn.${key}`));
  const { words, base, refusal, typed } = page;
  const content = signInLayout({
    page,
    notice,
    outcome,
    passwordRules,
    identifier: field(words, refusal, {
      name: 'identifier',
      label: words.text('signIn.nir'),
      hint: words.text('signIn.nirHint'),
      help: words.text('signIn.nirHelp'),
      type: 'text',
      autocomplete: 'username',
      value: typed?.identifier,
      maxlength: 40,
    }),
    wayOut: refusal?.fields.some(({ code }) => code === 'nir_provisional')
      ? html`<p><a class="button" href="${base}/sign-in?identifier_type=provisional">${words.text('signIn.toProvisional')}</a></p>`
      : undefined,
    underIdentifier: html`<a href="${base}/sign-in?identifier_type=provisional">${words.text('signIn.toProvisional')}</a>`,
    buttons: html`<div class="actions"><button class="button wide" type="submit">${words.text('signIn.submit')}</button></div>`,
    afterForm: html`<section class="card" aria-label="FranceConnect">
<p class="or">${words.text('signIn.or')}</p>
<p>${words.text('signIn.franceConnectIs')}</p>
<p><a class="button second wide" href="${page.textPage('franceconnect')}">${words.text('signIn.franceConnect')}</a></p>
<p class="link-row"><a href="https://franceconnect.gouv.fr/" target="_blank" rel="noopener">${words.text('signIn.whatIsFranceConnect')}<span class="visually-hidden"> (${words.text('common.newWindow')})</span></a></p>
</section>`,
    aside: html`<section class="card" aria-labelledby="first"><h2 id="first">${words.text('signIn.firstVisit')}</h2>
<p><a class="button second wide" href="${page.textPage('registration')}">${words.text('signIn.createAccount')}</a></p></section>`,
  });
  return layout(page, titleOf(page, words.text('signIn.pageTitle.nir')), content);
}
