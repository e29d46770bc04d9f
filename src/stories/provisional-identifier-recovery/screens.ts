/**
 * Screen C, « Identifiant provisoire oublié », and the page that follows it in every case. The style sheet shows what the
 * chosen birthplace asks for; with JavaScript, what is not shown is not sent either.
 */

import { captchaFields, captchaRenewal } from '../../screens/captcha.ts';
import { faultsOf, faultsText, field, formToken, radios, refusalSummary, titleOf } from '../../screens/fields.ts';
import { attribute, type Html, html } from '../../screens/html.ts';
import { layout } from '../../screens/layout.ts';
import type { StepPage } from '../../screens/page.ts';
import type { IdentityForm } from './flow.ts';

export interface NamedCode {
  readonly code: string;
  readonly name: string;
}

export interface PlaceLists {
  readonly countries: readonly NamedCode[];
}

export function identityScreen(page: StepPage, { captcha }: IdentityForm, lists: PlaceLists): string {
  const { words, refusal, base } = page;
  const values = page.typed ?? {};
  const text = (name: string, label: string, more: { help?: string; autocomplete?: string; maxlength?: number } = {}) =>
    field(words, refusal, {
      name,
      label: words.text(`identifierRecovery.${label}`),
      type: 'text',
      autocomplete: more.autocomplete ?? 'off',
      value: values[name],
      help: more.help && words.text(`identifierRecovery.${more.help}`),
      maxlength: more.maxlength ?? 100,
    });
  const content = html`<div class="narrow"><section class="card" aria-labelledby="title">
<h1 id="title">${words.text('identifierRecovery.title')}</h1>
<p class="soft">${words.text('common.allRequired')}</p>
${refusalSummary(words, refusal)}
<form id="step" method="post" action="${base}/provisional-identifier-recovery" novalidate data-birthplace>
${formToken(page)}
${text('birthName', 'birthName', { help: 'birthNameHelp', autocomplete: 'family-name' })}
${text('givenNames', 'givenNames', { help: 'givenNamesHelp', autocomplete: 'given-name' })}
${text('birthDate', 'birthDate', { autocomplete: 'bday' })}
${radios(words, refusal, {
  name: 'birthplace',
  legend: words.text('identifierRecovery.birthplace'),
  options: (['france', 'abroad'] as const).map((place) => [place, words.text(`identifierRecovery.${place}`)] as const),
  chosen: values.birthplace,
})}
<div data-place="france">
${text('departement', 'departement', { help: 'departementHelp', maxlength: 60 })}
${text('commune', 'commune')}<datalist id="communes"></datalist>
</div>
<div data-place="abroad">
${countryField(page, lists, values.country)}
${text('city', 'city')}
<fieldset><legend>${words.text('identifierRecovery.parents')}</legend>
${([1, 2] as const).map(
  (
    rank,
  ) => html`<fieldset><legend>${words.text(rank === 1 ? 'identifierRecovery.firstParent' : 'identifierRecovery.secondParent')}</legend>
<div class="check"><input type="checkbox" id="parent${rank}Unknown" name="parent${rank}Unknown" value="on"${attribute('checked', values[`parent${rank}Unknown`] === 'on')}><label for="parent${rank}Unknown">${words.text('identifierRecovery.unknownParent')}</label></div>
<div data-unless="parent${rank}Unknown">${text(`parent${rank}BirthName`, 'birthName', { help: 'birthNameHelp' })}
${text(`parent${rank}GivenNames`, 'givenNames', { help: 'parentGivenNamesHelp' })}</div></fieldset>`,
)}
</fieldset></div>
${captcha && captchaFields(page, captcha)}
<div class="actions"><button class="button" type="submit">${words.text('identifierRecovery.submit')}</button><a class="button second" href="${base}/sign-in?identifier_type=provisional">${words.text('common.back')}</a></div>
${captcha && captchaRenewal(page, captcha)}
</form></section></div>`;
  const title = titleOf(page, words.text('identifierRecovery.title'));
  return layout({ ...page, welcome: words.text('identifierRecovery.welcome') }, title, content);
}

function countryField({ words, refusal }: StepPage, { countries }: PlaceLists, chosen: string | undefined): Html {
  const faults = faultsOf(refusal, 'country');
  return html`<div class="field${faults.length > 0 && ' wrong'}"><label for="country">${words.text('identifierRecovery.country')}</label>
${faultsText(words, refusal, 'country')}
<select id="country" name="country"${attribute('aria-describedby', faults.length > 0 ? 'country-fault' : undefined)}${attribute('aria-invalid', faults.length > 0 ? 'true' : undefined)}><option value="">${words.text('identifierRecovery.chooseCountry')}</option>
${countries.map(({ code, name }) => html`<option value="${code}"${attribute('selected', code === chosen)}>${name}</option>`)}</select></div>`;
}

/** Always the same page: it says nothing of whether anybody was found. */
export function messageOnItsWayScreen(page: StepPage): string {
  const { words, base } = page;
  const content = html`<div class="narrow"><section class="card" aria-labelledby="title">
<h1 id="title">${words.text('identifierRecovery.sentTitle')}</h1>
<p>${words.text('identifierRecovery.sent')}</p>
<p>${words.text('identifierRecovery.nothing')}</p>
<div class="actions"><a class="button" href="${base}/sign-in?identifier_type=provisional">${words.text('identifierRecovery.toSignIn')}</a></div>
</section></div>`;
  return layout(
    { ...page, welcome: words.text('identifierRecovery.welcome') },
    words.text('identifierRecovery.sentTitle'),
    content,
  );
}
