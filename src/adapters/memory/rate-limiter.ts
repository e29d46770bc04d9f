/** Throttles in this process, by rate-limiter-flexible. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiter } from '../../ports/throttles.ts';

export function createMemoryRateLimiter(): RateLimiter {
  const limiters = new Map<string, RateLimiterMemory>();
  return {
    async count({ name, limit, windowSeconds }, key) {
      const id = `${name}:${limit}:${windowSeconds}`;
      const limiter =
        limiters.get(id) ?? new RateLimiterMemory({ keyPrefix: id, points: limit, duration: windowSeconds });
      limiters.set(id, limiter);
      try {
        await limiter.consume(key);
        return { allowed: true, retryAfterSeconds: 0 };
      } catch (reason) {
        if (!(reason instanceof RateLimiterRes)) throw reason;
        return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(reason.msBeforeNext / 1000)) };
      }
    },
  };
}
