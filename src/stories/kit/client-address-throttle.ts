/** A limit by client address, the same for every step and for every request that asks for one. */
import type { ClientAddress } from '../../domain/client-address.ts';
import { ServiceError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ThrottlePolicy } from '../../ports/throttles.ts';

/** @param sharedAddressFactor multiplies the limit for shared addresses. */
export function createClientAddressThrottle(
  { rateLimiter, vault }: Pick<Ports, 'rateLimiter' | 'vault'>,
  sharedAddressFactor: number,
) {
  /** Counts one more. @throws ServiceError too_many_requests, with the time to wait. */
  return async function throttle(policy: ThrottlePolicy, { address, shared }: ClientAddress): Promise<void> {
    const result = await rateLimiter.count(
      { ...policy, limit: policy.limit * (shared ? sharedAddressFactor : 1) },
      vault.blindIndex('client-address', address),
    );
    if (!result.allowed) throw new ServiceError('too_many_requests', { retryAfterSeconds: result.retryAfterSeconds });
  };
}
