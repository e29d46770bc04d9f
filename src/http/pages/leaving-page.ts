/** A page that sends the browser on at once, and has a link for one that does not go by itself. */

import { attribute, html } from '../../screens/html.ts';
import { layout } from '../../screens/layout.ts';
import type { Page } from '../../screens/page.ts';

export function leavingPage(page: Page, to: string): string {
  const { words } = page;
  const content = html`<div class="narrow"><section class="card" aria-labelledby="title">
<h1 id="title">${words.text('posting.title')}</h1>
<div class="actions"><a class="button"${attribute('href', to)}>${words.text('common.continue')}</a></div>
</section></div>`;
  return layout(page, words.text('posting.title'), content);
}
