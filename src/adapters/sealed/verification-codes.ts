/**
 * Verification codes over the key-value port: only a keyed digest at rest. Count, then compare, then consume, each
 * atomic, so that neither many guesses nor two right answers at once get through.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Subject } from '../../domain/subject.ts';
import { ServiceError } from '../../errors.ts';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { RateLimiter } from '../../ports/throttles.ts';
import type { Vault } from '../../ports/vault.ts';
import type { VerificationCodes } from '../../ports/verification-codes.ts';
import { createSealedRecords, recordKey } from './sealed-records.ts';

export interface CodeSettings {
  readonly lifeSeconds: number;
  readonly tries: number;
}

interface CodeRecord {
  readonly digest: string;
  readonly subject: Subject;
}

export function createVerificationCodes(
  store: KeyValueStore,
  rateLimiter: RateLimiter,
  vault: Vault,
  { lifeSeconds, tries }: CodeSettings,
): VerificationCodes {
  const records = createSealedRecords<CodeRecord>(store, vault);
  const keyOf = (codeId: string, purpose: string) => recordKey(`code:${purpose}`, codeId);
  const digestOf = (codeId: string, purpose: string, code: string) =>
    vault.blindIndex(`code:${purpose}`, `${codeId}\0${code}`);

  return {
    create: ({ codeId, purpose, code, subject }, seconds) =>
      records.save(keyOf(codeId, purpose), { digest: digestOf(codeId, purpose, code), subject }, seconds),

    remove: (codeId, purpose) => store.delete(keyOf(codeId, purpose)),

    async verify(codeId, purpose, code) {
      const key = keyOf(codeId, purpose);
      const counted = await rateLimiter.count({ name: 'code', limit: tries, windowSeconds: lifeSeconds }, key);
      if (!counted.allowed)
        throw new ServiceError('code_tries_exceeded', { retryAfterSeconds: counted.retryAfterSeconds });
      const record = await records.find(key);
      const given = Buffer.from(digestOf(codeId, purpose, code));
      const expected = Buffer.from(record?.digest ?? digestOf(codeId, purpose, ''));
      if (!timingSafeEqual(given, expected) || record === undefined) return undefined;
      return (await store.claim(key)) ? record.subject : undefined;
    },
  };
}
