/** The suite of the clients: a register that somebody else changes, behind the port, while the service runs. */
import assert from 'node:assert/strict';
import type { Client, Clients } from '../../src/ports/clients.ts';
import { unavailable } from './backends.ts';

/** A register, and what the suite needs besides the port: to write it as its owner would. */
export interface RegisterOfClients {
  readonly port: Clients;
  /** Replaces the register, by one that holds these clients in this order. */
  register(clients: readonly Client[]): Promise<void>;
  /** Takes the register away. */
  remove(): Promise<void>;
  close(): Promise<void>;
}

/** A confidential client, every field unlike its default. */
const full: Client = {
  clientId: 'Portal.v2_test-1',
  name: 'Le portail « été »',
  homeUrl: 'https://portal.test/accueil',
  sector: 'portal-and-friends',
  redirectUris: ['https://portal.test/callback', 'https://portal.test/callback?from=app'],
  postLogoutRedirectUris: ['https://portal.test/', 'https://portal.test/bye'],
  scopes: ['openid', 'offline_access', 'profile', 'identite_pivot', 'nir'],
  nirEntitled: true,
  public: false,
  native: false,
  tokenEndpointAuthMethod: 'client_secret_post',
  idTokenAlgorithm: 'RS256',
  secret: 'a secret of more than thirty-two characters',
  origins: ['https://portal.test', 'https://www.portal.test:8443'],
  refresh: true,
  refreshReuse: 'strict',
  refreshRotation: false,
};

/** A public client, with as little as a client can have. */
const bare: Client = {
  clientId: 'mobile',
  name: 'Mobile',
  homeUrl: 'https://mobile.test/',
  sector: 'mobile',
  redirectUris: ['https://mobile.test/callback'],
  postLogoutRedirectUris: [],
  scopes: ['openid'],
  nirEntitled: false,
  public: true,
  native: true,
  tokenEndpointAuthMethod: 'none',
  idTokenAlgorithm: 'ES256',
  secret: undefined,
  origins: [],
  refresh: false,
  refreshReuse: 'grace',
  refreshRotation: true,
};

export function describeClients(name: string, open: () => Promise<RegisterOfClients>): void {
  describe(`the clients, on ${name}`, () => {
    let backend: RegisterOfClients;
    let clients: Clients;
    beforeEach(async () => {
      backend = await open();
      clients = backend.port;
    });
    afterEach(() => backend.close());

    it('give back every field', async () => {
      await backend.register([full, bare]);
      assert.deepEqual(await clients.find(full.clientId), full);
      assert.deepEqual(await clients.find(bare.clientId), bare);
    });

    it('are listed whole, in the order of the register', async () => {
      const more = ['c', 'a', 'b'].map((clientId) => ({ ...bare, clientId }));
      await backend.register([full, ...more]);
      assert.deepEqual(await clients.list(), [full, ...more]);
    });

    it('answer undefined for an unknown id, and compare ids exactly', async () => {
      await backend.register([full, bare]);
      for (const id of ['unknown', '', 'MOBILE', ' mobile', 'mobile ', 'toString', '__proto__'])
        assert.equal(await clients.find(id), undefined, id);
    });

    it('follow a change at the next call', async () => {
      await backend.register([full, bare]);
      await clients.list();
      const renamed = { ...full, name: 'Another name', secret: 'another secret of thirty-two characters' };
      await backend.register([renamed]);
      assert.deepEqual(await clients.list(), [renamed]);
      assert.equal(await clients.find(bare.clientId), undefined);
    });

    it('are never two of one id', async () => {
      await assert.rejects(async () => {
        await backend.register([full, bare, { ...bare, name: 'Twice' }]);
        await clients.list();
      }, naming('mobile'));
    });

    it('are given whole or not at all: a fault of one is named, and nobody is found', async () => {
      await assert.rejects(async () => {
        await backend.register([full, { ...bare, redirectUris: [] }]);
        await clients.find(full.clientId);
      }, naming('mobile'));
    });

    it('say store_unavailable when the register is away, and never that a client is unknown', async () => {
      await backend.register([full, bare]);
      await backend.remove();
      await assert.rejects(clients.list(), unavailable);
      await assert.rejects(clients.find(full.clientId), unavailable);
    });
  });
}

/** A refusal whose faults, for the log, begin with the client. */
function naming(clientId: string) {
  return (error: { code?: string; details?: { faults?: readonly string[] } }) => {
    assert.equal(error.code, unavailable.code);
    assert.ok(error.details?.faults?.every((fault) => fault.startsWith(`client ${clientId}: `)));
    return true;
  };
}
