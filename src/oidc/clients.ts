/** Our relying parties, in oidc-provider's metadata (RFC 7591 names). */
import type { ClientMetadata, Provider } from 'oidc-provider';
import type { Client } from '../ports/clients.ts';

export function toClientMetadata(client: Client): ClientMetadata {
  return {
    client_id: client.clientId,
    client_name: client.name,
    client_uri: client.homeUrl,
    ...(client.public
      ? { token_endpoint_auth_method: 'none' as const }
      : { token_endpoint_auth_method: 'client_secret_basic' as const, client_secret: client.secret }),
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    response_types: ['code'],
    grant_types: client.refresh ? ['authorization_code', 'refresh_token'] : ['authorization_code'],
    scope: client.scopes.join(' '),
    subject_type: 'pairwise',
    id_token_signed_response_alg: 'ES256',
    // Several redirect hosts need a sector of their own making: ours is the `sector` below, not a host.
    sector: client.sector,
    nir_entitled: client.nirEntitled,
    cors_origins: [...client.origins],
  };
}

/** The metadata of ours that oidc-provider keeps beside its own. */
export const extraClientMetadata = { properties: ['sector', 'nir_entitled', 'cors_origins'] };

/**
 * Has the library check every client: left alone, it does so at the first use, which is somebody's sign-in.
 * @throws Error that names the client it refuses.
 */
export async function checkClients(provider: Provider, clients: readonly Client[]): Promise<void> {
  for (const { clientId } of clients)
    try {
      await provider.Client.find(clientId);
    } catch (cause) {
      throw new Error(`the provider refuses the client ${clientId}`, { cause });
    }
}
