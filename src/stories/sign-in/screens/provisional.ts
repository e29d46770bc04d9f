/** Screen B: sign-in with the provisional identifier. */

import { field, titleOf, withoutWrongForm } from '../../../screens/fields.ts';
import { html } from '../../../screens/html.ts';
import { layout } from '../../../screens/layout.ts';
import type { StepPage } from '../../../screens/page.ts';
import type { SignInForm } from '../flow.ts';
import { signInLayout } from './frame.ts';

export function signInProvisionalScreen(
  asked: StepPage,
  outcome: SignInForm,
  passwordRules: { minimumLength: number; maximumLength: number },
): string {
  const { notice, ...page } = withoutWrongForm(asked, (key) => asked.words.text(`signIn.${key}`));
  const { words, links, base, refusal, typed } = page;
  const content = signInLayout({
    page,
    notice,
    outcome,
    passwordRules,
    identifier: field(words, refusal, {
      name: 'identifier',
      label: words.text('signIn.provisional'),
      hint: words.text('signIn.provisionalHint'),
      help: words.text('signIn.provisionalHelp'),
      type: 'text',
      autocomplete: 'username',
      inputmode: 'numeric',
      prefix: 'P',
      value: typed?.identifier?.replace(/^\s*p\s*/i, ''),
      maxlength: 40,
    }),
    wayOut: refusal?.fields.some(({ code }) => code === 'nir_provisional')
      ? html`<p><a class="button" href="${base}/provisional-identifier-recovery">${words.text('signIn.forgottenProvisional')}</a></p>`
      : undefined,
    underIdentifier: html`<a href="${base}/provisional-identifier-recovery">${words.text('signIn.forgottenProvisional')}</a>`,
    buttons: html`<div class="actions"><button class="button" type="submit">${words.text('signIn.submit')}</button><a class="button second" href="${base}/sign-in?identifier_type=nir">${words.text('common.back')}</a></div>`,
    aside: html`<p>${words.text('signIn.confidential')} ${words.text('signIn.adviceBefore')}<a href="${links.securityAdvice}">${words.text('signIn.adviceLink')}</a>${words.text('signIn.adviceAfter')}</p>`,
  });
  return layout(page, titleOf(page, words.text('signIn.pageTitle.provisional')), content);
}
