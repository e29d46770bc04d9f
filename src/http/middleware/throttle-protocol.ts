/** The endpoints of the protocol, by client address; by client, see oidc/adapter. */
import { protocolRoutes } from '../../oidc/paths.ts';
import type { ThrottlePolicy } from '../../ports/throttles.ts';
import type { createClientAddressThrottle } from '../../stories/kit/client-address-throttle.ts';
import type { Middleware } from '../request-state.ts';
import { RESUMED } from './own-browser.ts';

export interface ProtocolThrottles {
  readonly authorizationPerMinute: number;
  readonly tokenPerAddressPerMinute: number;
}

/** @throws ServiceError too_many_requests. */
export function throttleProtocol(
  throttle: ReturnType<typeof createClientAddressThrottle>,
  { authorizationPerMinute, tokenPerAddressPerMinute }: ProtocolThrottles,
): Middleware {
  const policies = new Map<string, ThrottlePolicy>([
    [protocolRoutes.authorization, aMinute('authorization', authorizationPerMinute)],
    // Without a session it makes one, to be ended.
    [protocolRoutes.end_session, aMinute('session-end', authorizationPerMinute)],
    [protocolRoutes.token, aMinute('token', tokenPerAddressPerMinute)],
    [protocolRoutes.revocation, aMinute('token', tokenPerAddressPerMinute)],
    [protocolRoutes.userinfo, aMinute('userinfo', tokenPerAddressPerMinute)],
  ]);
  // Counted apart: who was let in is let out.
  const resume = aMinute('resume', authorizationPerMinute);
  return async (ctx, next) => {
    const policy = ctx.path.startsWith(RESUMED) ? resume : policies.get(ctx.path);
    // RFC 9110 §9.2.1: OPTIONS, a preflight, changes nothing.
    if (policy && ctx.method !== 'OPTIONS') await throttle(policy, ctx.state.clientAddress);
    return next();
  };
}

function aMinute(name: string, limit: number): ThrottlePolicy {
  return { name, limit, windowSeconds: 60 };
}
