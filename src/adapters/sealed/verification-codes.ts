/**
 * Verification codes over the key-value port: only a keyed digest at rest. Count, then compare, then consume, each
 * atomic, so that neither many guesses nor two right answers at once get through.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { RateLimiter } from '../../ports/throttles.ts';
import type { Vault } from '../../ports/vault.ts';
import type { VerificationCodes } from '../../ports/verification-codes.ts';

export interface CodeSettings {
  readonly lifeSeconds: number;
  readonly tries: number;
}

interface CodeRecord {
  readonly digest: string;
  readonly accountId: string;
}

export function createVerificationCodes(
  store: KeyValueStore,
  rateLimiter: RateLimiter,
  vault: Vault,
  { lifeSeconds, tries }: CodeSettings,
): VerificationCodes {
  const keyOf = (codeId: string, purpose: string) =>
    `code:${purpose}:{${createHash('sha256').update(codeId).digest('base64url')}}`;
  const digestOf = (codeId: string, purpose: string, code: string) =>
    vault.blindIndex(`code:${purpose}`, `${codeId}\0${code}`);

  return {
    async create(codeId, purpose, code, accountId) {
      const key = keyOf(codeId, purpose);
      const record: CodeRecord = { digest: digestOf(codeId, purpose, code), accountId };
      await store.set(key, vault.seal(JSON.stringify(record), key), lifeSeconds);
    },

    async verify(codeId, purpose, code) {
      const key = keyOf(codeId, purpose);
      const counted = await rateLimiter.count({ name: 'code', limit: tries, windowSeconds: lifeSeconds }, key);
      if (!counted.allowed)
        throw new ServiceError('code_tries_exceeded', { retryAfterSeconds: counted.retryAfterSeconds });
      const sealed = await store.get(key);
      const record = sealed === undefined ? undefined : (JSON.parse(vault.open(sealed, key)) as CodeRecord);
      const given = Buffer.from(digestOf(codeId, purpose, code));
      const expected = Buffer.from(record?.digest ?? digestOf(codeId, purpose, ''));
      if (!timingSafeEqual(given, expected) || record === undefined) return undefined;
      return (await store.claim(key)) ? record.accountId : undefined;
    },
  };
}
