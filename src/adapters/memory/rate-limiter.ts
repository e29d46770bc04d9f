/** Throttles in this process: a window for each key, from its first call to its end. */
import type { Clock } from '../../ports/system.ts';
import type { RateLimiter } from '../../ports/throttles.ts';

interface Window {
  count: number;
  readonly endsAt: number;
}

const SWEEP_EVERY = 1000;

export function createMemoryRateLimiter(clock: Clock): RateLimiter {
  const windows = new Map<string, Window>();
  let opened = 0;

  function open(id: string, now: number, windowSeconds: number): Window {
    if (++opened % SWEEP_EVERY === 0)
      for (const [other, { endsAt }] of windows) if (endsAt <= now) windows.delete(other);
    const window = { count: 0, endsAt: now + windowSeconds * 1000 };
    windows.set(id, window);
    return window;
  }

  return {
    // Nothing is awaited between the count and its comparison: no other call comes between.
    async count({ name, limit, windowSeconds }, key) {
      const id = `${name}:${key}`;
      const now = clock.now().getTime();
      const known = windows.get(id);
      const window = known && known.endsAt > now ? known : open(id, now, windowSeconds);
      window.count += 1;
      if (window.count <= limit) return { allowed: true, retryAfterSeconds: 0 };
      const retryAfterSeconds = Math.ceil((window.endsAt - now) / 1000);
      return { allowed: false, retryAfterSeconds, firstRefusal: window.count === limit + 1 };
    },

    async giveBack({ name, limit, windowSeconds }, key, countedAgoMs) {
      const window = windows.get(`${name}:${key}`);
      const now = clock.now().getTime();
      if (!window || window.endsAt <= now || window.endsAt - windowSeconds * 1000 > now - countedAgoMs) return;
      // What was refused is above the limit, and was never let through.
      window.count = Math.max(0, Math.min(window.count, limit) - 1);
    },
  };
}
