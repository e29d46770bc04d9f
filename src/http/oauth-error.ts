/** What an error becomes at the endpoints that programs call by OAuth 2.0: its own form, which client libraries read. */
import type { ErrorCode, ServiceError } from '../errors.ts';
import { protocolRoutes } from '../oidc/paths.ts';
import type { Catalogue } from '../screens/catalogue.ts';
import type { Context } from './request-state.ts';

const ENDPOINTS: ReadonlySet<string> = new Set([
  protocolRoutes.token,
  protocolRoutes.revocation,
  protocolRoutes.userinfo,
]);

/** Not in RFC 6749 §5.2, which knows no limits: the name that §4.1.2.1 has for « try again later ». */
const LATER: ReadonlySet<ErrorCode> = new Set(['too_many_requests', 'busy', 'store_unavailable']);

/**
 * Any origin may read that it must wait, or that it sent too much: the body says nothing else. Which client asks, and
 * from which origins it may, is not known before its request is read.
 * @param words in English: a description is ASCII (RFC 6749 §5.2).
 * @returns false at every other path.
 */
export function renderOAuthError(ctx: Context, { code, status }: ServiceError, words: Catalogue): boolean {
  if (!ENDPOINTS.has(ctx.path)) return false;
  const error = LATER.has(code) ? 'temporarily_unavailable' : status >= 500 ? 'server_error' : 'invalid_request';
  ctx.vary('Origin');
  const origin = ctx.get('Origin');
  if (origin) {
    ctx.set('Access-Control-Allow-Origin', origin);
    ctx.set('Access-Control-Expose-Headers', 'Retry-After');
  }
  ctx.body = { error, error_description: words.text(`errors.${code}.title`).replace(/[^\x20-\x7e]|["\\]/g, '') };
  return true;
}
