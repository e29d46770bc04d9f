/** One relying party of each kind, as the register knows them. */
import type { Client } from '../../../src/ports/clients.ts';

export const SECRET = 'a secret that has 32 characters and more';

const common = {
  homeUrl: 'https://portal.test',
  sector: 'agency',
  postLogoutRedirectUris: ['https://portal.test/bye'],
  scopes: ['openid', 'offline_access', 'profile', 'identite_pivot'],
  nirEntitled: false,
  public: false,
  native: false,
  idTokenAlgorithm: 'ES256',
  secret: SECRET,
  origins: [],
  refresh: true,
  refreshReuse: 'grace',
  refreshRotation: true,
} as const satisfies Partial<Client>;

const open = { public: true, secret: undefined, scopes: ['openid', 'profile'] } as const;

const at = (clientId: string, more: Partial<Client> = {}): Client => ({
  ...common,
  clientId,
  name: `The client ${clientId}`,
  redirectUris: [`https://${clientId}.test/callback`],
  ...more,
});

export const CLIENTS: readonly Client[] = [
  at('portal'),
  at('rights', { nirEntitled: true, refresh: false, scopes: ['openid', 'profile', 'identite_pivot', 'nir'] }),
  // Its registration lets it ask for the NIR, and nothing entitles it.
  at('curious', { scopes: ['openid', 'profile', 'identite_pivot', 'nir'] }),
  at('plain', { scopes: ['openid', 'profile'], sector: 'elsewhere' }),
  at('mobile', { ...open, sector: 'mobile', origins: ['https://mobile.test'] }),
  at('app', { ...open, native: true, redirectUris: ['fr.example.app:/callback', 'https://app.test/callback'] }),
  at('forgetful', { ...open, native: true, refresh: false, redirectUris: ['fr.example.forgetful:/callback'] }),
  at('strict', { refreshReuse: 'strict' }),
  at('still', { refreshRotation: false }),
  at('basic', { tokenEndpointAuthMethod: 'client_secret_basic' }),
  at('post', { tokenEndpointAuthMethod: 'client_secret_post' }),
  at('rsa', { idTokenAlgorithm: 'RS256' }),
];
