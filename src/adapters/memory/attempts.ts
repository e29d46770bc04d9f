/** Failures in a row, in this process. */
import { beginAttempt, type Failures, NO_FAILURES, takeBack } from '../../domain/lockout.ts';
import type { Clock } from '../../ports/system.ts';
import type { AttemptCounter } from '../../ports/throttles.ts';
import { createBoundedMap } from './bounded-map.ts';

/** A count has some 300 bytes with its key. */
const MAXIMUM = 100_000;

export function createMemoryAttempts(clock: Clock, maximum = MAXIMUM): AttemptCounter {
  const byKey = createBoundedMap<Failures>(clock, maximum, ({ forgetAt, dayEndsAt }) => Math.max(forgetAt, dayEndsAt));
  const now = () => clock.now().getTime();

  function standing(key: string): number {
    const { count, forgetAt } = byKey.get(key) ?? NO_FAILURES;
    return forgetAt > now() ? count : 0;
  }

  return {
    async begin(key, policy, captchaSolved = false) {
      const begun = beginAttempt(byKey.get(key) ?? NO_FAILURES, policy, now(), captchaSolved);
      byKey.set(key, begun.next);
      if (begun.waitUntil === undefined) return { allowed: true, retryAfterSeconds: 0 };
      const { waitUntil, captchaPasses, first } = begun;
      const retryAfterSeconds = Math.ceil((waitUntil - now()) / 1000);
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
      const count = standing(key) + 1;
      const known = byKey.get(key) ?? NO_FAILURES;
      byKey.set(key, { ...known, count, forgetAt: now() + forgetAfterSeconds * 1000 });
      return count;
    },

    failures: async (key) => standing(key),
  };
}
