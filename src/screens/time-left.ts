/**
 * Until when a form can be sent, and a button for more time (RGAA 13.1). The button is one of the form: what was typed stays,
 * without a script too. With one, the page warns two minutes before, and more time is asked for in place.
 */
import { attribute, type Html, html } from './html.ts';
import type { Page, StepPage } from './page.ts';

/** Where what they say may be filled in by a script. */
const TIME = '{time}';

/** That of a step alone says until when. */
export type AnyPage = Page & Partial<Pick<StepPage, 'timeLeft' | 'base'>>;

export function timeLeft(page: AnyPage): Html | undefined {
  const { words, base, timeLeft: left } = page;
  if (!left) return undefined;
  const [before = '', after = ''] = words.text('common.timeLeft', { time: TIME }).split(TIME);
  const time = html`<time${attribute('datetime', left.endsAt.toISOString())}>${words.timeOfDay(left.endsAt)}</time>`;
  return html`<div class="time-left" data-seconds="${left.seconds}" data-more="${base}/prolongation" data-soon="${words.text('common.timeSoon', { time: TIME })}">
<p>${before}${time}${after}</p> <button class="plain" type="submit" form="step" name="stay" value="yes" formnovalidate>${words.text('common.stay')}</button></div>`;
}
