/** Authorization requests, by client address. */
import { oncePerProvider, type ProviderHolder } from '../../oidc/provider-holder.ts';
import type { createClientAddressThrottle } from '../../stories/kit/client-address-throttle.ts';
import type { Middleware } from '../request-state.ts';

export function throttleAuthorization(
  providers: ProviderHolder,
  throttle: ReturnType<typeof createClientAddressThrottle>,
  perMinute: number,
): Middleware {
  const endpoint = oncePerProvider((provider) => provider.pathFor('authorization'));
  const policy = { name: 'authorization', limit: perMinute, windowSeconds: 60 };
  return async (ctx, next) => {
    if (ctx.path === endpoint(providers.of(ctx.req))) await throttle(policy, ctx.state.clientAddress);
    return next();
  };
}
