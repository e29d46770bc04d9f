/** The key-value port in this process: for the embedded default, never for more than one process. */
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { Clock } from '../../ports/system.ts';

interface Entry {
  readonly value: string;
  readonly expiresAt: number;
  claimedAt?: number;
}

const SWEEP_EVERY = 1000;

export function createMemoryKeyValue(clock: Clock): KeyValueStore {
  const entries = new Map<string, Entry>();
  let writes = 0;

  function live(key: string): Entry | undefined {
    const entry = entries.get(key);
    if (entry && entry.expiresAt > clock.now().getTime()) return entry;
    entries.delete(key);
    return undefined;
  }

  function sweep(): void {
    if (++writes % SWEEP_EVERY === 0) for (const key of entries.keys()) live(key);
  }

  return {
    get: async (key) => live(key)?.value,

    async getWithClaim(key) {
      const entry = live(key);
      if (!entry) return undefined;
      const { value, claimedAt } = entry;
      return claimedAt === undefined ? { value } : { value, claimedAgoMs: clock.now().getTime() - claimedAt };
    },

    async set(key, value, expiresInSeconds) {
      const expiresAt = clock.now().getTime() + expiresInSeconds * 1000;
      entries.set(key, { value, expiresAt, claimedAt: live(key)?.claimedAt });
      sweep();
    },

    async setClaimed(key, value, expiresInSeconds) {
      const now = clock.now().getTime();
      entries.set(key, { value, expiresAt: now + expiresInSeconds * 1000, claimedAt: live(key)?.claimedAt ?? now });
      sweep();
    },

    async claim(key) {
      const entry = live(key);
      if (!entry || entry.claimedAt !== undefined) return false;
      entry.claimedAt = clock.now().getTime();
      return true;
    },

    async delete(key) {
      entries.delete(key);
    },
  };
}
