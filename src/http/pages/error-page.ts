/** What happened, and the way back to the relying party. */

import { type Html, html } from '../../screens/html.ts';
import { layout } from '../../screens/layout.ts';
import type { Page } from '../../screens/page.ts';

export interface ErrorPage {
  readonly title: string;
  readonly detail: string;
  /** Where the person is led back to. */
  readonly home: { readonly name: string; readonly url: string };
  readonly more?: Html;
}

export function errorPage(page: Page, { title, detail, home, more }: ErrorPage): string {
  const { words } = page;
  const content = html`<div class="narrow"><section class="card" aria-labelledby="title">
<h1 id="title">${title}</h1>
<p>${detail}</p>
${more}
<div class="actions"><a class="button" href="${home.url}">${words.text('errorPage.home', { client: home.name })}</a></div>
</section></div>`;
  return layout(page, title, content);
}
