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
    return { path: where, readSecret, checkAddress: () => {}, checkClients: () => [] };
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
        native: false,
        tokenEndpointAuthMethod: undefined,
        idTokenAlgorithm: 'ES256',
        secret: SECRET,
        origins: [],
        refresh: false,
        refreshReuse: 'grace',
        refreshRotation: true,
      },
    ]);
  });

  it('that is not YAML is one fault, in one line', () => {
    const { clients, faults } = readClientsFile(file(`${minimal}  - [`));
    assert.deepEqual(clients, []);
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? '', /^clients\.file \(CLIENTS_FILE\): is not YAML at line \d+, column \d+$/);
  });

  it('quotes nothing of itself in a fault, wherever a secret was written by mistake', () => {
    const misplaced = [
      minimal.replace('secret_env: PORTAL_SECRET', `secret_env: very-secret`),
      minimal.replace('https://portal.test/callback', '"ftp://user:very-secret@portal.test"'),
      minimal.replace('home_url: https://portal.test', 'home_url: very-secret'),
      minimal.replace('client_id: portal', 'client_id: very-secret/'),
      minimal.replace('client_id: portal', 'client_id: very-secret/').replaceAll('  - ', '  - very-secret: 1\n    '),
      `${minimal}    scopes: [openid, very-secret]\n`,
      `${minimal}    very-secret: *very-secret\n`,
      `${minimal}    ? very-secret : [`,
      `%YAML 1.1\n---\n${minimal}    <<: very-secret\n`,
      `${minimal}    note: !very-secret x\n    name: very-secret\n`,
    ];
    const written: string[] = [];
    const warn = process.emitWarning;
    process.emitWarning = (warning) => void written.push(String(warning));
    try {
      for (const content of misplaced) {
        const { faults } = readClientsFile(file(content));
        assert.ok(faults.length > 0, content);
        assert.doesNotMatch([...faults, ...written].join('\n'), /very-secret/);
      }
    } finally {
      process.emitWarning = warn;
    }
  });

  it('is one document: what stands in a second would be lost in silence', () => {
    for (const more of ['---\nclients: []\n', '...\ngarbage: ['])
      assert.match(readClientsFile(file(minimal + more)).faults.join(), /is not YAML at line \d+, column \d+$/);
  });

  it('names what is no text, also where nothing could make a text of it', () => {
    const odd = '{ toString: x, valueOf: y }';
    const { faults } = readClientsFile(
      file(
        minimal.replace('name: Portal', `name: ${odd}`).replace('[https://portal.test/callback]', `[${odd}]`) +
          `    scopes: [openid, ${odd}]\n`,
      ),
    );
    for (const start of ['name: required', 'redirect_uris, number 1: must be', 'scopes, number 2: must be'])
      assert.ok(
        faults.some((fault) => fault.startsWith(`client portal: ${start}`)),
        start,
      );
  });

  it('names an entry without a sound id by where it stands', () => {
    const { faults } = readClientsFile(file(`${minimal}  - client_id: a b\n  - client_id: a b\n  - text\n`));
    for (const start of ['client number 2: client_id', 'client number 3: client_id', 'client number 4: client_id'])
      assert.ok(
        faults.some((fault) => fault.startsWith(start)),
        start,
      );
    assert.ok(!faults.some((fault) => fault.includes('twice')));
  });

  it('names the faults of every entry at once, also of one that is no client at all', () => {
    const { faults } = readClientsFile(file(`${minimal}  - null\n  - client_id: other\n    name: ''\n`));
    for (const start of ['client number 2: client_id', 'client other: name', 'client other: secret_env'])
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
