/**
 * The life of a captcha's challenge over the key-value port. A try is a record of its own that one caller can claim: three
 * records are three tries, whatever arrives at once. Two more outlive the challenge: the claim of the first says that it is
 * solved, and since when, by the clock of the store; that of the second is its one use. Nothing is written after `create`
 * but claims, so that no race prolongs anything.
 */
import type { ClientAddress } from '../../domain/client-address.ts';
import type { CaptchaResult } from '../../ports/captcha.ts';
import type { CaptchaChallenges, Judge } from '../../ports/captcha-challenges.ts';
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
/** Once it is solved. */
const SOLVED_SECONDS = 300;
/** A form that is shown again keeps its challenge while this much of its life is left. */
const TIME_TO_ANSWER_SECONDS = 90;
const TRIES = [1, 2, 3] as const;

export function createCaptchaChallenges<Content>(parts: ChallengeParts): CaptchaChallenges<Content> {
  const { store, vault, random, clock, admit } = parts;
  const records = createSealedRecords<Challenge<Content>>(store, vault);
  const keyOf = (captchaId: string) => recordKey('captcha', captchaId);
  const tryKey = (captchaId: string, number: (typeof TRIES)[number]) => `${keyOf(captchaId)}:try${number}`;
  /** Bound to the interaction by its key: nothing of it is read. */
  const solvedKey = (captchaId: string, uid: string) => recordKey('captcha-solved', `${captchaId} ${uid}`);
  const useKey = (captchaId: string) => `${keyOf(captchaId)}:use`;
  const now = () => clock.now().getTime();

  async function isUsed(captchaId: string): Promise<boolean> {
    const use = await store.getWithClaim(useKey(captchaId));
    return use === undefined || use.claimedAgoMs !== undefined;
  }

  /** How long it stays solved, in seconds; 0 when it is not. */
  async function solvedFor(captchaId: string, uid: string): Promise<number> {
    const solved = await store.getWithClaim(solvedKey(captchaId, uid));
    return solved?.claimedAgoMs === undefined ? 0 : Math.max(0, SOLVED_SECONDS - solved.claimedAgoMs / 1000);
  }

  async function findOpen(captchaId: string, uid: string): Promise<Challenge<Content> | undefined> {
    // Tries are taken in order: the last one stands for all.
    const [record, lastTry, used] = await Promise.all([
      records.find(keyOf(captchaId)),
      store.getWithClaim(tryKey(captchaId, 3)),
      isUsed(captchaId),
    ]);
    const isOver = used || lastTry === undefined || lastTry.claimedAgoMs !== undefined;
    return !isOver && record?.uid === uid ? record : undefined;
  }

  async function takeTry(captchaId: string): Promise<boolean> {
    for (const number of TRIES) if (await store.claim(tryKey(captchaId, number))) return true;
    return false;
  }

  async function solve(captchaId: string, uid: string, isRight: Judge<Content> | undefined): Promise<CaptchaResult> {
    if ((await solvedFor(captchaId, uid)) > 0) return (await isUsed(captchaId)) ? 'expired' : 'right';
    const challenge = await findOpen(captchaId, uid);
    if (!challenge) return 'expired';
    if (!isRight) return 'unanswered';
    if (!(await takeTry(captchaId))) return (await solvedFor(captchaId, uid)) > 0 ? 'right' : 'expired';
    if (!(await isRight(challenge.content))) return 'wrong';
    await store.claim(solvedKey(captchaId, uid));
    return 'right';
  }

  return {
    async create(uid, clientAddress, make) {
      await admit(clientAddress);
      const captchaId = random.token();
      const challenge = { uid, content: await make(), endsAt: now() + LIFE_SECONDS * 1000 };
      const longest = LIFE_SECONDS + SOLVED_SECONDS;
      await Promise.all([
        records.save(keyOf(captchaId), challenge, LIFE_SECONDS),
        ...TRIES.map((number) => store.set(tryKey(captchaId, number), '1', LIFE_SECONDS)),
        ...[solvedKey(captchaId, uid), useKey(captchaId)].map((key) => store.set(key, '1', longest)),
      ]);
      return { captchaId, expiresInSeconds: LIFE_SECONDS };
    },

    async find(captchaId, uid) {
      return (await findOpen(captchaId, uid))?.content;
    },

    async findAnswerable(captchaId, uid) {
      const left = Math.floor(await solvedFor(captchaId, uid));
      if (left >= TIME_TO_ANSWER_SECONDS && !(await isUsed(captchaId)))
        return { captchaId, expiresInSeconds: left, isSolved: true };
      const challenge = await findOpen(captchaId, uid);
      const expiresInSeconds = challenge ? Math.floor((challenge.endsAt - now()) / 1000) : 0;
      return expiresInSeconds >= TIME_TO_ANSWER_SECONDS ? { captchaId, expiresInSeconds } : undefined;
    },

    solve,

    async verify(captchaId, uid, isRight) {
      const result = await solve(captchaId, uid, isRight);
      return result === 'right' && !(await store.claim(useKey(captchaId))) ? 'expired' : result;
    },
  };
}
