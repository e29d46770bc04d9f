/**
 * The protocol side: authorization code flow with PKCE, refresh and logout, each step one call to openid-client, which
 * does the checks. It owns the configuration of the provider; it knows nothing of cookies, sessions or pages.
 */
import { setTimeout as delay } from 'node:timers/promises';
import * as client from 'openid-client';

export interface RelyingPartySettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Both compared exactly with what is registered (RFC 9700 §2.1). */
  readonly redirectUri: string;
  readonly postLogoutRedirectUri: string;
}

/** What must be remembered from the request to the answer, in the browser that asked and on our side only. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** They stay on the server: no page, address of ours or log ever holds one (RFC 9700 §4.2, §4.3). */
export interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
  readonly idTokenClaims: client.IDToken;
  readonly refreshToken?: string;
}

export type Userinfo = client.UserInfoResponse;
export type RelyingParty = ReturnType<typeof createRelyingParty>;

const SCOPE = 'openid profile identite_pivot';
const DISCOVERY_ATTEMPTS = 5;

export function createRelyingParty(settings: RelyingPartySettings) {
  let discovered: Promise<client.Configuration> | undefined;

  return {
    /** Where to send the browser, and what to remember until it is back. */
    async begin(loginHint?: string): Promise<{ redirectTo: URL; pending: PendingSignIn }> {
      const pending = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        codeVerifier: client.randomPKCECodeVerifier(),
      };
      const redirectTo = client.buildAuthorizationUrl(await provider(), {
        redirect_uri: settings.redirectUri,
        scope: SCOPE,
        state: pending.state,
        nonce: pending.nonce,
        // Confidential clients too: PKCE stops a stolen code from being injected here (RFC 9700 §2.1.1, §4.5).
        code_challenge: await client.calculatePKCECodeChallenge(pending.codeVerifier),
        code_challenge_method: 'S256',
        ui_locales: 'fr',
        ...(loginHint && { login_hint: loginHint }),
      });
      return { redirectTo, pending };
    },

    /**
     * Turns the answer into tokens. openid-client checks `iss` (RFC 9207 §2.4) and `state` before it looks at anything
     * else, errors included, then the ID token: issuer, audience, times, nonce, signature (OIDC Core §3.1.3.7).
     */
    async complete(answer: URL, pending: PendingSignIn): Promise<Tokens> {
      const response = await client.authorizationCodeGrant(await provider(), answer, {
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        pkceCodeVerifier: pending.codeVerifier,
        idTokenExpected: true,
      });
      return toTokens(response);
    },

    /** New tokens for the refresh token. Keep what it returns at once: the old refresh token is no longer good. */
    async refresh(tokens: Tokens): Promise<Tokens> {
      if (!tokens.refreshToken) throw new Error('this session has no refresh token');
      const fresh = toTokens(await client.refreshTokenGrant(await provider(), tokens.refreshToken), tokens);
      // OIDC Core §12.2: the same person, or nobody.
      if (fresh.idTokenClaims.sub !== tokens.idTokenClaims.sub)
        throw new Error('the refreshed ID token has another sub');
      return fresh;
    },

    /** The claims; those of another `sub` are refused (OIDC Core §5.3.2). */
    async userinfo({ accessToken, idTokenClaims }: Tokens): Promise<Userinfo> {
      return client.fetchUserInfo(await provider(), accessToken, idTokenClaims.sub);
    },

    /**
     * Where the provider ends its session, and every token with it. The hint says whose: with it the person is asked
     * nothing. The state comes back when they are out, and then alone (OIDC RP-Initiated Logout §2, §3).
     */
    async beginSignOut({ idToken }: Tokens): Promise<{ redirectTo: URL; state: string }> {
      const state = client.randomState();
      const redirectTo = client.buildEndSessionUrl(await provider(), {
        id_token_hint: idToken,
        state,
        post_logout_redirect_uri: settings.postLogoutRedirectUri,
      });
      return { redirectTo, state };
    },
  };

  /** Discovered when first needed, once. A failure is not kept: the provider may be starting at the same time as us. */
  function provider(): Promise<client.Configuration> {
    discovered ??= discover().catch((error) => {
      discovered = undefined;
      throw error;
    });
    return discovered;
  }

  async function discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = settings;
    // Plain HTTP is for a provider on this very machine; anywhere else openid-client insists on TLS.
    const isLocal = issuer.protocol === 'http:' && issuer.hostname === 'localhost';
    const execute = [client.enableNonRepudiationChecks, ...(isLocal ? [client.allowInsecureRequests] : [])];
    for (let attempt = 1; ; attempt++) {
      try {
        return await client.discovery(
          issuer,
          clientId,
          // The algorithm is our choice, never the token's (RFC 8725 §3.1).
          { id_token_signed_response_alg: 'ES256' },
          client.ClientSecretBasic(clientSecret),
          { execute, timeout: 5 },
        );
      } catch (error) {
        if (attempt === DISCOVERY_ATTEMPTS) throw error;
        await delay(300 * attempt);
      }
    }
  }
}

/** What a refresh leaves out is unchanged: the refresh token (RFC 6749 §6), the ID token (OIDC Core §12.2). */
function toTokens(
  response: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers,
  previous?: Tokens,
): Tokens {
  const idToken = response.id_token ?? previous?.idToken;
  const idTokenClaims = response.claims() ?? previous?.idTokenClaims;
  if (!idToken || !idTokenClaims) throw new Error('the provider gave no ID token');
  return {
    accessToken: response.access_token,
    idToken,
    idTokenClaims,
    refreshToken: response.refresh_token ?? previous?.refreshToken,
  };
}
