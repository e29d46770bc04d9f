/** A relying party on openid-client: begins a request, and redeems what comes back. */
import * as client from 'openid-client';
import { testSecrets } from './service.ts';
import type { Visitor } from './visitor.ts';

export interface BegunRequest {
  readonly url: string;
  readonly checks: client.AuthorizationCodeGrantChecks;
}

export interface RelyingParty {
  readonly configuration: client.Configuration;
  readonly redirectUri: string;
  begin(parameters?: Readonly<Record<string, string>>): Promise<BegunRequest>;
  redeem(
    callback: string,
    checks: client.AuthorizationCodeGrantChecks,
  ): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers>;
}

export async function createRelyingParty(
  issuer: string,
  clientId = 'mon-compte',
  secret: string | undefined = testSecrets.CLIENT_MON_COMPTE_SECRET,
  redirectUri = 'http://localhost:4000/callback',
): Promise<RelyingParty> {
  const configuration = await client.discovery(
    new URL(issuer),
    clientId,
    undefined,
    secret ? client.ClientSecretBasic(secret) : client.None(),
    { execute: [client.allowInsecureRequests] },
  );
  return {
    configuration,
    redirectUri,

    async begin(parameters = {}) {
      const verifier = client.randomPKCECodeVerifier();
      const [state, nonce] = [client.randomState(), client.randomNonce()];
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid profile identite_pivot',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...parameters,
      });
      const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
      return { url: url.href, checks };
    },

    redeem: (callback, checks) => client.authorizationCodeGrant(configuration, new URL(callback), checks),
  };
}

/** Begins a request and follows it to its interaction. @returns the address of the interaction. */
export async function openInteraction(
  visitor: Visitor,
  party: RelyingParty,
  parameters?: Readonly<Record<string, string>>,
): Promise<BegunRequest & { interaction: string }> {
  const begun = await party.begin(parameters);
  const answer = await visitor.request(begun.url);
  if (!answer.location?.includes('/interactions/')) throw new Error(`no interaction: ${answer.status} ${answer.text}`);
  return { ...begun, interaction: answer.location };
}

/** Posts the pair as JSON. */
export function signIn(visitor: Visitor, interaction: string, identifier: string, password: string, more: object = {}) {
  const identifierType = /^p/i.test(identifier) ? 'provisional' : 'nir';
  return visitor.request(`${interaction}/sign-in`, { json: { identifierType, identifier, password, ...more } });
}

/** A whole sign-in, to the tokens. */
export async function signInToTokens(
  visitor: Visitor,
  party: RelyingParty,
  identifier: string,
  password: string,
  parameters?: Readonly<Record<string, string>>,
) {
  const { interaction, checks } = await openInteraction(visitor, party, parameters);
  const answer = await signIn(visitor, interaction, identifier, password);
  if (answer.json?.status !== 'authenticated') throw new Error(`not signed in: ${answer.status} ${answer.text}`);
  const callback = (await visitor.request(answer.json.redirectTo)).location ?? '';
  const tokens = await party.redeem(callback, checks);
  return { callback, checks, tokens };
}
