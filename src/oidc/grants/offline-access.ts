/**
 * `offline_access` that was asked for is named in the answer (RFC 6749 §3.3), for a client that is registered with it. The
 * library drops it where no consent is asked for (OpenID Connect Core §11), and several client libraries then refuse the
 * answer, whose scope is not the one they asked for. It adds no life to anything: what a client is given, and for how long,
 * is in its registration.
 */
import type { KoaContextWithOIDC } from 'oidc-provider';

const OFFLINE = 'offline_access';

/** Puts it back among the scopes of an authorization request, once the library has read them. */
export function keepOfflineAccess({ oidc, query }: Pick<KoaContextWithOIDC, 'oidc' | 'query'>): void {
  const { client, params } = oidc;
  const has = (scope: unknown) => typeof scope === 'string' && scope.split(' ').includes(OFFLINE);
  if (!params || !has(query.scope) || has(params.scope) || !has(client?.scope)) return;
  params.scope = [params.scope, OFFLINE].filter(Boolean).join(' ');
}
