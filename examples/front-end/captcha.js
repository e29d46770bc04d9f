/**
 * A captcha: a picture, the same in sound, another one on demand. It is answered once: after a wrong answer another one
 * is shown. One that was answered rightly beside other faults is told to be solved, and needs no answer any more.
 */
import { take } from './api.js';
import { button, make } from './dom.js';
import { field } from './form.js';

const WRONG = new Set(['captcha_wrong', 'captcha_expired']);

/** @param step the step `captcha`, which makes another one. */
export function captchaGroup(step, first, words) {
  const picture = make('img', { alt: words.captchaPicture, width: '320', height: '110' });
  const sound = make('audio', { controls: true, preload: 'none', 'aria-label': words.captchaSound });
  const id = make('input', { type: 'hidden', name: 'captchaId' });
  const answer = field({
    name: 'captcha',
    label: words.captchaAnswer,
    hint: words.captchaHint,
    autocapitalize: 'none',
  });
  const asked = make(
    'div',
    {},
    picture,
    sound,
    button(words.captchaRenew, () => renew(words.captchaRenewed)),
    answer,
  );
  const said = make('p', { role: 'status' });
  const element = make('fieldset', { class: 'captcha' }, make('legend', {}, words.captchaTitle), id, asked, said);
  show(first);

  function show(captcha, message = '') {
    id.value = captcha.captchaId;
    picture.src = captcha.picture;
    sound.src = captcha.sound;
    asked.hidden = false;
    answer.querySelector('input').value = '';
    said.textContent = message;
  }

  async function renew(message) {
    const { answer: captcha, problem } = await take(step);
    if (captcha) show(captcha, message);
    else said.textContent = problem.detail ?? words.noAnswer;
  }

  /** After a refusal: another one, or none to answer. @param typed what was sent. */
  async function settle({ code, errors = [] }, typed) {
    if (errors.some((fault) => WRONG.has(fault.code))) return renew(words.captchaRenewed);
    const faulty = errors.some((fault) => fault.field === 'captcha' || fault.field === 'captchaId');
    if (code !== 'validation_failed' || faulty || typed.captcha === undefined) return;
    asked.hidden = true;
    said.textContent = words.captchaSolved;
  }

  return { element, settle };
}
