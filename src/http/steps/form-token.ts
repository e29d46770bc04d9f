/** The CSRF token of forms: a keyed digest of the place, that only a page rendered by us contains. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { ServiceError } from '../../errors.ts';

/** @param keys the cookie keys, the newest first: it makes tokens, all accept them. */
export function createFormTokens(keys: readonly string[]) {
  const tokenWith = (key: string, placeId: string) => createHmac('sha256', key).update(`form\0${placeId}`).digest();
  return {
    create: (placeId: string): string => tokenWith(keys[0] ?? '', placeId).toString('base64url'),

    /** @throws ServiceError form_token_invalid. */
    check(placeId: string, token: unknown): void {
      const given = Buffer.from(typeof token === 'string' ? token : '', 'base64url');
      const right = keys.some((key) => {
        const expected = tokenWith(key, placeId);
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
      if (!right) throw new ServiceError('form_token_invalid');
    },
  };
}

export type FormTokens = ReturnType<typeof createFormTokens>;
