/**
 * A path that is known, with a method that it does not have: a problem like any other, and which methods it has
 * (RFC 9110 §15.5.6).
 */
import { ServiceError } from '../../errors.ts';
import { protocolMethods } from '../../oidc/paths.ts';
import type { Context, Middleware } from '../request-state.ts';

/** Stands behind the routers: a request that they answer does not come here, but for OPTIONS. */
export const refuseMethods: Middleware = (ctx, next) => {
  const own = new Set((ctx.matched ?? []).flatMap(({ methods }) => methods));
  const known = own.size > 0 ? [...own] : protocolMethods(ctx.path);
  if (known.length === 0) return next();
  // A preflight of the protocol is the provider's: it knows which origins a client has.
  if (own.size === 0 && (known.includes(ctx.method) || isPreflight(ctx))) return next();
  ctx.set('Allow', [...known, 'OPTIONS'].sort().join(', '));
  if (ctx.method !== 'OPTIONS') throw new ServiceError('method_not_allowed');
  ctx.status = 204;
};

function isPreflight(ctx: Context): boolean {
  return ctx.method === 'OPTIONS' && ctx.get('Access-Control-Request-Method') !== '';
}
