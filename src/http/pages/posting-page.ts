/** A form that leaves at once, and has a button for whoever has no JavaScript. */

import { Html, html } from '../../screens/html.ts';
import { layout } from '../../screens/layout.ts';
import type { Page } from '../../screens/page.ts';

/** @param form the opening tag and @param inputs the hidden fields, both of oidc-provider, escaped by it. */
export function postingPage(page: Page, form: string, inputs: string): string {
  const { words } = page;
  const content = html`<div class="narrow"><section class="card" aria-labelledby="title">
<h1 id="title">${words.text('posting.title')}</h1>
${new Html(form.replace('<form', '<form data-leaves-at-once'))}${new Html(inputs)}
<div class="actions"><button class="button" type="submit">${words.text('common.continue')}</button></div></form>
</section></div>`;
  return layout(page, words.text('posting.title'), content);
}
