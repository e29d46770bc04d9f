/**
 * How long a request may be. The authorization endpoint says it itself, to the relying party where that one is known
 * (oidc/bound-parameters).
 */
import { ServiceError } from '../../errors.ts';
import { LONGEST_QUERY } from '../../oidc/bound-parameters.ts';
import { protocolRoutes } from '../../oidc/paths.ts';
import type { Middleware } from '../request-state.ts';

/** In bytes: room for a client assertion with its certificates. */
const LONGEST_BODY = 16 * 1024;

/** @throws ServiceError query_too_long, body_too_large. */
export const boundRequest: Middleware = (ctx, next) => {
  if (ctx.path !== protocolRoutes.authorization && Buffer.byteLength(ctx.querystring) > LONGEST_QUERY)
    throw new ServiceError('query_too_long');
  // A body without a length is bounded by who parses it: ours at the same 16 KiB, oidc-provider's at 56.
  if (Number(ctx.get('Content-Length') || 0) > LONGEST_BODY) throw new ServiceError('body_too_large');
  return next();
};
