/** Failures in a row, in this process. */
import { beginAttempt, type Failures, NO_FAILURES, takeBack } from '../../domain/lockout.ts';
import type { Clock } from '../../ports/system.ts';
import type { AttemptCounter } from '../../ports/throttles.ts';

const SWEEP_EVERY = 1000;

export function createMemoryAttempts(clock: Clock): AttemptCounter {
  const byKey = new Map<string, Failures>();
  let writes = 0;

  function write(key: string, failures: Failures, now: number): void {
    byKey.set(key, failures);
    if (++writes % SWEEP_EVERY === 0)
      for (const [other, { forgetAt, dayEndsAt }] of byKey)
        if (forgetAt <= now && dayEndsAt <= now) byKey.delete(other);
  }

  function standing(key: string, now: number): number {
    const { count, forgetAt } = byKey.get(key) ?? NO_FAILURES;
    return forgetAt > now ? count : 0;
  }

  return {
    async begin(key, policy, captchaSolved = false) {
      const now = clock.now().getTime();
      const begun = beginAttempt(byKey.get(key) ?? NO_FAILURES, policy, now, captchaSolved);
      write(key, begun.next, now);
      if (begun.waitUntil === undefined) return { allowed: true, retryAfterSeconds: 0 };
      const { waitUntil, captchaPasses, first } = begun;
      const retryAfterSeconds = Math.ceil((waitUntil - now) / 1000);
      return { allowed: false, retryAfterSeconds, captchaPasses, firstRefusal: first };
    },

    async succeed(key) {
      byKey.delete(key);
    },

    async release(key) {
      const known = byKey.get(key);
      if (known) byKey.set(key, takeBack(known));
    },

    async fail(key, forgetAfterSeconds) {
      const now = clock.now().getTime();
      const count = standing(key, now) + 1;
      write(key, { ...NO_FAILURES, count, forgetAt: now + forgetAfterSeconds * 1000 }, now);
      return count;
    },

    failures: async (key) => standing(key, clock.now().getTime()),
  };
}
