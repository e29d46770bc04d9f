/** Throttles in this process: a window for each key, from its first call to its end. */
import type { Clock } from '../../ports/system.ts';
import type { RateLimiter } from '../../ports/throttles.ts';
import { createBoundedMap } from './bounded-map.ts';

interface Window {
  count: number;
  readonly endsAt: number;
}

/** A window has some 200 bytes with its key. */
const MAXIMUM = 200_000;

export function createMemoryRateLimiter(clock: Clock, maximum = MAXIMUM): RateLimiter {
  const windows = createBoundedMap<Window>(clock, maximum, ({ endsAt }) => endsAt);

  function open(id: string, now: number, windowSeconds: number): Window {
    const window = { count: 0, endsAt: now + windowSeconds * 1000 };
    windows.set(id, window);
    return window;
  }

  return {
    // Nothing is awaited between the count and its comparison: no other call comes between.
    async count({ name, limit, windowSeconds }, key) {
      const id = `${name}:${key}`;
      const now = clock.now().getTime();
      const window = windows.get(id) ?? open(id, now, windowSeconds);
      window.count += 1;
      if (window.count <= limit) return { allowed: true, retryAfterSeconds: 0 };
      const retryAfterSeconds = Math.ceil((window.endsAt - now) / 1000);
      return { allowed: false, retryAfterSeconds, firstRefusal: window.count === limit + 1 };
    },

    async left({ name, limit }, key) {
      return Math.max(0, limit - (windows.get(`${name}:${key}`)?.count ?? 0));
    },

    async giveBack({ name, limit, windowSeconds }, key, countedAgoMs) {
      const window = windows.get(`${name}:${key}`);
      const now = clock.now().getTime();
      if (!window || window.endsAt - windowSeconds * 1000 > now - countedAgoMs) return;
      // What was refused is above the limit, and was never let through.
      window.count = Math.max(0, Math.min(window.count, limit) - 1);
    },
  };
}
