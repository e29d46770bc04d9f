/** The SMS gateway shows the credentials that its report address carries (RFC 7617). */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { AuthenticationScheme } from '../middleware/authenticate.ts';

/** @param credentials `user:password`; without it nobody has them. */
export function createReportCredentials(credentials: string | undefined): AuthenticationScheme {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(`Basic ${Buffer.from(credentials ?? '').toString('base64')}`);
  return {
    challenge: 'Basic realm="reports"',
    accepts: (ctx) => Boolean(credentials) && timingSafeEqual(digest(ctx.get('Authorization')), expected),
  };
}
