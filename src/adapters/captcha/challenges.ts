/**
 * The life of a challenge over the key-value port: bound to its interaction, sealed under a digest of its id, 5 minutes,
 * 3 tries, one use. What the challenge holds is the business of each captcha.
 *
 * A try is a record of its own that one caller can claim: three records are three tries, whatever arrives at once. The
 * claim of the challenge itself is its one use.
 */
import { createHash } from 'node:crypto';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { RandomSource } from '../../ports/system.ts';
import type { Vault } from '../../ports/vault.ts';

export const CHALLENGE_SECONDS = 300;
export const CHALLENGE_TRIES = 3;

export interface Challenges<Content> {
  /** @returns the id of a new challenge. */
  open(uid: string, content: Content): Promise<string>;
  /** Undefined when it is unknown, used, out of tries, expired or of another interaction. */
  find(captchaId: string, uid: string): Promise<Content | undefined>;
  /** Counts one try, atomically. False when all are taken. */
  takeTry(captchaId: string): Promise<boolean>;
  /** True for exactly one caller in the life of the challenge. */
  use(captchaId: string): Promise<boolean>;
}

export function createChallenges<Content>(
  store: KeyValueStore,
  vault: Vault,
  random: RandomSource,
): Challenges<Content> {
  const keyOf = (captchaId: string) => `captcha:{${createHash('sha256').update(captchaId).digest('base64url')}}`;
  const tryKeys = (key: string) => Array.from({ length: CHALLENGE_TRIES }, (_, index) => `${key}:try${index + 1}`);
  return {
    async open(uid, content) {
      const captchaId = random.token();
      const key = keyOf(captchaId);
      const sealed = vault.seal(JSON.stringify({ uid, content }), key);
      await Promise.all([
        store.set(key, sealed, CHALLENGE_SECONDS),
        ...tryKeys(key).map((tryKey) => store.set(tryKey, '1', CHALLENGE_SECONDS)),
      ]);
      return captchaId;
    },

    async find(captchaId, uid) {
      const key = keyOf(captchaId);
      // Tries are taken in order: the last one stands for all.
      const [record, lastTry] = await Promise.all([
        store.getWithClaim(key),
        store.getWithClaim(tryKeys(key).at(-1) as string),
      ]);
      if (!record || record.claimedAt || !lastTry || lastTry.claimedAt) return undefined;
      const challenge = JSON.parse(vault.open(record.value, key)) as { uid: string; content: Content };
      return challenge.uid === uid ? challenge.content : undefined;
    },

    async takeTry(captchaId) {
      for (const tryKey of tryKeys(keyOf(captchaId))) if (await store.claim(tryKey)) return true;
      return false;
    },

    use: (captchaId) => store.claim(keyOf(captchaId)),
  };
}
