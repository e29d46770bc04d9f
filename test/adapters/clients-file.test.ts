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

  /** Each a change of one line: what is right of it, and what is wrong. */
  const NATIVE = 'public: true\n    native: true';
  const sides: readonly { title: string; from: string; right: string; wrong: string; fault: string }[] = [
    {
      title: 'asks for openid among the scopes',
      from: 'sector: portal',
      right: 'sector: portal\n    scopes: [openid]',
      wrong: 'sector: portal\n    scopes: [profile]',
      fault: 'client portal: scopes: openid is required',
    },
    {
      title: 'takes no fragment in a redirect URI (RFC 6749 §3.1.2)',
      from: 'portal.test/callback',
      right: 'portal.test/callback?at=end',
      wrong: 'portal.test/callback#end',
      fault: 'client portal: redirect_uris, number 1: must be an http or https address without a fragment',
    },
    {
      title: 'takes an id of 64 characters, and no longer one',
      from: 'client_id: portal',
      right: `client_id: ${'a'.repeat(64)}`,
      wrong: `client_id: ${'a'.repeat(65)}`,
      fault: 'client number 1: client_id: must be 1 to 64 letters, digits, dots and dashes',
    },
    {
      title: 'takes an address of 1024 bytes, and no longer one',
      from: 'https://portal.test/callback',
      right: `https://portal.test/${'a'.repeat(1004)}`,
      wrong: `https://portal.test/${'a'.repeat(1005)}`,
      fault: 'client portal: redirect_uris, number 1: longer than 1024 bytes',
    },
    {
      title: 'takes http of a native client on the loopback, and not on every address of the machine',
      from: 'redirect_uris: [https://portal.test/callback]\n    secret_env: PORTAL_SECRET',
      right: `redirect_uris: ['http://127.0.0.1/callback']\n    ${NATIVE}`,
      wrong: `redirect_uris: ['http://0.0.0.0/callback']\n    ${NATIVE}`,
      fault: 'client portal: redirect_uris, number 1: of a native client, http is for 127.0.0.1 and [::1] alone',
    },
    {
      title: 'takes the name of a variable for a secret, and nothing else',
      from: 'secret_env: PORTAL_SECRET',
      right: 'secret_env: PORTAL_SECRET',
      wrong: 'secret_env: PORTAL-SECRET',
      fault: 'client portal: secret_env: must be the name of a variable, such as CLIENT_PORTAL_SECRET',
    },
  ];
  for (const { title, from, right, wrong, fault } of sides)
    it(title, () => {
      assert.deepEqual(readClientsFile(file(minimal.replace(from, right))).faults, []);
      assert.deepEqual(readClientsFile(file(minimal.replace(from, wrong))).faults, [fault]);
    });

  it('knows an origin of a page in an application by its host alone: with a port or a path it is a web address like others', () => {
    const checked: string[] = [];
    const withOrigin = (origin: string) => {
      const native = minimal.replace(
        'redirect_uris: [https://portal.test/callback]\n    secret_env: PORTAL_SECRET',
        `redirect_uris: ['fr.example.app:/callback']\n    ${NATIVE}\n    origins: ['${origin}']`,
      );
      const checkAddress = (_: string, url: string) => checked.push(url);
      assert.deepEqual(readClientsFile({ ...file(native), checkAddress }).faults, [], origin);
    };
    for (const origin of ['https://localhost', 'http://localhost', 'capacitor://localhost']) withOrigin(origin);
    assert.deepEqual(checked, ['https://portal.test', 'https://portal.test', 'https://portal.test']);
    for (const origin of ['https://localhost:8443', 'https://localhost/page']) {
      checked.length = 0;
      withOrigin(origin);
      assert.ok(checked.includes(origin), origin);
    }
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
