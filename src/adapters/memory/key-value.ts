/** The key-value port in this process: for the embedded default, never for more than one process. */
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { Clock } from '../../ports/system.ts';
import { createBoundedMap } from './bounded-map.ts';

interface Entry {
  readonly value: string;
  readonly expiresAt: number;
  claimedAt?: number;
}

/** A record has a few kilobytes at most: some 400 MB in all. */
const MAXIMUM = 50_000;

export function createMemoryKeyValue(clock: Clock, maximum = MAXIMUM): KeyValueStore {
  const entries = createBoundedMap<Entry>(clock, maximum, ({ expiresAt }) => expiresAt);
  const now = () => clock.now().getTime();

  return {
    get: async (key) => entries.get(key)?.value,

    async getWithClaim(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      const { value, claimedAt } = entry;
      return claimedAt === undefined ? { value } : { value, claimedAgoMs: now() - claimedAt };
    },

    async set(key, value, expiresInSeconds) {
      const claimedAt = entries.get(key)?.claimedAt;
      entries.set(key, { value, expiresAt: now() + expiresInSeconds * 1000, claimedAt });
    },

    async setClaimed(key, value, expiresInSeconds) {
      const claimedAt = entries.get(key)?.claimedAt ?? now();
      entries.set(key, { value, expiresAt: now() + expiresInSeconds * 1000, claimedAt });
    },

    async claim(key) {
      const entry = entries.get(key);
      if (!entry || entry.claimedAt !== undefined) return false;
      entry.claimedAt = now();
      return true;
    },

    async delete(key) {
      entries.delete(key);
    },
  };
}
