import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createFileClients } from '../../src/adapters/clients-file/clients-file.ts';
import type { Client } from '../../src/ports/clients.ts';
import { describeClients } from './clients.ts';

describeClients('a file', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-clients-'));
  const file = path.join(folder, 'clients.yaml');
  const secrets = new Map<string, string>();
  return {
    port: createFileClients({
      path: file,
      readSecret: (variable) => secrets.get(variable),
      checkAddress: () => {},
      checkClients: () => [],
    }),
    async register(clients) {
      for (const { clientId, secret } of clients) if (secret) secrets.set(variableOf(clientId), secret);
      writeFileSync(file, JSON.stringify({ clients: clients.map(toEntry) }));
    },
    remove: async () => rmSync(file),
    close: async () => rmSync(folder, { recursive: true }),
  };
});

function toEntry(client: Client) {
  return {
    client_id: client.clientId,
    name: client.name,
    home_url: client.homeUrl,
    sector: client.sector,
    redirect_uris: client.redirectUris,
    post_logout_redirect_uris: client.postLogoutRedirectUris,
    scopes: client.scopes,
    nir_entitled: client.nirEntitled,
    public: client.public,
    native: client.native,
    token_endpoint_auth_method: client.tokenEndpointAuthMethod,
    id_token_alg: client.idTokenAlgorithm,
    secret_env: client.secret && variableOf(client.clientId),
    origins: client.origins,
    refresh: client.refresh,
    refresh_reuse: client.refreshReuse,
    refresh_rotation: client.refreshRotation,
  };
}

function variableOf(clientId: string): string {
  return `SECRET_${clientId.toUpperCase().replace(/\W/g, '_')}`;
}
