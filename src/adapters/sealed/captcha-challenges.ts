/**
 * The life of a captcha's challenge over the key-value port. A try is a record of its own that one caller can claim: three
 * records are three tries, whatever arrives at once. The claim of the challenge itself is its one use.
 */
import type { ClientAddress } from '../../domain/client-address.ts';
import type { CaptchaChallenges } from '../../ports/captcha-challenges.ts';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { Clock, RandomSource } from '../../ports/system.ts';
import type { Vault } from '../../ports/vault.ts';
import { createSealedRecords, recordKey } from './sealed-records.ts';

export interface ChallengeParts {
  readonly store: KeyValueStore;
  readonly vault: Vault;
  readonly random: RandomSource;
  readonly clock: Clock;
  /** Counts one more challenge for a client address. @throws ServiceError too_many_requests. */
  admit(clientAddress: ClientAddress): Promise<void>;
}

interface Challenge<Content> {
  readonly uid: string;
  readonly content: Content;
  /** Epoch milliseconds. */
  readonly endsAt: number;
}

const LIFE_SECONDS = 300;
/** A form that is shown again keeps its challenge while this much of its life is left. */
const TIME_TO_ANSWER_SECONDS = 90;
const TRIES = [1, 2, 3] as const;

export function createCaptchaChallenges<Content>(parts: ChallengeParts): CaptchaChallenges<Content> {
  const { store, vault, random, clock, admit } = parts;
  const records = createSealedRecords<Challenge<Content>>(store, vault);
  const keyOf = (captchaId: string) => recordKey('captcha', captchaId);
  const tryKey = (captchaId: string, number: (typeof TRIES)[number]) => `${keyOf(captchaId)}:try${number}`;
  const now = () => clock.now().getTime();

  async function findOpen(captchaId: string, uid: string): Promise<Challenge<Content> | undefined> {
    // Tries are taken in order: the last one stands for all.
    const [record, lastTry] = await Promise.all([
      records.findWithClaim(keyOf(captchaId)),
      store.getWithClaim(tryKey(captchaId, 3)),
    ]);
    const isOver = record?.claimedAgoMs !== undefined || lastTry === undefined || lastTry.claimedAgoMs !== undefined;
    return !isOver && record?.content.uid === uid ? record.content : undefined;
  }

  return {
    async create(uid, clientAddress, make) {
      await admit(clientAddress);
      const captchaId = random.token();
      const challenge = { uid, content: await make(), endsAt: now() + LIFE_SECONDS * 1000 };
      await Promise.all([
        records.save(keyOf(captchaId), challenge, LIFE_SECONDS),
        ...TRIES.map((number) => store.set(tryKey(captchaId, number), '1', LIFE_SECONDS)),
      ]);
      return { captchaId, expiresInSeconds: LIFE_SECONDS };
    },

    async find(captchaId, uid) {
      return (await findOpen(captchaId, uid))?.content;
    },

    async findAnswerable(captchaId, uid) {
      const challenge = await findOpen(captchaId, uid);
      const expiresInSeconds = challenge ? Math.floor((challenge.endsAt - now()) / 1000) : 0;
      return expiresInSeconds >= TIME_TO_ANSWER_SECONDS ? { captchaId, expiresInSeconds } : undefined;
    },

    async takeTry(captchaId) {
      for (const number of TRIES) if (await store.claim(tryKey(captchaId, number))) return true;
      return false;
    },

    use: (captchaId) => store.claim(keyOf(captchaId)),
  };
}
