/** The pages of sign-out: the question, and its end. */

import { protocolRoutes } from '../../oidc/paths.ts';
import { Html, html } from '../../screens/html.ts';
import { layout } from '../../screens/layout.ts';
import type { Page } from '../../screens/page.ts';
import { type ErrorPage, errorPage } from './error-page.ts';

type Home = ErrorPage['home'];

/**
 * « Annuler et rester connecté » is a link to the relying party's home: nothing has changed, and nobody is told otherwise.
 * @param form oidc-provider's own form, to which the button belongs by its id.
 */
export function logoutPage(page: Page, form: string, home: Home): string {
  const { words } = page;
  const content = html`<div class="narrow"><section class="card" aria-labelledby="title">
<h1 id="title">${words.text('logout.title')}</h1>
<p>${words.text('logout.question')}</p>
${new Html(form)}
<div class="actions"><button class="button" type="submit" form="op.logoutForm" name="logout" value="yes">${words.text('logout.yes')}</button>
<a class="button second" href="${home.url}">${words.text('logout.no')}</a></div>
</section></div>`;
  return layout(page, words.text('logout.title'), content);
}

export function loggedOutPage(page: Page, home: Home): string {
  const { words } = page;
  const content = html`<div class="narrow"><section class="card" aria-labelledby="title">
<h1 id="title">${words.text('logout.doneTitle')}</h1>
<p>${words.text('logout.done')}</p>
<div class="actions"><a class="button" href="${home.url}">${words.text('errorPage.home', { client: home.name })}</a></div>
</section></div>`;
  return layout(page, words.text('logout.doneTitle'), content);
}

/** The relying party asked wrongly, or too late. Whoever wants to sign out still can: our own address asks them. */
export function logoutErrorPage(page: Page, code: string, home: Home): string {
  const { words } = page;
  return errorPage(page, {
    title: words.text('logout.errorTitle'),
    detail: words.text('logout.errorDetail'),
    home,
    more: html`<p><a href="${protocolRoutes.end_session}">${words.text('logout.errorAgain')}</a></p>
<p class="soft">${words.text('errorPage.protocolCode', { code })}</p>`,
  });
}
