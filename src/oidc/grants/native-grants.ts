/**
 * What a native application is given outlives the session of the browser that it came through (RFC 8252): it has times of
 * its own, and the library leaves it alone at sign-out. Here it ends when that application signs out (ADR 0032). What
 * ends every session of an account ends it too: accounts-and-claims refuses what began before.
 */
import type { Client, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { ProtocolStore } from '../../ports/protocol-store.ts';
import type { Clock } from '../../ports/system.ts';

/** `sid`, which the ID token of a native client has, leads to its grant: no scan, and no other device of the person. */
const MODEL = 'NativeGrant';

interface Times {
  readonly nativeRefreshIdleSeconds: number;
  readonly nativeRefreshMaximumSeconds: number;
  readonly sessionMaximumSeconds: number;
}

export type NativeGrants = ReturnType<typeof createNativeGrants>;

interface Parts {
  readonly protocolStore: Pick<ProtocolStore, 'find' | 'upsert' | 'destroy'>;
  readonly clock: Clock;
  readonly times: Times;
}

/** Whether what this client is given lives by times of its own. Without refresh tokens there is nothing to keep. */
export function outlivesSession(client: Client | undefined): boolean {
  return client?.applicationType === 'native' && client.grantTypeAllowed('refresh_token');
}

export function createNativeGrants({ protocolStore, clock, times }: Parts) {
  async function end(sid: unknown): Promise<void> {
    if (typeof sid !== 'string') return;
    const found = await protocolStore.find(MODEL, sid);
    if (found) await protocolStore.destroy('Grant', String(found.grantId));
  }

  return {
    /** The life of a refresh token, in seconds. @param begunAt when the first of its family was given, in epoch seconds. */
    refreshTokenSeconds(client: Client | undefined, begunAt: number | undefined): number {
      if (!outlivesSession(client)) return times.sessionMaximumSeconds;
      const age = begunAt === undefined ? 0 : Math.floor(clock.now().getTime() / 1000) - begunAt;
      return Math.max(1, Math.min(times.nativeRefreshIdleSeconds, times.nativeRefreshMaximumSeconds - age));
    },

    /** A grant may have begun with its session, before the tokens that stand on it. */
    grantSeconds: (client: Client | undefined): number =>
      times.sessionMaximumSeconds + (outlivesSession(client) ? times.nativeRefreshMaximumSeconds : 0),

    /** Keeps where the grant of a refresh token is found, for as long as that lives. */
    async note(token: Readonly<Record<string, unknown>>, seconds: number): Promise<void> {
      const { sid, grantId, expiresWithSession } = token;
      if (typeof sid !== 'string' || expiresWithSession) return;
      await protocolStore.upsert(MODEL, sid, { grantId }, seconds);
    },

    /** Has the ID tokens of native clients have a `sid`. */
    nameSessions(provider: Provider): void {
      const { prototype } = provider.Client;
      const { includeSid } = prototype;
      prototype.includeSid = function includeSidOfNative() {
        return outlivesSession(this) || includeSid.call(this);
      };
    },

    /**
     * Ends the grant of a native client that signs out: by its ID token at once, for that client has signed its person
     * out, whoever the browser is signed in as; and by the session when that ends for it.
     */
    async endAtSignOut(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
      await next();
      const { route, client, session, entities } = ctx.oidc ?? {};
      if (ctx.status >= 400 || !client || !outlivesSession(client)) return;
      if (route === 'end_session') await end(entities?.IdTokenHint?.payload.sid);
      // Of who stays connected the library has taken the client out of the session.
      if (route === 'end_session_confirm') await end(session?.authorizations?.[client.clientId]?.sid);
    },
  };
}
