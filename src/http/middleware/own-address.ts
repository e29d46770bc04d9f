/** Koa and oidc-provider build no address from what a client sent. */
import type { Middleware } from '../request-state.ts';

/** Every forwarding header is replaced by what the configuration says. @param address where this listener is reached. */
export function ownAddress(address: string): Middleware {
  const { host, protocol } = new URL(address);
  return (ctx, next) => {
    // Both build addresses from the original target, too.
    ctx.url = ctx.originalUrl = ctx.request.originalUrl = originForm(ctx.url);
    const { headers } = ctx.req;
    headers.host = host;
    headers['x-forwarded-proto'] = protocol.slice(0, -1);
    delete headers['x-forwarded-host'];
    delete headers.forwarded;
    return next();
  };
}

/** RFC 9112 §3.2.2: a request target may name a host of its own, which is not ours to repeat. */
function originForm(target: string): string {
  if (target.startsWith('/')) return target.replace(/^\/+/, '/');
  const url = URL.parse(target);
  return url ? url.pathname + url.search : '/';
}
