/** Throttles on Redis, by rate-limiter-flexible: "limit reached" is a result, "store down" an error. */
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { storeUnavailable } from '../../errors.ts';
import type { RateLimiter, ThrottlePolicy } from '../../ports/throttles.ts';
import type { RedisConnection } from './connection.ts';

export function createRedisRateLimiter(redis: RedisConnection): RateLimiter {
  const limiters = new Map<string, RateLimiterRedis>();
  const limiterOf = ({ name, limit, windowSeconds }: ThrottlePolicy) => {
    const id = `${name}:${limit}:${windowSeconds}`;
    const known = limiters.get(id);
    if (known) return known;
    const limiter = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `throttle:${name}`,
      points: limit,
      duration: windowSeconds,
    });
    limiters.set(id, limiter);
    return limiter;
  };
  return {
    async count(policy, key) {
      try {
        await limiterOf(policy).consume(key);
        return { allowed: true, retryAfterSeconds: 0 };
      } catch (reason) {
        if (reason instanceof RateLimiterRes) {
          const retryAfterSeconds = Math.max(1, Math.ceil(reason.msBeforeNext / 1000));
          return { allowed: false, retryAfterSeconds, firstRefusal: reason.consumedPoints === policy.limit + 1 };
        }
        throw storeUnavailable({ cause: reason, details: { store: 'redis' } });
      }
    },
  };
}
