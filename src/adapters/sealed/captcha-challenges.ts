/**
 * The life of a captcha's challenge over the key-value port. A try is a record of its own that one caller can claim: three
 * records are three tries, whatever arrives at once. The claim of the challenge itself is its one use.
 */
import type { CaptchaChallenges } from '../../ports/captcha-challenges.ts';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { RandomSource } from '../../ports/system.ts';
import type { Vault } from '../../ports/vault.ts';
import { createSealedRecords, recordKey } from './sealed-records.ts';

const LIFE_SECONDS = 300;
const TRIES = [1, 2, 3] as const;

export function createCaptchaChallenges<Content>(
  store: KeyValueStore,
  vault: Vault,
  random: RandomSource,
): CaptchaChallenges<Content> {
  const records = createSealedRecords<{ readonly uid: string; readonly content: Content }>(store, vault);
  const keyOf = (captchaId: string) => recordKey('captcha', captchaId);
  const tryKey = (captchaId: string, number: (typeof TRIES)[number]) => `${keyOf(captchaId)}:try${number}`;
  return {
    async create(uid, content) {
      const captchaId = random.token();
      await Promise.all([
        records.save(keyOf(captchaId), { uid, content }, LIFE_SECONDS),
        ...TRIES.map((number) => store.set(tryKey(captchaId, number), '1', LIFE_SECONDS)),
      ]);
      return { captchaId, expiresInSeconds: LIFE_SECONDS };
    },

    async find(captchaId, uid) {
      // Tries are taken in order: the last one stands for all.
      const [record, lastTry] = await Promise.all([
        records.findWithClaim(keyOf(captchaId)),
        store.getWithClaim(tryKey(captchaId, 3)),
      ]);
      const isOver = record?.claimedAgoMs !== undefined || lastTry === undefined || lastTry.claimedAgoMs !== undefined;
      return !isOver && record?.content.uid === uid ? record.content.content : undefined;
    },

    async takeTry(captchaId) {
      for (const number of TRIES) if (await store.claim(tryKey(captchaId, number))) return true;
      return false;
    },

    use: (captchaId) => store.claim(keyOf(captchaId)),
  };
}
