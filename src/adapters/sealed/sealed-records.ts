/**
 * A sealed record under a digest of its id, over the key-value port: the one place where the two are done. An id may be
 * the code, the token or the cookie itself, so it is never a key; what a record holds opens under its own key alone.
 */
import { createHash } from 'node:crypto';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { Vault } from '../../ports/vault.ts';

/** Records of one shape. Keys are those of `recordKey`. */
export interface SealedRecords<Content> {
  find(key: string): Promise<Content | undefined>;
  /** With how long ago it was claimed, if it was. */
  findWithClaim(key: string): Promise<{ readonly content: Content; readonly claimedAgoMs?: number } | undefined>;
  /** Writes or replaces; a claim stays. */
  save(key: string, content: Content, expiresInSeconds: number): Promise<void>;
  /** The same, and claims it, as one. */
  saveClaimed(key: string, content: Content, expiresInSeconds: number): Promise<void>;
}

/** The key of a record: what it is, then whose. The braces keep a record and its claim in one slot of a Redis Cluster. */
export function recordKey(kind: string, id: string): string {
  return `${kind}:{${createHash('sha256').update(id).digest('base64url')}}`;
}

export function createSealedRecords<Content>(store: KeyValueStore, vault: Vault): SealedRecords<Content> {
  /** Nothing, where the key was retired: records are short-lived, and one that cannot be read is one that has ended. */
  function open(sealed: string, key: string): Content | undefined {
    if (!vault.hasKeyOf(sealed)) return undefined;
    // What the vault opens under a key was sealed under it, by `save` below.
    return JSON.parse(vault.open(sealed, key)) as Content;
  }
  const seal = (content: Content, key: string) => vault.seal(JSON.stringify(content), key);
  return {
    async find(key) {
      const sealed = await store.get(key);
      return sealed === undefined ? undefined : open(sealed, key);
    },

    async findWithClaim(key) {
      const record = await store.getWithClaim(key);
      if (record === undefined) return undefined;
      const { value, ...claim } = record;
      const content = open(value, key);
      return content === undefined ? undefined : { content, ...claim };
    },

    async save(key, content, expiresInSeconds) {
      await store.set(key, seal(content, key), expiresInSeconds);
    },

    async saveClaimed(key, content, expiresInSeconds) {
      await store.setClaimed(key, seal(content, key), expiresInSeconds);
    },
  };
}
