/** Where a request to a place may come from, and CORS for the configured front end. */
import type { Config } from '../../config/config.ts';
import { ServiceError } from '../../errors.ts';
import type { Surface } from '../place.ts';
import type { Middleware } from '../request-state.ts';

/**
 * A present Origin must be ours or the front end's; JSON without one is accepted, because a browser cannot send it
 * across sites. CORS with credentials, for the front end alone.
 * @param surfaces where places stand; nothing else is asked for its origin.
 */
export function checkOrigin(config: Config, surfaces: readonly Surface[]): Middleware {
  const own = new URL(config.issuer).origin;
  const frontEnd = config.ui.url ? new URL(config.ui.url).origin : undefined;
  return async (ctx, next) => {
    if (!surfaces.some(({ prefix }) => ctx.path.startsWith(prefix))) return next();
    const origin = ctx.get('Origin');
    ctx.vary('Origin');
    if (origin && origin !== own && origin !== frontEnd) throw new ServiceError('origin_not_allowed');
    if (origin && origin === frontEnd) {
      ctx.set('Access-Control-Allow-Origin', origin);
      ctx.set('Access-Control-Allow-Credentials', 'true');
      ctx.set('Access-Control-Expose-Headers', 'Retry-After');
    }
    if (ctx.method !== 'OPTIONS') return next();
    if (origin && origin === frontEnd) {
      ctx.set('Access-Control-Allow-Methods', 'GET, POST, DELETE');
      ctx.set('Access-Control-Allow-Headers', 'Content-Type, Accept');
      ctx.set('Access-Control-Max-Age', '600');
    }
    ctx.status = 204;
  };
}
