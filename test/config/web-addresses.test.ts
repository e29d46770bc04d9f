/** Addresses of settings and of the clients file: one spelling each, no credentials, and what leads to this machine. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/environment.ts';
import { listSettings } from '../../src/config/list-settings.ts';
import { isHttps, isLoopback, isOnThisMachine } from '../../src/web-address.ts';
import { complete, faultsOf, production } from '../support/configuration.ts';

const SPELLING =
  'must be spelt like https://host.example/path: scheme and host in small letters, no space, no default port, no empty step, no dots for a step';
const CREDENTIALS = 'must name no user and no password';

/** Of an https address that is sound but for its spelling. */
const misspelt = [
  ...['HTTPS://id.test', 'Https://id.test', 'https:id.test', 'https:/id.test', 'https:///id.test', 'https:\\\\id.test'],
  ...[' https://id.test', 'https://id.test ', 'ht\ttps://id.test', 'https://id.te\nst', '\u0001https://id.test'],
  ...['https://ID.test', 'https://id.test:443', 'https://id.test:', 'https://id。test', 'https://énergie.test'],
  ...['https://0x7f.1', 'https://2130706433', 'https://@id.test', 'https://:@id.test'],
  ...['https://id.test//', 'https://id.test//a', 'https://id.test/a//b', 'https://id.test\\a', 'https://id.test/a b'],
  ...['https://id.test/a/../b', 'https://id.test/.', 'https://id.test/%2e%2E/b'],
];
const plain = ['https://id.test', 'https://id.test/', 'https://id.test:8443/a/b.c', 'https://[2001:db8::1]:8443/a'];
const addresses = listSettings().flatMap(({ place, definition }) =>
  definition.is === 'setting' && definition.kind === 'address' ? [{ place, variable: definition.variable }] : [],
);
/** The same address in every setting of an address: one reading says what each of them makes of it. */
const everywhere = (address: string) => Object.fromEntries(addresses.map(({ variable }) => [variable, address]));

