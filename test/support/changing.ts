/** A register of clients and a set of signing keys that a test changes while the service runs. */
import path from 'node:path';
import { readClientsFile } from '../../src/adapters/clients-file/clients-file.ts';
import { generateSecrets } from '../../src/embedded/generate-secrets.ts';
import type { Client } from '../../src/ports/clients.ts';
import type { Ports } from '../../src/ports/ports.ts';
import type { PrivateSigningKey } from '../../src/ports/signing-keys.ts';
import { projectRoot } from '../../src/project-root.ts';
import { testSecrets } from './service.ts';

export interface Changing {
  readonly ports: Pick<Ports, 'clients' | 'signingKeys'>;
  clients: readonly Client[];
  keys: readonly PrivateSigningKey[];
}

/** Begins with the committed clients and the keys of the tests. */
export function createChanging(): Changing {
  const { clients } = readClientsFile({
    path: path.join(projectRoot, 'config/clients.yaml'),
    readSecret: (variable) => testSecrets[variable],
    checkAddress: () => {},
    checkClients: () => [],
  });
  const changing: Changing = {
    clients,
    keys: keysOf(testSecrets),
    ports: {
      clients: {
        list: async () => changing.clients,
        find: async (id) => changing.clients.find(({ clientId }) => clientId === id),
      },
      signingKeys: { list: async () => changing.keys },
    },
  };
  return changing;
}

/** Keys that no service has yet: an ES256 one and an RS256 one. */
export function freshKeys(): readonly PrivateSigningKey[] {
  return keysOf(generateSecrets());
}

function keysOf(secrets: Record<string, string>): readonly PrivateSigningKey[] {
  return (JSON.parse(secrets.SIGNING_KEYS ?? '') as { keys: PrivateSigningKey[] }).keys;
}
