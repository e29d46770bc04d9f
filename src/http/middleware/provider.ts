/** The provider of a request: the one in use as it begins, which answers everything that is not ours. */
import mount from 'koa-mount';
import { protocolPublished, protocolRoutes } from '../../oidc/paths.ts';
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

const NAMES: ReadonlyMap<string, string> = new Map([
  ...[...protocolPublished].map((path) => [path, 'discovery'] as const),
  ...Object.entries(protocolRoutes).map(([name, path]) => [path, name] as const),
]);

/** The endpoints of the protocol, as the log names them. */
export function nameProtocol({ path }: Pick<Context, 'path'>): string | undefined {
  return NAMES.get(path);
}