describe('an address', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-addresses-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const portal = {
    client_id: 'portal',
    name: 'Portal',
    home_url: 'https://portal.test',
    sector: 'portal',
    redirect_uris: ['https://portal.test/callback'],
    secret_env: 'CLIENT_MON_COMPTE_SECRET',
  };
  /** A clients file with these clients, each different from the portal by what is given. */
  function clients(differences: readonly object[], environment: Environment = complete): Environment {
    const CLIENTS_FILE = path.join(folder, 'clients.yaml');
    writeFileSync(CLIENTS_FILE, JSON.stringify({ clients: differences.map((more) => ({ ...portal, ...more })) }));
    return { ...environment, CLIENTS_FILE };
  }
  /** The same address in every place of a client that takes one; a native client has one more rule for its own. */
  const keyed = (address: string) => [
    { home_url: address, redirect_uris: [address], post_logout_redirect_uris: [address], origins: [address] },
    { client_id: 'native', native: true, public: true, secret_env: undefined, redirect_uris: [address] },
  ];
  const faultOfEach = (fault: string) => [
    `client portal: redirect_uris, number 1: ${fault}`,
    `client portal: home_url: ${fault}`,
    `client portal: post_logout_redirect_uris, number 1: ${fault}`,
    `client portal: origins, number 1: ${fault}`,
    `client native: redirect_uris, number 1: ${fault}`,
  ];

  it('of a setting has one spelling, which all who read it read alike', () => {
    assert.ok(addresses.length > 10);
    for (const address of misspelt)
      assert.deepEqual(
        faultsOf({ ...complete, ...everywhere(address) }),
        addresses.map(({ place, variable }) => `${place} (${variable}): ${SPELLING}`),
        address,
      );
    for (const address of plain) assert.deepEqual(faultsOf({ ...complete, ...everywhere(address) }), [], address);
  });

  it('of a client has one spelling, too: a redirect address is compared letter for letter', () => {
    for (const address of misspelt) assert.deepEqual(faultsOf(clients(keyed(address))), faultOfEach(SPELLING), address);
    for (const address of [...plain, 'https://id.test/a?next=//b&at=é'])
      assert.deepEqual(faultsOf(clients(keyed(address))), [], address);
  });

  it('holds no credentials, which would be published or shown, but where Kannel calls back', () => {
    for (const address of [
      'https://user:very-secret@id.test',
      'https://user@id.test',
      'https://:very-secret@id.test/',
    ]) {
      assert.deepEqual(
        faultsOf({ ...complete, ...everywhere(address) }),
        addresses
          .filter(({ variable }) => variable !== 'KANNEL_REPORT_URL')
          .map(({ place, variable }) => `${place} (${variable}): ${CREDENTIALS}`),
      );
      assert.deepEqual(faultsOf(clients(keyed(address))), faultOfEach(CREDENTIALS), address);
    }
    for (const password of ['a=b', 'a+b%2Fc', 'A'])
      assert.deepEqual(faultsOf({ ...complete, KANNEL_REPORT_URL: `https://Kannel:${password}@id.test/r` }), []);
    for (const address of [
      'HTTP://k:s@id.test/r',
      'https://k:s@ID.test/r',
      'https://k:s@id.test//r',
      'https://k: @id.test',
    ])
      assert.equal(faultsOf({ ...complete, KANNEL_REPORT_URL: address }).length, 1, address);
  });

  it('in clear never reaches a production by its spelling', () => {
    const sound = clients([{}], production);
    for (const scheme of ['HTTP://', ' http://', 'ht\ttp://', 'http:', 'Http:\\\\'])
      assert.deepEqual(
        faultsOf({ ...sound, ...everywhere(`${scheme}clear.test`) }),
        addresses.map(({ place, variable }) => `${place} (${variable}): ${SPELLING}`),
        scheme,
      );
    assert.deepEqual(faultsOf(sound), []);
    assert.equal(loadConfig(sound).issuer, 'https://identity.test');
  });

  it('is https by its scheme, however it is written', () => {
    for (const address of ['https://id.test', 'HTTPS://id.test', ' https://id.test'])
      assert.equal(isHttps(address), true);
    for (const address of ['http://id.test', 'HTTP://https:', '', 'https', 'https:'])
      assert.equal(isHttps(address), false);
  });

  const loopback = [
    ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', '127.0.0.1', '127.1', '127.255.0.9', '0x7f.1'],
    ...['2130706433', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]'],
  ];
  const alike = [
    ...['0.0.0.0', '0', '[::]', '[::ffff:0.0.0.0]', '[::127.0.0.1]', 'localhost..', 'localhost.localdomain'],
    ...[
      'LocalHost.LocalDomain.',
      'localhost4',
      'localhost6',
      'localhost6.localdomain6',
      'ip6-localhost',
      'ip6-loopback',
    ],
  ];
  const elsewhere = [
    ...['id.test', 'localhost.test', 'notlocalhost', 'localhost5', '126.0.0.1', '128.0.0.1', '10.127.0.1', '0.0.0.1'],
    ...[
      '[::2]',
      '[::ffff:8.8.8.8]',
      '[::8.8.8.8]',
      '[::1:7f00:1]',
      '[2001:db8::7f00:1]',
      '127.test',
      'ip6-localhost.test',
    ],
  ];
  it('leads to this machine by each name and number that stands for it', () => {
    for (const host of [...loopback, ...alike]) assert.equal(isOnThisMachine(`https://${host}/a`), true, host);
    for (const host of elsewhere) assert.equal(isOnThisMachine(`https://${host}/a`), false, host);
    assert.equal(isOnThisMachine(''), false);
    assert.equal(isOnThisMachine('https://user@localhost:3000'), true);
  });

  it('stays on this machine for certain where no resolver is asked', () => {
    for (const host of loopback) assert.equal(isLoopback(`http://${host}:1`), true, host);
    for (const host of [...alike, ...elsewhere]) assert.equal(isLoopback(`http://${host}:1`), false, host);
  });
});
