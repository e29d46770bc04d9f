/** The CSRF token of forms: a keyed digest of the interaction, that only a page rendered by us contains. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { ServiceError } from '../../errors.ts';

/** @param keys the cookie keys, the newest first: it makes tokens, all accept them. */
export function createFormTokens(keys: readonly string[]) {
  const tokenWith = (key: string, uid: string) => createHmac('sha256', key).update(`form\0${uid}`).digest();
  return {
    create: (uid: string): string => tokenWith(keys[0] ?? '', uid).toString('base64url'),

    /** @throws ServiceError form_token_invalid. */
    check(uid: string, token: unknown): void {
      const given = Buffer.from(typeof token === 'string' ? token : '', 'base64url');
      const right = keys.some((key) => {
        const expected = tokenWith(key, uid);
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
      if (!right) throw new ServiceError('form_token_invalid');
    },
  };
}
