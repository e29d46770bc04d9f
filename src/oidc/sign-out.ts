/**
 * Sign-out in one act (OpenID Connect RP-Initiated Logout 1.0 §2): an ID token of this very session says who asks and for
 * whom, and there is nothing left to ask the person. Without one anybody's page could sign them out, so they are asked.
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../config/config.ts';
import { isHttps } from '../web-address.ts';
import { pairwiseKey, pairwiseSub } from './keys.ts';

type Answering = Pick<KoaContextWithOIDC, 'cookies' | 'redirect' | 'status'>;

export type SignOut = ReturnType<typeof createSignOut>;

export function createSignOut({ issuer, secrets }: Pick<Config, 'issuer' | 'secrets'>) {
  const subjectKey = pairwiseKey(secrets.pairwiseKey);
  const cookie = { httpOnly: true, sameSite: 'lax', secure: isHttps(issuer), signed: true, overwrite: true } as const;

  return {
    /**
     * Whether the hint is of this session: given to a client that the person signed in to here, about the person who is
     * signed in. The library has verified its signature, issuer and audience; one that has expired will do (§2).
     */
    isHinted({ oidc }: KoaContextWithOIDC): boolean {
      const { client, session, entities } = oidc;
      const { payload } = entities.IdTokenHint ?? {};
      if (!payload || !client || session?.accountId === undefined) return false;
      if (!Object.hasOwn(session.authorizations ?? {}, client.clientId)) return false;
      return payload.sub === pairwiseSub(subjectKey, String(client.sector), session.accountId);
    },

    /**
     * Ends the session, with every grant that was given in it, and leads on. A grant that ends takes its tokens along.
     * That of another native application stays, as the library has it: it has times of its own (ADR 0032).
     */
    async end(ctx: Answering, oidc: KoaContextWithOIDC['oidc']): Promise<void> {
      const { client, session, provider } = oidc;
      for (const [clientId, { grantId, persistsLogout }] of Object.entries(session?.authorizations ?? {}))
        if (grantId !== undefined && (!persistsLogout || clientId === client?.clientId))
          await (await provider.Grant.find(grantId))?.destroy();
      await session?.destroy();
      // The cookie that the library may have set in this very answer goes too.
      ctx.cookies.set(provider.cookieName('session'), null, cookie);
      ctx.redirect(signedOutUrl(oidc));
      ctx.status = 303;
    },
  };
}

/** Where the relying party asked to be told, with its `state` (§3); our own page where it did not. */
function signedOutUrl(oidc: KoaContextWithOIDC['oidc']): string {
  const { client, params } = oidc;
  // The library has dropped an address that is not registered.
  const asked = params?.post_logout_redirect_uri;
  const url = new URL(typeof asked === 'string' ? asked : oidc.urlFor('end_session_success'));
  if (typeof asked !== 'string' && client) url.searchParams.set('client_id', client.clientId);
  if (typeof asked === 'string' && typeof params?.state === 'string') url.searchParams.set('state', params.state);
  return url.href;
}
