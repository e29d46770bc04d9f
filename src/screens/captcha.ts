/**
 * A captcha in a form: its picture, its sound, another one on demand. The answer is nowhere in the page. Another one never
 * takes the place of what the form does: Enter sends the form, because the button that asks for a picture is none of its
 * submit buttons with JavaScript, and stands after the others without.
 */
import { field, helpOf } from './fields.ts';
import { type Html, html } from './html.ts';
import type { StepPage } from './page.ts';

interface ShownCaptcha {
  readonly captchaId: string;
  readonly isSolved?: boolean;
}

/** @param isOptional the form may be sent without it. */
export function captchaFields(page: StepPage, { captchaId, isSolved }: ShownCaptcha, isOptional = false): Html {
  const { words } = page;
  return html`<fieldset class="captcha"><legend>${words.text(isOptional ? 'captcha.optionalTitle' : 'captcha.title')}</legend>
<input type="hidden" name="captchaId" value="${captchaId}" autocomplete="off">
${isSolved ? html`<p class="done" role="status">${words.text('captcha.solved')}</p>` : challenge(page, captchaId, isOptional)}
</fieldset>`;
}

/** Without JavaScript, another picture: a submit button of the form, hence after all others in the document. */
export function captchaRenewal({ words }: StepPage, { isSolved }: ShownCaptcha): Html | undefined {
  if (isSolved) return undefined;
  return html`<noscript><p class="link-row"><button class="plain" type="submit" name="renew" value="captcha">${words.text('captcha.newAfter')}</button></p></noscript>`;
}

function challenge({ words, refusal, base }: StepPage, captchaId: string, isOptional: boolean): Html {
  const captchas = `${base}/captchas`;
  return html`<div class="label-row">${helpOf(words, words.text('captcha.title'), words.text('captcha.help'))}</div>
<p><img src="${captchas}/${captchaId}/picture" width="240" height="80" alt="${words.text('captcha.picture')}"></p>
<p><audio controls preload="none" src="${captchas}/${captchaId}/sound" aria-label="${words.text('captcha.sound')}"></audio></p>
<p><button class="plain" type="button" hidden data-renew="${captchas}" data-renewed="${words.text('captcha.renewed')}" data-not-renewed="${words.text('captcha.notRenewed')}">${words.text('captcha.new')}</button></p>
<p class="said" role="status" data-renewal></p>
${field(words, refusal, {
  name: 'captcha',
  label: words.text('captcha.answer'),
  help: words.text('captcha.answerHelp'),
  type: 'text',
  autocomplete: 'off',
  maxlength: 20,
  isOptional,
})}`;
}
