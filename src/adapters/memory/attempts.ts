/** Failures in a row, in this process. */
import { lockSeconds } from '../../domain/lockout.ts';
import type { Clock } from '../../ports/system.ts';
import type { AttemptCounter } from '../../ports/throttles.ts';

interface Attempts {
  failures: number;
  lockedUntil: number;
  forgetAt: number;
}

const SWEEP_EVERY = 1000;

export function createMemoryAttempts(clock: Clock): AttemptCounter {
  const byKey = new Map<string, Attempts>();
  let writes = 0;
  return {
    async begin(key, policy) {
      const now = clock.now().getTime();
      const known = byKey.get(key);
      const attempts = known && known.forgetAt > now ? known : { failures: 0, lockedUntil: 0, forgetAt: 0 };
      if (attempts.lockedUntil > now)
        return { allowed: false, retryAfterSeconds: Math.ceil((attempts.lockedUntil - now) / 1000) };
      attempts.failures += 1;
      attempts.lockedUntil = now + lockSeconds(attempts.failures, policy) * 1000;
      attempts.forgetAt = now + policy.forgetAfterSeconds * 1000;
      byKey.set(key, attempts);
      if (++writes % SWEEP_EVERY === 0)
        for (const [other, { forgetAt }] of byKey) if (forgetAt <= now) byKey.delete(other);
      return { allowed: true, retryAfterSeconds: 0 };
    },

    async succeed(key) {
      byKey.delete(key);
    },

    async release(key) {
      const attempts = byKey.get(key);
      if (!attempts) return;
      attempts.failures -= 1;
      attempts.lockedUntil = 0;
      if (attempts.failures <= 0) byKey.delete(key);
    },
  };
}
