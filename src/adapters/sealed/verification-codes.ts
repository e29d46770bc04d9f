/**
 * Verification codes over the key-value port: only a keyed digest at rest. Count, then compare, then consume, each
 * atomic, so that neither many guesses nor two right answers at once get through.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Subject } from '../../domain/subject.ts';
import { WRONG_CODES_SECONDS } from '../../domain/verification-code.ts';
import { ServiceError } from '../../errors.ts';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { AttemptCounter, RateLimiter } from '../../ports/throttles.ts';
import type { Vault } from '../../ports/vault.ts';
import type { CodeCheck, VerificationCodes } from '../../ports/verification-codes.ts';
import { createSealedRecords, recordKey } from './sealed-records.ts';

export interface CodeSettings {
  /** How long tries are counted: as long as anybody can try, from before the code is made until after it has ended. */
  readonly triesSeconds: number;
  readonly tries: number;
}

interface CodeRecord {
  readonly digest: string;
  readonly subject: Subject;
  readonly countedAs: string;
}

export function createVerificationCodes(
  store: KeyValueStore,
  rateLimiter: RateLimiter,
  attempts: AttemptCounter,
  vault: Vault,
  { triesSeconds, tries }: CodeSettings,
): VerificationCodes {
  const records = createSealedRecords<CodeRecord>(store, vault);
  const keyOf = (codeId: string, purpose: string) => recordKey(`code:${purpose}`, codeId);
  const policy = { name: 'code', limit: tries, windowSeconds: triesSeconds };
  const digestOf = (codeId: string, purpose: string, code: string) =>
    vault.blindIndex(`code:${purpose}`, `${codeId}\0${code}`);

  return {
    create: ({ codeId, purpose, code, subject, countedAs }, seconds) =>
      records.save(keyOf(codeId, purpose), { digest: digestOf(codeId, purpose, code), subject, countedAs }, seconds),

    remove: (codeId, purpose) => store.delete(keyOf(codeId, purpose)),

    async verify(codeId, purpose, code, nobodyAs): Promise<CodeCheck> {
      const key = keyOf(codeId, purpose);
      const counted = await rateLimiter.count(policy, key);
      if (!counted.allowed)
        throw new ServiceError('code_tries_exceeded', {
          retryAfterSeconds: counted.retryAfterSeconds,
          details: { repeated: counted.firstRefusal !== true },
        });
      const record = await records.find(key);
      const given = digestOf(codeId, purpose, code);
      // Where there is no code, another is compared all the same.
      const isRight = timingSafeEqual(Buffer.from(given), Buffer.from(record?.digest ?? given));
      if (isRight && record !== undefined && (await store.claim(key))) return { subject: record.subject };
      const wrongCodes = await attempts.fail(record?.countedAs ?? nobodyAs, WRONG_CODES_SECONDS);
      return { wrongCodes, about: record?.subject };
    },

    triesLeft: (codeId, purpose) => rateLimiter.left(policy, keyOf(codeId, purpose)),

    wrongCodes: (countedAs) => attempts.failures(countedAs),
  };
}
