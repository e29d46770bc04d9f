/** The pages of the protocol endpoints, as ours: errors, sign-out, and the form that leaves at once. */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { STORE_RETRY_SECONDS } from '../../errors.ts';
import { protocolRoutes } from '../../oidc/paths.ts';
import type { ProviderPages } from '../../oidc/provider.ts';
import { html } from '../../screens/html.ts';
import type { Page } from '../../screens/page.ts';
import { type Locale, localeOf, otherLanguageUrl } from '../locale.ts';
import { setRetryAfter, toServiceError } from '../problem.ts';
import { type ErrorPage, errorPage } from './error-page.ts';
import { loggedOutPage, logoutErrorPage, logoutPage } from './logout.ts';

/** @param home where people are led when nobody knows where they came from. */
export function createProviderPages(
  page: (locale: Locale, otherLanguage: string) => Page,
  home: () => ErrorPage['home'],
): ProviderPages {
  function pageOf(ctx: KoaContextWithOIDC): Page {
    const locale = localeOfProtocol(ctx);
    return page(locale, otherLanguageUrl(ctx, locale));
  }

  /** Where a request of the protocol came from, as far as its client is known. */
  function homeOf(ctx: KoaContextWithOIDC): ErrorPage['home'] {
    const client = ctx.oidc?.client;
    return client?.clientUri ? { name: client.clientName ?? client.clientId, url: client.clientUri } : home();
  }

  return {
    async error(ctx, out, error) {
      if (ctx.accepts('json', 'html') !== 'html') {
        ctx.body = out;
        return;
      }
      const current = pageOf(ctx);
      const { words } = current;
      ctx.type = 'html';
      const fault = toServiceError(error);
      const isOurs = out.error === 'server_error';
      if (isOurs) setRetryAfter(ctx, fault);
      const isSignOut = ctx.path.startsWith(protocolRoutes.end_session);
      if (isSignOut && !isOurs) {
        ctx.body = logoutErrorPage(current, out.error, homeOf(ctx));
        return;
      }
      const own = isOurs || (error as Error).name === 'SessionNotFound';
      const code = isOurs ? fault.code : 'interaction_not_found';
      const delay = words.delay(STORE_RETRY_SECONDS);
      ctx.body = errorPage(current, {
        title: words.text(own ? `errors.${code}.title` : 'errorPage.protocolTitle'),
        detail: words.text(own ? `errors.${code}.detail` : 'errorPage.protocolDetail', { delay }),
        home: homeOf(ctx),
        more: own ? undefined : html`<p class="soft">${words.text('errorPage.protocolCode', { code: out.error })}</p>`,
      });
    },

    async logout(ctx, form) {
      ctx.body = logoutPage(pageOf(ctx), form, homeOf(ctx));
    },

    async loggedOut(ctx) {
      ctx.type = 'html';
      ctx.body = loggedOutPage(pageOf(ctx), homeOf(ctx));
    },
  };
}

/** The language that a request of the protocol asks for. */
export function localeOfProtocol(
  ctx: Parameters<typeof localeOf>[0] & { readonly oidc?: Partial<KoaContextWithOIDC['oidc']> },
): Locale {
  const tags = ctx.oidc?.params?.ui_locales;
  return localeOf(ctx, typeof tags === 'string' ? tags.split(' ') : []);
}
