import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createFileClients, readClientsFile } from '../../src/adapters/clients-file/clients-file.ts';

/** What the configuration says of a clients file stands in config.test.ts; here is what the file says alone. */
describe('the clients file', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-clients-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const minimal = `clients:
  - client_id: portal
    name: Portal
    home_url: https://portal.test
    sector: portal
    redirect_uris: [https://portal.test/callback]
    secret_env: PORTAL_SECRET
`;
  const SECRET = 'x'.repeat(32);

  function file(content: string, readSecret: () => string | undefined = () => SECRET) {
    const where = path.join(folder, 'clients.yaml');
    writeFileSync(where, content);
    return { path: where, readSecret, checkAddress: () => {} };
  }

  it('gives a client what it does not say', () => {
    const { clients, faults } = readClientsFile(file(minimal));
    assert.deepEqual(faults, []);
    assert.deepEqual(clients, [
      {
        clientId: 'portal',
        name: 'Portal',
        homeUrl: 'https://portal.test',
        sector: 'portal',
        redirectUris: ['https://portal.test/callback'],
        postLogoutRedirectUris: [],
        scopes: ['openid', 'profile'],
        nirEntitled: false,
        public: false,
        secret: SECRET,
        origins: [],
        refresh: false,
      },
    ]);
  });

  it('that is not YAML is one fault, in one line', () => {
    const { clients, faults } = readClientsFile(file(`${minimal}  - [`));
    assert.deepEqual(clients, []);
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? '', /^clients\.file \(CLIENTS_FILE\): cannot be read: .* at line \d+, column \d+:?$/);
  });

  it('names the faults of every entry at once, also of one that is no client at all', () => {
    const { faults } = readClientsFile(file(`${minimal}  - null\n  - client_id: other\n    name: ''\n`));
    for (const start of ['client (without client_id): client_id', 'client other: name', 'client other: secret_env'])
      assert.ok(
        faults.some((fault) => fault.startsWith(start)),
        start,
      );
    assert.ok(!faults.some((fault) => fault.startsWith('client portal')));
  });

  it('has a new secret read at the next call', async () => {
    let secret = SECRET;
    const clients = createFileClients(file(minimal, () => secret));
    assert.equal((await clients.find('portal'))?.secret, SECRET);
    secret = 'y'.repeat(32);
    assert.equal((await clients.find('portal'))?.secret, secret);
  });

  it('keeps the secrets out of its faults', async () => {
    const short = 'very-secret';
    const clients = createFileClients(file(minimal, () => short));
    await assert.rejects(clients.list(), (error: { details: object }) => {
      assert.match(JSON.stringify(error.details), /PORTAL_SECRET/);
      assert.doesNotMatch(JSON.stringify(error.details), /very-secret/);
      return true;
    });
  });
});
