/**
 * When a person signed in, to the millisecond: what ends an account's sessions is kept as precisely, and both may fall into
 * one second. Sessions, codes and refresh tokens keep it in epoch seconds, with a fraction.
 */
import type { FindAccount, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Account } from '../domain/account.ts';

/** In epoch seconds, as sessions keep it. */
export function authTimeOf(provedAt: Date): number {
  return provedAt.getTime() / 1000;
}

/** Relying parties are told whole seconds (OpenID Connect Core §2): many read nothing else. */
export function tellWholeSeconds({ IdToken: { prototype } }: Provider): void {
  const { payload } = prototype;
  prototype.payload = async function wholeSeconds() {
    const claims = await payload.call(this);
    const { auth_time: authTime } = claims;
    return typeof authTime === 'number' ? { ...claims, auth_time: Math.floor(authTime) } : claims;
  };
}

/**
 * When the session or the token began, in epoch seconds. An access token knows the whole second of its issue: where the
 * account's sessions ended within that second, its session says more.
 */
export async function startOf(
  { oidc }: KoaContextWithOIDC,
  source: Parameters<FindAccount>[2],
  { sessionsEndedAt }: Account,
): Promise<number> {
  const authTime = source && 'authTime' in source ? source.authTime : undefined;
  const began = authTime ?? source?.iat ?? oidc.session?.loginTs ?? 0;
  if (sessionsEndedAt === undefined || began !== Math.floor(sessionsEndedAt.getTime() / 1000)) return began;
  const uid = source && 'sessionUid' in source ? source.sessionUid : undefined;
  const session = uid === undefined ? undefined : await oidc.provider.Session.findByUid(uid);
  return session?.loginTs ?? began;
}
