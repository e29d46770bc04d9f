/** An interaction is resumed by the browser that began it, at its own address, and by no other. */
import { ServiceError } from '../../errors.ts';
import type { BrowserBinding } from '../../oidc/browser-binding.ts';
import { protocolRoutes } from '../../oidc/paths.ts';
import type { Middleware } from '../request-state.ts';

/** Below it interactions are resumed. */
export const RESUMED = `${protocolRoutes.authorization}/`;

/**
 * The library resumes the interaction of its cookie, whatever the path says; without that cookie it resumes nothing.
 * @throws ServiceError interaction_elsewhere.
 */
export function ownBrowser(binding: BrowserBinding): Middleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith(RESUMED)) return next();
    const uid = ctx.path.slice(RESUMED.length);
    const resumed = ctx.cookies.get(binding.resumeCookie, { signed: false });
    if (resumed !== undefined && (resumed !== uid || !binding.isHeld(ctx.req, uid)))
      throw new ServiceError('interaction_elsewhere');
    await next();
    // The library takes its cookie back once the interaction is over.
    const cookies = [ctx.response.get('Set-Cookie') ?? []].flat();
    if (cookies.some((cookie) => cookie.startsWith(`${binding.resumeCookie}=;`))) binding.end(ctx.cookies, uid);
  };
}
