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
  return async function throttle(policy: ThrottlePolicy, client: ClientAddress): Promise<void> {
    const factor = client.shared ? sharedAddressFactor : 1;
    // One after the other: what its own address refuses does not spend the limit of its neighbours.
    for (const network of [{ address: client.address, factor: 1 }, ...(client.networks ?? [])]) {
      const limit = policy.limit * factor * network.factor;
      await countOrRefuse(rateLimiter, { ...policy, limit }, vault.blindIndex('client-address', network.address));
    }
  };
}

/**
 * Counts one more for `key`.
 * @throws ServiceError too_many_requests; `details.repeated` for all but the first of a window.
 */
export async function countOrRefuse(
  rateLimiter: Ports['rateLimiter'],
  policy: ThrottlePolicy,
  key: string,
): Promise<void> {
  const { allowed, retryAfterSeconds, firstRefusal } = await rateLimiter.count(policy, key);
  if (!allowed)
    throw new ServiceError('too_many_requests', { retryAfterSeconds, details: { repeated: firstRefusal !== true } });
}
