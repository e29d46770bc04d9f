/**
 * A form leads out by a page of ours (ADR 0030). CSP `form-action` governs every redirect that follows a form post, those
 * of others too: a relying party whose callback redirects on to another origin would be blocked, without a word. A page
 * that sends the browser on ends the form's way, so every page may keep its forms to ourselves.
 */
import { protocolRoutes } from '../../oidc/paths.ts';
import { isWebUrl } from '../../web-address.ts';
import type { Pages } from '../pages/pages.ts';
import type { Surface } from '../place.ts';
import type { Context, Middleware } from '../request-state.ts';

const LEAVES = 'leave';
const CONFIRMED = `${protocolRoutes.end_session}/confirm`;

/** Where a form leads whose interaction is over. @param resumeUrl where a link leads. */
export function byPage(resumeUrl: string): string {
  return `${resumeUrl}?${LEAVES}`;
}

/** @param surface of what is resumed: it knows the relying party and the language. */
export function leaveByPage(pages: Pick<Pages, 'renderLeaving'>, surface: Surface): Middleware {
  return async (ctx, next) => {
    if (ctx.method === 'GET' && ctx.path.startsWith(surface.prefix) && ctx.querystring === LEAVES) {
      const wayBack = await surface.findWayBack(ctx.path.slice(surface.prefix.length)).catch(() => undefined);
      return pages.renderLeaving(ctx, ctx.path, wayBack?.locale);
    }
    await next();
    const to = ctx.response.get('Location');
    const leads = ctx.path === CONFIRMED ? isElsewhere(ctx, to) : isOfApplication(to);
    if (ctx.status === 303 && ctx.state.wantsHtml && leads) {
      ctx.remove('Location');
      ctx.status = 200;
      pages.renderLeaving(ctx, to);
    }
  };
}

function isElsewhere(ctx: Context, to: string): boolean {
  return URL.parse(to)?.origin !== ctx.URL.origin;
}

/**
 * RFC 8252 §7.1: a scheme of an application's own. Browsers open an application by itself only soon after the person did
 * something, and then say nothing: the page has a link to it.
 */
function isOfApplication(to: string): boolean {
  return URL.canParse(to) && !isWebUrl(to);
}
