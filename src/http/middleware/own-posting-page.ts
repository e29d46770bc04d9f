/** oidc-provider's own posting page, replaced by one of ours. */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { protocolRoutes } from '../../oidc/paths.ts';
import type { SignOut } from '../../oidc/sign-out.ts';
import type { Pages } from '../pages/pages.ts';
import type { Middleware } from '../request-state.ts';

/**
 * The page of oidc-provider that posts a form at once. With response_mode=form_post it becomes ours: in the person's
 * language, with a button where there is no JavaScript. At a sign-out without a session there is nothing to post: the
 * browser is led on.
 */
export function ownPostingPage(pages: Pick<Pages, 'renderPosting'>, signOut: Pick<SignOut, 'end'>): Middleware {
  return async (ctx, next) => {
    await next();
    const body = typeof ctx.body === 'string' ? ctx.body : '';
    if (!body.includes('<title>Submitting Callback</title>')) return;
    // oidc-provider adds `oidc` to the context of a request that is its own.
    const oidc: KoaContextWithOIDC['oidc'] = ctx.oidc;
    if (ctx.path === protocolRoutes.end_session) return signOut.end(ctx, oidc);
    pages.renderPosting(ctx, body);
  };
}
