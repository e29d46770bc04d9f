/** Our relying parties, in oidc-provider's metadata (RFC 7591 names). */
import { type ClientMetadata, Provider } from 'oidc-provider';
import type { Client, IdTokenAlgorithm } from '../ports/clients.ts';

export function toClientMetadata(client: Client): ClientMetadata {
  return {
    client_id: client.clientId,
    client_name: client.name,
    client_uri: client.homeUrl,
    application_type: client.native ? 'native' : 'web',
    token_endpoint_auth_method: client.tokenEndpointAuthMethod ?? (client.public ? 'none' : 'client_secret_basic'),
    ...(client.public ? {} : { client_secret: client.secret }),
    one_auth_method: client.tokenEndpointAuthMethod !== undefined,
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    response_types: ['code'],
    grant_types: client.refresh ? ['authorization_code', 'refresh_token'] : ['authorization_code'],
    scope: client.scopes.join(' '),
    subject_type: 'pairwise',
    id_token_signed_response_alg: client.idTokenAlgorithm,
    // The library asks for it of several redirect hosts (127.0.0.1 and [::1]). Our sector is the one below, and no host.
    sector_identifier_uri: 'https://sector.invalid/',
    sector: client.sector,
    nir_entitled: client.nirEntitled,
    cors_origins: [...client.origins],
    refresh_reuse: client.refreshReuse,
    refresh_rotation: client.refreshRotation,
  };
}

/** How a client may authenticate, wherever it does. */
export const clientAuthMethods = ['client_secret_basic', 'client_secret_post', 'none'] as const;

/** The metadata of ours that oidc-provider keeps beside its own. */
export const extraClientMetadata = {
  properties: ['sector', 'nir_entitled', 'cors_origins', 'one_auth_method', 'refresh_reuse', 'refresh_rotation'],
};

/**
 * Holds a client to the method that it declares: the library takes a secret in the header and in the body alike. The
 * wrong way answers what a wrong secret does.
 */
export function holdToAuthMethods(provider: Provider): void {
  const { prototype } = provider.Client;
  const compare = prototype.compareClientSecret;
  prototype.compareClientSecret = function compareClientSecret(secret) {
    // As the library finds the secret: that of the body, where there is one, and an empty header shows none.
    const used = Provider.ctx?.oidc.params?.client_secret ? 'client_secret_post' : 'client_secret_basic';
    if (this.one_auth_method && this.tokenEndpointAuthMethod !== used) return false;
    return compare.call(this, secret);
  };
}

/**
 * A hint is good by either of our algorithms: an ID token that was given before its client chose the other one still says
 * who it was. The library expects that of today; each has keys of its own, so neither stands for the other.
 */
export function takeHintsOfBothAlgorithms({ IdToken }: Provider): void {
  const { validate } = IdToken;
  IdToken.validate = (hint, client) => {
    const used = algorithmOf(hint);
    return validate.call(IdToken, hint, Object.create(client, { idTokenSignedResponseAlg: { value: used } }));
  };
}

/** As its header says, when that is one of ours. */
function algorithmOf(token: string): IdTokenAlgorithm {
  const header = Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8');
  return /"alg"\s*:\s*"RS256"/.test(header) ? 'RS256' : 'ES256';
}

/**
 * Has the library check every client: left alone, it does so at the first use, which is somebody's sign-in.
 * @throws Error that names the client it refuses.
 */
export async function checkClients(provider: Provider, clients: readonly Client[]): Promise<void> {
  for (const { clientId } of clients)
    try {
      await provider.Client.find(clientId);
    } catch (cause) {
      const { error_description: reason = '' } = cause as { error_description?: string };
      throw new Error(`client ${clientId}: the provider refuses it${reason && `: ${reason}`}`, { cause });
    }
}
