/** The provider of a request: the one in use as it begins, which answers everything that is not ours. */
import mount from 'koa-mount';
import { oncePerProvider, type ProviderHolder } from '../../oidc/provider-holder.ts';
import type { Context, Middleware } from '../request-state.ts';

/** The first to ask for the provider of a request. */
export function chooseProvider(providers: ProviderHolder): Middleware {
  return (ctx, next) => {
    providers.of(ctx.req);
    return next();
  };
}

export function askProvider(providers: ProviderHolder): Middleware {
  const mounted = oncePerProvider((provider): Middleware => mount(provider));
  return (ctx, next) => mounted(providers.of(ctx.req))(ctx, next);
}

/** The endpoints of the protocol, as the log names them. */
export function nameProtocol(providers: ProviderHolder): (ctx: Context) => string | undefined {
  const names = ['authorization', 'token', 'userinfo', 'jwks', 'end_session', 'discovery'];
  const byPath = oncePerProvider((provider) => new Map(names.map((name) => [provider.pathFor(name), name])));
  return (ctx) => byPath(providers.of(ctx.req)).get(ctx.path);
}
