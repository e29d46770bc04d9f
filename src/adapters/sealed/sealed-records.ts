/**
 * A sealed record under a digest of its id, over the key-value port: the one place where the two are done. An id may be
 * the code, the token or the cookie itself, so it is never a key; what a record holds opens under its own key alone.
 */
import { createHash } from 'node:crypto';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { Vault } from '../../ports/vault.ts';

/** Records of one shape, and what is kept beside a claim of one, of another. Keys are those of `recordKey`. */
export interface SealedRecords<Content, Kept = never> {
  find(key: string): Promise<Content | undefined>;
  /** With how long ago it was claimed, if it was, and with what it takes to replace it. */
  findWithClaim(key: string): Promise<FoundRecord<Content> | undefined>;
  /** Claims it, cuts its life, and the first one keeps something beside it, for those who come within so many seconds. */
  claimKeeping(
    key: string,
    kept: Kept,
    seconds: number,
    leftSeconds: number,
  ): Promise<{ readonly first: boolean; readonly kept?: Kept }>;
  /** Writes or replaces; a claim stays. */
  save(key: string, content: Content, expiresInSeconds: number): Promise<void>;
  /** The same. @returns whether the record is claimed. */
  saveAndLook(key: string, content: Content, expiresInSeconds: number): Promise<boolean>;
  /**
   * Replaces a record as it was found, or writes the first one; atomic.
   * @param found of what `findWithClaim` or `replace` gave; undefined where there was nothing.
   * @returns what it takes to replace this one; undefined, and nothing is written, where another was written or claimed.
   */
  replace(
    key: string,
    found: string | undefined,
    content: Content,
    expiresInSeconds: number,
  ): Promise<string | undefined>;
  /** Writes or replaces, and claims it, as one. */
  saveClaimed(key: string, content: Content, expiresInSeconds: number): Promise<void>;
}

export interface FoundRecord<Content> {
  readonly content: Content;
  readonly claimedAgoMs?: number;
  /** The record as it stands, sealed: no two are alike. */
  readonly sealed: string;
}

/** The key of a record: what it is, then whose. The braces keep a record and its claim in one slot of a Redis Cluster. */
export function recordKey(kind: string, id: string): string {
  return `${kind}:{${createHash('sha256').update(id).digest('base64url')}}`;
}

export function createSealedRecords<Content, Kept = never>(
  store: KeyValueStore,
  vault: Vault,
): SealedRecords<Content, Kept> {
  /** Nothing, where the key was retired: records are short-lived, and one that cannot be read is one that has ended. */
  function open<Sealed>(sealed: string, key: string): Sealed | undefined {
    if (!vault.hasKeyOf(sealed)) return undefined;
    // What the vault opens under a key was sealed under it, below: contents under theirs, what is kept under another.
    return JSON.parse(vault.open(sealed, key)) as Sealed;
  }
  const seal = (content: Content | Kept, key: string) => vault.seal(JSON.stringify(content), key);
  const bindingOfKept = (key: string) => `${key}:kept`;
  return {
    async find(key) {
      const sealed = await store.get(key);
      return sealed === undefined ? undefined : open<Content>(sealed, key);
    },

    async findWithClaim(key) {
      const record = await store.getWithClaim(key);
      if (record === undefined) return undefined;
      const { value, ...claim } = record;
      const content = open<Content>(value, key);
      return content === undefined ? undefined : { content, ...claim, sealed: value };
    },

    async claimKeeping(key, content, seconds, leftSeconds) {
      const { first, kept } = await store.claimKeeping(key, seal(content, bindingOfKept(key)), seconds, leftSeconds);
      return { first, kept: kept === undefined ? undefined : open<Kept>(kept, bindingOfKept(key)) };
    },

    async save(key, content, expiresInSeconds) {
      await store.set(key, seal(content, key), expiresInSeconds);
    },

    async saveAndLook(key, content, expiresInSeconds) {
      return store.set(key, seal(content, key), expiresInSeconds);
    },

    async replace(key, found, content, expiresInSeconds) {
      const sealed = seal(content, key);
      return (await store.replace(key, found, sealed, expiresInSeconds)) ? sealed : undefined;
    },

    async saveClaimed(key, content, expiresInSeconds) {
      await store.setClaimed(key, seal(content, key), expiresInSeconds);
    },
  };
}
