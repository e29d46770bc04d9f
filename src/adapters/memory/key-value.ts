/** The key-value port in this process: for the embedded default, never for more than one process. */
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { Clock } from '../../ports/system.ts';
import { createBoundedMap } from './bounded-map.ts';

interface Entry {
  readonly value: string;
  readonly expiresAt: number;
  claimedAt?: number;
  kept?: { readonly value: string; readonly until: number };
  heldUntil?: number;
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
      const entry = { ...entries.get(key), value, expiresAt: now() + expiresInSeconds * 1000 };
      entries.set(key, entry);
      return entry.claimedAt !== undefined;
    },

    async replace(key, from, value, expiresInSeconds) {
      const entry = entries.get(key);
      if (entry?.value !== from || entry?.claimedAt !== undefined) return false;
      entries.set(key, { value, expiresAt: now() + expiresInSeconds * 1000, heldUntil: entry?.heldUntil });
      return true;
    },

    async setClaimed(key, value, expiresInSeconds) {
      const before = entries.get(key);
      const claimedAt = before?.claimedAt ?? now();
      entries.set(key, { ...before, value, expiresAt: now() + expiresInSeconds * 1000, claimedAt });
    },

    async claim(key) {
      const entry = entries.get(key);
      if (!entry || entry.claimedAt !== undefined) return false;
      entry.claimedAt = now();
      return true;
    },

    async claimKeeping(key, value, seconds, leftSeconds) {
      const entry = entries.get(key);
      if (!entry) return { first: false, kept: undefined };
      if (entry.claimedAt === undefined) {
        const expiresAt = Math.min(entry.expiresAt, now() + leftSeconds * 1000);
        const kept = { value, until: now() + seconds * 1000 };
        entries.set(key, { ...entry, expiresAt, claimedAt: now(), kept });
        return { first: true, kept: value };
      }
      if (entry.kept && entry.kept.until <= now()) entry.kept = undefined;
      return { first: false, kept: entry.kept?.value };
    },

    async hold(key, seconds) {
      const entry = entries.get(key);
      if (!entry || (entry.heldUntil ?? 0) > now()) return false;
      entry.heldUntil = now() + seconds * 1000;
      return true;
    },

    async release(key) {
      const entry = entries.get(key);
      if (entry) entry.heldUntil = undefined;
    },

    async delete(key) {
      entries.delete(key);
    },
  };
}
