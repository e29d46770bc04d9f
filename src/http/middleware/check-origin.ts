/** Where a request to a place may come from. */
import type { Config } from '../../config/config.ts';
import { ServiceError } from '../../errors.ts';
import type { Surface } from '../place.ts';
import type { Middleware } from '../request-state.ts';

type Origins = Pick<Config, 'issuer'> & { readonly ui: Pick<Config['ui'], 'url'> };

/**
 * A present Origin must be ours or the front end's; JSON without one is accepted, because a browser cannot send it
 * across sites.
 * @param surfaces where places stand; nothing else is asked for its origin.
 */
export function checkOrigin(config: Origins, surfaces: readonly Surface[]): Middleware {
  const allowed = [config.issuer, config.ui.url].filter(Boolean).map((url) => new URL(url).origin);
  return async (ctx, next) => {
    if (!surfaces.some(({ prefix }) => ctx.path.startsWith(prefix))) return next();
    const origin = ctx.get('Origin');
    if (origin && !allowed.includes(origin)) throw new ServiceError('origin_not_allowed');
    if (ctx.method !== 'OPTIONS') return next();
    ctx.status = 204;
  };
}
