/** A captcha in a form: its picture, its sound, another one on demand. The answer is nowhere in the page. */
import { field, helpOf } from './fields.ts';
import { type Html, html } from './html.ts';
import type { StepPage } from './page.ts';

/** @param isOptional the form may be sent without it. */
export function captchaFields(
  { words, refusal, base }: StepPage,
  { captchaId }: { readonly captchaId: string },
  isOptional = false,
): Html {
  const address = `${base}/captchas/${captchaId}`;
  return html`<fieldset class="captcha"><legend>${words.text(isOptional ? 'captcha.optionalTitle' : 'captcha.title')}</legend>
<div class="label-row">${helpOf(words, words.text('captcha.title'), words.text('captcha.help'))}</div>
<input type="hidden" name="captchaId" value="${captchaId}">
<p><img src="${address}/picture" width="240" height="80" alt="${words.text('captcha.picture')}"></p>
<p><audio controls preload="none" src="${address}/sound" aria-label="${words.text('captcha.sound')}"></audio></p>
<p><button class="plain" type="submit" name="renew" value="captcha">${words.text('captcha.new')}</button></p>
${field(words, refusal, {
  name: 'captcha',
  label: words.text('captcha.answer'),
  help: words.text('captcha.answerHelp'),
  type: 'text',
  autocomplete: 'off',
  maxlength: 20,
  isOptional,
})}</fieldset>`;
}
