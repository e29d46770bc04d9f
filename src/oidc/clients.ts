/** Our relying parties, in oidc-provider's metadata (RFC 7591 names). */
import type { ClientMetadata } from 'oidc-provider';
import type { ClientDefinition } from '../config/clients.ts';

export function toClientMetadata(client: ClientDefinition): ClientMetadata {
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
