/** Pages outside the steps: text pages, the provider's own pages, errors, and the files they load. */
import type { Config } from '../../config/config.ts';
import type { ServiceError } from '../../errors.ts';
import type { Catalogue, Catalogues } from '../../screens/catalogue.ts';
import { html } from '../../screens/html.ts';
import type { Links, Page } from '../../screens/page.ts';
import { type Locale, localeOf, otherLanguageUrl } from '../locale.ts';
import type { Whereabouts } from '../middleware/handle-errors.ts';
import { FORM_LEADS_OUT } from '../middleware/security-headers.ts';
import { toProblem } from '../problem.ts';
import type { Context } from '../request-state.ts';
import { createAssets } from './assets.ts';
import { errorCodesPage } from './error-codes.ts';
import { errorPage } from './error-page.ts';
import { leavingPage } from './leaving-page.ts';
import { postingPage } from './posting-page.ts';
import { createProviderPages, localeOfProtocol } from './provider-pages.ts';
import { findTextPage, textPage, textPageUrl } from './text-pages.ts';

interface PageParts {
  /** What stands where no relying party is known: the name of the portal. */
  readonly homeName: () => string;
  /** The paths below which steps stand: a page of text that is reached from there leads back. */
  readonly places: readonly string[];
}

export function createPages(config: Config, catalogues: Catalogues, { homeName, places }: PageParts) {
  const { issuer, ui } = config;
  const assets = createAssets();
  const home = () => ({ name: homeName(), url: ui.homeUrl });

  function page(locale: Locale, otherLanguageUrl?: string): Page {
    const words = catalogues[locale];
    return {
      words,
      links: createLinks(config, words),
      textPage: (name) => textPageUrl(words, name),
      assetVersion: assets.version,
      trial: config.trial,
      otherLanguageUrl,
    };
  }

  /** Where a page of text was reached from a step, its own link leads back, and its other language knows the way too. */
  function pageOfText(ctx: Context, backUrl?: string): Page {
    const locale = localeOf(ctx);
    return page(locale, otherLanguageUrl(ctx, locale, backUrl === undefined ? {} : { back: backUrl }));
  }

  /** Only a page of ours, and of a place: `Referer` and `back` are anybody's text. */
  function findBackUrl(ctx: Context): string | undefined {
    const kept = ctx.query.back;
    const asked = typeof kept === 'string' ? kept : ctx.get('Referer');
    const from = URL.parse(asked, issuer);
    if (asked === '' || from?.origin !== new URL(issuer).origin) return undefined;
    if (!places.some((place) => from.pathname.startsWith(place) && from.pathname.length > place.length))
      return undefined;
    // Whoever changed the language here goes on in it.
    if (typeof kept === 'string') from.searchParams.set('lang', localeOf(ctx));
    return from.pathname + from.search;
  }

  return {
    page,
    /** What a page says that has no catalogue of its own; nothing where the service is no trial. */
    trialNotice: config.trial ? catalogues.en.text('common.trial') : undefined,
    providerPages: createProviderPages(page, home),
    sendAsset: assets.send,

    /** Our root is nobody's page: it leads to the portal. @returns false where the portal's address is our root. */
    leadHome(ctx: Context): boolean {
      if (new URL(ui.homeUrl).href === new URL(issuer).href) return false;
      ctx.redirect(ui.homeUrl);
      ctx.status = 303;
      return true;
    },

    /** A refusal as a page, with the way back. */
    renderError(ctx: Context, error: ServiceError, { locale, home: origin = home() }: Whereabouts): void {
      const { requestId } = ctx.state;
      const current = page(locale, otherLanguageUrl(ctx, locale));
      const { title, detail = '' } = toProblem(error, issuer, requestId, current.words);
      const hint = html`<p class="soft">${current.words.text('common.requestId', { id: requestId })}</p>`;
      const more = error.status >= 500 ? hint : undefined;
      ctx.type = 'html';
      ctx.body = errorPage(current, { title, detail, home: origin, more });
    },

    /** Sends the browser on, with a link where it does not go by itself. @param to an address of whole trust. */
    renderLeaving(ctx: Context, to: string, locale = localeOfProtocol(ctx)): void {
      ctx.set('Refresh', `0; url=${to}`);
      ctx.type = 'html';
      ctx.body = leavingPage(page(locale), to);
    },

    /** The library's posting page, as ours. */
    renderPosting(ctx: Context, body: string): void {
      const form = /<form[^>]*>/.exec(body)?.[0] ?? '';
      const inputs = body.match(/<input type="hidden"[^>]*>/g) ?? [];
      ctx.set('Content-Security-Policy', FORM_LEADS_OUT);
      ctx.body = postingPage(page(localeOfProtocol(ctx)), form, inputs.join(''));
    },

    /** @returns false when there is no such page. */
    renderText(ctx: Context, slug: string): boolean {
      const backUrl = findBackUrl(ctx);
      const current = pageOfText(ctx, backUrl);
      const name = findTextPage(current.words, slug);
      if (!name) return false;
      ctx.type = 'html';
      ctx.body = textPage(current, `pages.${name}`, backUrl);
      return true;
    },

    renderErrorCodes(ctx: Context): void {
      ctx.type = 'html';
      ctx.body = errorCodesPage(pageOfText(ctx, findBackUrl(ctx)));
    },
  };
}

export type Pages = ReturnType<typeof createPages>;

/** Pages that an operator may replace with some of their own. */
function createLinks({ ui: { pages } }: Config, words: Catalogue): Links {
  const own = (name: string) => textPageUrl(words, name);
  return {
    dataProtection: pages.dataProtection || own('dataProtection'),
    securityAdvice: pages.securityAdvice || own('securityAdvice'),
    legalNotice: pages.legalNotice || own('legalNotice'),
    accessibility: pages.accessibility || own('accessibility'),
    help: pages.help || own('help'),
  };
}
