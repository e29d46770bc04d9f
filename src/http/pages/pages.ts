/** Pages outside the steps: text pages, the provider's own pages, errors, and the files they load. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../../config/config.ts';
import { errorStatus, fieldErrorCodes, type ServiceError } from '../../errors.ts';
import type { WayBack } from '../../oidc/interactions.ts';
import type { ProviderPages } from '../../oidc/provider.ts';
import type { Catalogues } from '../../screens/catalogue.ts';
import { html } from '../../screens/html.ts';
import type { Links, Page } from '../../screens/page.ts';
import { localeOf } from '../locale.ts';
import { contentSecurityPolicy } from '../middleware/security-headers.ts';
import { setRetryAfter, toProblem, toServiceError } from '../problem.ts';
import type { Context } from '../request-state.ts';
import { errorPage } from './error-page.ts';
import { loggedOutPage, logoutPage } from './logout.ts';
import { postingPage } from './posting-page.ts';
import { type TextPage, textPage, textPages } from './text-page.ts';

const assetFolder = path.join(import.meta.dirname, '../../screens/assets');
const ASSETS = { 'screens.css': 'text/css', 'screens.js': 'text/javascript', 'mark.svg': 'image/svg+xml' } as const;

/** @param homeName what stands where no relying party is known: the name of the portal. */
export function createPages(config: Config, catalogues: Catalogues, homeName: () => string) {
  const assets = new Map(
    Object.entries(ASSETS).map(([name, type]) => [name, { type, body: readFileSync(path.join(assetFolder, name)) }]),
  );
  const assetVersion = createHash('sha256')
    .update(Buffer.concat([...assets.values()].map(({ body }) => body)))
    .digest('hex')
    .slice(0, 10);

  const page = (locale: 'fr' | 'en', otherLanguageUrl?: string): Page => ({
    words: catalogues[locale],
    links: createLinks(config, locale),
    assetVersion,
    otherLanguageUrl,
  });
  const home = () => ({ name: homeName(), url: config.ui.homeUrl });

  /** Where a request of the protocol came from, as far as its client is known. */
  function homeOf(ctx: KoaContextWithOIDC): { name: string; url: string } {
    const client = ctx.oidc?.client;
    return client?.clientUri ? { name: client.clientName ?? client.clientId, url: client.clientUri } : home();
  }

  function localeOfProtocol(ctx: KoaContextWithOIDC): 'fr' | 'en' {
    const tags = ctx.oidc?.params?.ui_locales;
    return localeOf(ctx, typeof tags === 'string' ? tags.split(' ') : []);
  }

  const providerPages: ProviderPages = {
    async error(ctx, out, error) {
      if (ctx.accepts('json', 'html') !== 'html') {
        ctx.body = out;
        return;
      }
      const { words, ...rest } = page(localeOfProtocol(ctx));
      ctx.type = 'html';
      const fault = toServiceError(error);
      if (out.error === 'server_error') setRetryAfter(ctx as never, fault);
      const own = out.error === 'server_error' || (error as Error).name === 'SessionNotFound';
      const code = out.error === 'server_error' ? fault.code : 'interaction_not_found';
      ctx.body = errorPage(
        { words, ...rest },
        {
          title: words.text(own ? `errors.${code}.title` : 'errorPage.protocolTitle'),
          detail: words.text(own ? `errors.${code}.detail` : 'errorPage.protocolDetail', { delay: words.delay(5) }),
          home: homeOf(ctx),
          more: own
            ? undefined
            : html`<p class="soft">${words.text('errorPage.protocolCode', { code: out.error })}</p>`,
        },
      );
    },

    async logout(ctx, form) {
      const origins = (ctx.oidc.client?.postLogoutRedirectUris ?? []).map((uri) => new URL(uri).origin);
      ctx.set('Content-Security-Policy', contentSecurityPolicy({ formOrigins: [...new Set(origins)] }));
      ctx.body = logoutPage(page(localeOfProtocol(ctx)), form);
    },

    async loggedOut(ctx) {
      ctx.type = 'html';
      ctx.body = loggedOutPage(page(localeOfProtocol(ctx)), homeOf(ctx));
    },
  };

  return {
    page,
    providerPages,

    /** A refusal as a page, with the way back. */
    renderError(ctx: Context, error: ServiceError, locale: 'fr' | 'en', origin?: WayBack): void {
      const words = catalogues[locale];
      const problem = toProblem(error, config.issuer, ctx.state.requestId, words);
      ctx.type = 'html';
      ctx.body = errorPage(page(words.locale), {
        title: problem.title,
        detail: problem.detail ?? '',
        home: origin ? { name: origin.name, url: origin.homeUrl } : home(),
        more:
          (error.status >= 500 &&
            html`<p class="soft">${words.text('common.requestId', { id: ctx.state.requestId })}</p>`) ||
          undefined,
      });
    },

    /** The library's posting page, as ours. @param origins where its form may lead. */
    renderPosting(ctx: Context, body: string, origins: readonly string[]): void {
      const form = /<form[^>]*>/.exec(body)?.[0] ?? '';
      const inputs = body.match(/<input type="hidden"[^>]*>/g) ?? [];
      ctx.set('Content-Security-Policy', contentSecurityPolicy({ formOrigins: origins }));
      ctx.body = postingPage(page(localeOfProtocol(ctx as unknown as KoaContextWithOIDC)), form, inputs.join(''));
    },

    /** @returns false when there is no such page. */
    renderText(ctx: Context, slug: string): boolean {
      const name = (Object.keys(textPages) as TextPage[]).find((candidate) => textPages[candidate] === slug);
      if (!name) return false;
      ctx.type = 'html';
      ctx.body = textPage(pageOfText(ctx), name, backUrl(ctx));
      return true;
    },

    /** The list of error codes that `type` of a problem leads to. */
    renderErrorCodes(ctx: Context): void {
      const current = pageOfText(ctx);
      const { words } = current;
      const table = html`<table><thead><tr><th scope="col">code</th><th scope="col">HTTP</th><th scope="col">title</th></tr></thead><tbody>
${Object.entries(errorStatus).map(([code, status]) => html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${words.text(`errors.${code}.title`)}</td></tr>`)}
${fieldErrorCodes.map((code) => html`<tr id="${code}"><td><code>${code}</code></td><td></td><td>${words.text(`fields.${code}`)}</td></tr>`)}
</tbody></table>`;
      ctx.type = 'html';
      ctx.body = textPage(current, 'apiErrors', undefined, table);
    },

    /** @returns false when there is no such file. */
    sendAsset(ctx: Context, name: string): boolean {
      const asset = assets.get(name);
      if (!asset) return false;
      ctx.set('Cache-Control', ctx.query.v === assetVersion ? 'public, max-age=31536000, immutable' : 'no-cache');
      ctx.type = asset.type;
      ctx.body = asset.body;
      return true;
    },
  };

  function pageOfText(ctx: Context): Page {
    const asked = ctx.query.lang === 'fr' || ctx.query.lang === 'en' ? ctx.query.lang : undefined;
    const locale = asked ?? localeOf(ctx);
    // Where the page was reached from an interaction, its own link leads back; a change of language would lose it.
    return page(locale, backUrl(ctx) ? undefined : `${ctx.path}?lang=${locale === 'fr' ? 'en' : 'fr'}`);
  }

  /** Only a page of an interaction of ours: `Referer` is anybody's text. */
  function backUrl(ctx: Context): string | undefined {
    const referrer = URL.parse(ctx.get('Referer'));
    const ours =
      referrer?.origin === new URL(config.issuer).origin && /^\/interactions\/[\w-]+/.test(referrer.pathname);
    return ours ? referrer.pathname.replace(/\/sign-in$/, '') + referrer.search : undefined;
  }
}

export type Pages = ReturnType<typeof createPages>;

/** Our own pages keep the language of the page that leads to them. */
function createLinks({ ui }: Config, locale: 'fr' | 'en'): Links {
  const pageOf = (name: TextPage) => `/pages/${textPages[name]}?lang=${locale}`;
  return {
    dataProtection: ui.pages.dataProtection || pageOf('dataProtection'),
    securityAdvice: ui.pages.securityAdvice || pageOf('securityAdvice'),
    legalNotice: ui.pages.legalNotice || pageOf('legalNotice'),
    accessibility: ui.pages.accessibility || pageOf('accessibility'),
    help: ui.pages.help || pageOf('help'),
    registration: pageOf('registration'),
    franceConnect: pageOf('franceConnect'),
  };
}
