/**
 * A limit for each client. What counts is the use of a code or of a token that was given to it: a stranger who names a
 * client takes nothing from its limit. Names and guesses count for the client address alone (http/middleware).
 */
import { errors, Provider } from 'oidc-provider';
import type { RateLimiter } from '../../ports/throttles.ts';

const MODELS: ReadonlySet<string> = new Set(['AuthorizationCode', 'RefreshToken', 'AccessToken']);

export type ClientThrottle = ReturnType<typeof createClientThrottle>;

export function createClientThrottle(rateLimiter: RateLimiter, perMinute: number) {
  const policy = { name: 'token-client', limit: perMinute, windowSeconds: 60 };

  /**
   * Counts one more for the client of a record that was found.
   * @throws CustomOIDCProviderError temporarily_unavailable, 429: nothing was used up.
   */
  return async function throttleClient(model: string, record: Readonly<Record<string, unknown>>): Promise<void> {
    if (!MODELS.has(model)) return;
    const { allowed, retryAfterSeconds } = await rateLimiter.count(policy, String(record.clientId));
    if (allowed) return;
    Provider.ctx?.set('Retry-After', String(retryAfterSeconds));
    const error = new errors.CustomOIDCProviderError('temporarily_unavailable', 'too many requests of this client');
    throw Object.assign(error, { status: 429, statusCode: 429 });
  };
}
