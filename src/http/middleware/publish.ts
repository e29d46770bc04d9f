/** What the protocol publishes may be kept: discovery and the public keys. */
import { protocolPublished } from '../../oidc/paths.ts';
import type { Middleware } from '../request-state.ts';

/**
 * Far less than the day for which a new key is published before it signs (docs/operations.md, « Key rotation »): whoever
 * keeps it for so long knows each key in time, and forgets one that was withdrawn soon.
 */
const KEPT_SECONDS = 15 * 60;

export const publish: Middleware = async (ctx, next) => {
  await next();
  if (ctx.status === 200 && protocolPublished.has(ctx.path))
    ctx.set('Cache-Control', `public, max-age=${KEPT_SECONDS}`);
};
