import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/environment.ts';
import { complete, secrets } from '../support/configuration.ts';

describe('the doubts about a configuration', () => {
  let folder: string;
  let sound: Environment;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-doubts-'));
    const file = path.join(folder, 'clients.yaml');
    const client = {
      client_id: 'portal',
      name: 'Portal',
      home_url: 'https://portal.test',
      sector: 'portal',
      redirect_uris: ['https://portal.test/callback'],
      secret_env: 'CLIENT_MON_COMPTE_SECRET',
    };
    writeFileSync(file, JSON.stringify({ clients: [client] }));
    sound = {
      ...complete,
      NODE_ENV: 'production',
      ISSUER: 'https://identity.test',
      HOME_URL: 'https://portal.test',
      CLIENTS_FILE: file,
      TRUSTED_PROXIES: '10.0.0.0/8',
      ...{ MESSAGES_SMS: 'kannel', KANNEL_URL: 'https://kannel.test', KANNEL_USERNAME: 'u', KANNEL_PASSWORD: 'p' },
      ...{ MESSAGES_MAIL: 'smtp', SMTP_HOST: 'smtp.test', MAIL_SENDER: 'a@smtp.test' },
      ...{ SMTP_USERNAME: 'u', SMTP_PASSWORD: 'p' },
    };
  });
  after(() => rmSync(folder, { recursive: true }));

  const doubted = (more: Environment) => checkConfig({ ...sound, ...more }).doubts.map(({ variable }) => variable);
  const without = (kty: string) => {
    const { keys } = JSON.parse(secrets.SIGNING_KEYS ?? '') as { keys: { kty: string }[] };
    return JSON.stringify({ keys: keys.filter((key) => key.kty !== kty) });
  };

  it('are none when all is well', () => {
    assert.deepEqual(checkConfig(sound), { faults: [], doubts: [] });
  });

  for (const [what, more, expected] of [
    ['an issuer on localhost', { ISSUER: 'http://localhost:3000' }, ['ISSUER']],
    ['people led to localhost', { HOME_URL: 'http://localhost:4000' }, ['HOME_URL']],
    ['a front end on localhost', { UI_URL: 'https://localhost' }, ['UI_URL']],
    ['no trusted proxy', { TRUSTED_PROXIES: '' }, ['TRUSTED_PROXIES']],
    ['everybody as a trusted proxy', { TRUSTED_PROXIES: '::/0' }, ['TRUSTED_PROXIES']],
    ['debug', { LOG_LEVEL: 'debug' }, ['LOG_LEVEL']],
    ['silence', { LOG_LEVEL: 'silent' }, ['LOG_LEVEL']],
    ['the spool', { MESSAGES_SMS: 'spool', MESSAGES_MAIL: 'spool' }, ['MESSAGES_SMS', 'MESSAGES_MAIL']],
    ['a gateway in clear', { KANNEL_URL: 'http://kannel.test' }, ['KANNEL_URL']],
    ['weak passwords', { PASSWORD_MINIMUM_BITS: '40' }, ['PASSWORD_MINIMUM_BITS']],
    ['cheap hashes', { ARGON2_ITERATIONS: '1' }, ['ARGON2_MEMORY_KIB']],
    ['one cookie key', { COOKIE_KEYS: 'k'.repeat(32) }, ['COOKIE_KEYS']],
    ['no RS256 key', { SIGNING_KEYS: without('RSA') }, ['SIGNING_KEYS']],
    ['no ES256 key', { SIGNING_KEYS: without('EC') }, ['SIGNING_KEYS']],
    ['reports that nobody receives', { KANNEL_REPORT_URL: 'https://k:s@id.test/r' }, ['KANNEL_REPORT_URL']],
    ['reports without credentials', { KANNEL_REPORT_URL: 'https://id.test/r', ADMIN_PORT: '9' }, ['KANNEL_REPORT_URL']],
    ['sessions that never idle', { SESSION_IDLE_SECONDS: '99999' }, ['SESSION_IDLE_SECONDS']],
    ['interactions that never idle', { INTERACTION_IDLE_SECONDS: '9999' }, ['INTERACTION_IDLE_SECONDS']],
    ['a mode that is unknown', { NODE_ENV: 'prod' }, ['NODE_ENV']],
    ['a public issuer outside production', { NODE_ENV: undefined }, ['NODE_ENV']],
    ['a variable that is misspelt', { MESAGES_SMS: 'kannel' }, ['MESAGES_SMS']],
  ] as const satisfies readonly (readonly [string, Environment, readonly string[]])[])
    it(`name ${what}`, () => {
      assert.deepEqual(doubted(more), expected);
    });

  it('name the demo clients, and a secret that is given twice', () => {
    assert.deepEqual(doubted({ CLIENTS_FILE: undefined }), ['CLIENTS_FILE']);
    const file = path.join(folder, 'index-key');
    writeFileSync(file, complete.INDEX_KEY ?? '');
    assert.deepEqual(doubted({ INDEX_KEY_FILE: file }), ['INDEX_KEY']);
  });

  it('stand beside the faults, of what is not at fault itself', () => {
    const { faults, doubts } = checkConfig({ ...sound, COOKIE_KEYS: 'short', PORT: 'x', LOG_LEVEL: 'debug' });
    assert.equal(faults.length, 2);
    assert.deepEqual(
      doubts.map(({ variable }) => variable),
      ['LOG_LEVEL'],
    );
  });

  it('say each what to do', () => {
    const { doubts } = checkConfig({ ...complete, NODE_ENV: 'production' });
    assert.ok(doubts.length > 4);
    for (const { says, remedy } of doubts) assert.ok(says && remedy);
  });
});
