/**
 * Screen C, « Identifiant provisoire oublié », and the page that follows it in every case. Without JavaScript the shape
 * of the birthplace is chosen and the page asks again; with it, the page shows the shape at once.
 */

import { captchaFields } from '../../screens/captcha.ts';
import { faultsOf, field, formToken, refusalSummary, titleOf } from '../../screens/fields.ts';
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
  const text = (name: string, label: string, more: { help?: string; autocomplete?: string; value?: string } = {}) =>
    field(words, refusal, {
      name,
      label: words.text(`identifierRecovery.${label}`),
      type: 'text',
      autocomplete: more.autocomplete ?? 'off',
      value: more.value ?? values[name],
      help: more.help && words.text(`identifierRecovery.${more.help}`),
      maxlength: 100,
    });
  const chosen = values.birthplace;
  const content = html`<div class="narrow"><section class="card" aria-labelledby="title">
<h1 id="title">${words.text('identifierRecovery.title')}</h1>
<p class="soft">${words.text('common.allRequired')}</p>
${refusalSummary(words, refusal, undefined, labelsOf(page))}
<form method="post" action="${base}/provisional-identifier-recovery" novalidate data-birthplace>
${formToken(page)}
${text('birthName', 'birthName', { help: 'birthNameHelp', autocomplete: 'family-name' })}
${text('givenNames', 'givenNames', { help: 'givenNamesHelp', autocomplete: 'given-name' })}
${text('birthDate', 'birthDate', { autocomplete: 'bday' })}
<fieldset${attribute('class', faultsOf(refusal, 'birthplace').length > 0 ? 'wrong' : undefined)}><legend>${words.text('identifierRecovery.birthplace')}</legend>
${faultsOf(refusal, 'birthplace').map((fault) => html`<p class="fault" id="birthplace-fault">${words.text(`fields.${fault.code}`)}</p>`)}
${(['france', 'abroad'] as const).map((place) => html`<div class="check"><input type="radio" name="birthplace" id="${place === 'france' ? 'birthplace' : 'birthplace-abroad'}" value="${place}"${attribute('checked', chosen === place)}><label for="${place === 'france' ? 'birthplace' : 'birthplace-abroad'}">${words.text(`identifierRecovery.${place}`)}</label></div>`)}
<noscript>${!chosen && html`<button class="button second" type="submit" name="shape" value="show">${words.text('identifierRecovery.showShape')}</button>`}</noscript>
</fieldset>
<div data-place="france"${attribute('hidden', chosen !== 'france')}>
${text('departement', 'departement', { help: 'departementHelp' })}
${text('commune', 'commune')}<datalist id="communes"></datalist>
</div>
<div data-place="abroad"${attribute('hidden', chosen !== 'abroad')}>
${countryField(page, lists, values.country)}
${text('city', 'city')}
<fieldset><legend>${words.text('identifierRecovery.parents')}</legend>
${([1, 2] as const).map(
  (
    rank,
  ) => html`<fieldset><legend>${words.text(rank === 1 ? 'identifierRecovery.firstParent' : 'identifierRecovery.secondParent')}</legend>
${text(`parent${rank}BirthName`, 'birthName', { help: 'birthNameHelp' })}
${text(`parent${rank}GivenNames`, 'givenNames', { help: 'givenNamesHelp' })}</fieldset>`,
)}
</fieldset></div>
${captcha && captchaFields(page, captcha)}
<div class="actions"><a class="button second" href="${base}/sign-in?identifier_type=provisional">${words.text('common.back')}</a><button class="button" type="submit">${words.text('identifierRecovery.submit')}</button></div>
</form></section></div>`;
  const title = titleOf(page, words.text('identifierRecovery.title'));
  return layout({ ...page, welcome: words.text('identifierRecovery.welcome') }, title, content);
}

/** The names of the fields in the summary of faults: many of them say « Champ obligatoire ». */
function labelsOf({ words }: StepPage): Record<string, string> {
  const text = (key: string) => words.text(`identifierRecovery.${key}`);
  const parent = (rank: 1 | 2) => text(rank === 1 ? 'firstParent' : 'secondParent');
  const own = ['birthName', 'givenNames', 'birthDate', 'birthplace', 'departement', 'commune', 'country', 'city'];
  return {
    ...Object.fromEntries(own.map((name) => [name, text(name)])),
    ...Object.fromEntries(
      ([1, 2] as const).flatMap((rank) => [
        [`parent${rank}BirthName`, `${parent(rank)}, ${text('birthName')}`],
        [`parent${rank}GivenNames`, `${parent(rank)}, ${text('givenNames')}`],
      ]),
    ),
    captcha: words.text('captcha.title'),
  };
}

function countryField({ words, refusal }: StepPage, { countries }: PlaceLists, chosen: string | undefined): Html {
  const faults = faultsOf(refusal, 'country');
  return html`<div class="field${faults.length > 0 && ' wrong'}"><label for="country">${words.text('identifierRecovery.country')}</label>
${faults.map((fault) => html`<p class="fault" id="country-fault">${words.text(`fields.${fault.code}`)}</p>`)}
<select id="country" name="country"${attribute('aria-describedby', faults.length > 0 ? 'country-fault' : undefined)}><option value="">${words.text('identifierRecovery.chooseCountry')}</option>
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
