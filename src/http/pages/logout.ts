/** The pages of sign-out: the question, and its end. */

import { Html, html } from '../../screens/html.ts';
import { layout } from '../../screens/layout.ts';
import type { Page } from '../../screens/page.ts';

/** @param form oidc-provider's own form, to which the buttons belong by its id. */
export function logoutPage(page: Page, form: string): string {
  const { words } = page;
  const content = html`<div class="narrow"><section class="card" aria-labelledby="title">
<h1 id="title">${words.text('logout.title')}</h1>
<p>${words.text('logout.question')}</p>
${new Html(form)}
<div class="actions"><button class="button" type="submit" form="op.logoutForm" name="logout" value="yes">${words.text('logout.yes')}</button>
<button class="button second" type="submit" form="op.logoutForm">${words.text('logout.no')}</button></div>
</section></div>`;
  return layout(page, words.text('logout.title'), content);
}

export function loggedOutPage(page: Page, home: { readonly name: string; readonly url: string }): string {
  const { words } = page;
  const content = html`<div class="narrow"><section class="card" aria-labelledby="title">
<h1 id="title">${words.text('logout.doneTitle')}</h1>
<p>${words.text('logout.done')}</p>
<div class="actions"><a class="button" href="${home.url}">${words.text('errorPage.home', { client: home.name })}</a></div>
</section></div>`;
  return layout(page, words.text('logout.doneTitle'), content);
}
