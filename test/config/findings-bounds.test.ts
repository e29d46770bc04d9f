/** What each rule says of a configuration at its bound, one step before it, and outside production. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkConfig, loadConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/environment.ts';
import { complete, faultsOf, production } from '../support/configuration.ts';

const PORTAL = {
  ...{ client_id: 'portal', name: 'Portal', sector: 'portal', home_url: 'https://portal.test' },
  ...{ redirect_uris: ['https://portal.test/callback'], secret_env: 'CLIENT_MON_COMPTE_SECRET' },
};

describe('the rules of a configuration, at their bounds', () => {
  let folder: string;
  let sound: Environment;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-bounds-'));
    sound = { ...production, CLIENTS_FILE: clients(PORTAL) };
  });
  after(() => rmSync(folder, { recursive: true }));

  function clients(...list: object[]): string {
    const file = path.join(folder, 'clients.yaml');
    writeFileSync(file, JSON.stringify({ clients: list }));
    return file;
  }

  const found = (more: Environment) => {
    const { faults, doubts } = checkConfig({ ...sound, ...more });
    return [...faults.map(({ text }) => text.slice(0, text.indexOf(':'))), ...doubts.map(({ variable }) => variable)];
  };

  const report = { ADMIN_PORT: '9', KANNEL_REPORT_URL: 'https://k:s@id.test/r' };
  const byOvh = {
    ...{ MESSAGES_SMS: 'ovhcloud', OVHCLOUD_SERVICE: 'sms-1' },
    ...{ OVHCLOUD_APPLICATION_KEY: 'a', OVHCLOUD_APPLICATION_SECRET: 'b', OVHCLOUD_CONSUMER_KEY: 'c' },
  };
  const twins: readonly (readonly [what: string, passes: Environment, refused: Environment, variable: string])[] = [
    ['50 bits', { PASSWORD_MINIMUM_BITS: '50' }, { PASSWORD_MINIMUM_BITS: '49.9' }, 'PASSWORD_MINIMUM_BITS'],
    [
      'the work of 19456 KiB and 2 passes, however it is split',
      { ARGON2_MEMORY_KIB: '38912', ARGON2_ITERATIONS: '1' },
      { ARGON2_MEMORY_KIB: '38911', ARGON2_ITERATIONS: '1' },
      'ARGON2_MEMORY_KIB',
    ],
    ['reports that are received', report, { ...report, ADMIN_PORT: '0' }, 'KANNEL_REPORT_URL'],
    ['reports with a password', report, { ...report, KANNEL_REPORT_URL: 'https://k@id.test/r' }, 'KANNEL_REPORT_URL'],
    [
      'reports of a gateway that is not chosen',
      { ...byOvh, KANNEL_REPORT_URL: 'https://id.test/r' },
      { ...byOvh, MESSAGES_SMS: 'kannel', KANNEL_REPORT_URL: 'https://id.test/r', ADMIN_PORT: '9' },
      'KANNEL_REPORT_URL',
    ],
    [
      'a session that idles as long as it lasts',
      { SESSION_IDLE_SECONDS: '100', SESSION_MAXIMUM_SECONDS: '100' },
      { SESSION_IDLE_SECONDS: '101', SESSION_MAXIMUM_SECONDS: '100' },
      'SESSION_IDLE_SECONDS',
    ],
    [
      'an interaction that idles as long as it lasts',
      { INTERACTION_IDLE_SECONDS: '100', INTERACTION_MAXIMUM_SECONDS: '100' },
      { INTERACTION_IDLE_SECONDS: '101', INTERACTION_MAXIMUM_SECONDS: '100' },
      'INTERACTION_IDLE_SECONDS',
    ],
    [
      'an interaction that can begin anew for a second more than it lasts',
      { INTERACTION_RESTART_SECONDS: '3601' },
      { INTERACTION_RESTART_SECONDS: '3600' },
      'INTERACTION_RESTART_SECONDS',
    ],
    ['another port', { PORT: '3000', ADMIN_PORT: '3001' }, { PORT: '3000', ADMIN_PORT: '3000' }, 'ADMIN_PORT'],
    [
      'an address of its own for each listener',
      { PORT: '3000', ADMIN_PORT: '3000', HOST: '10.0.0.1', ADMIN_HOST: '127.0.0.1' },
      { PORT: '3000', ADMIN_PORT: '3000', HOST: '10.0.0.1', ADMIN_HOST: '0.0.0.0' },
      'ADMIN_PORT',
    ],
    [
      'an address of its own for the public listener',
      { PORT: '3000', ADMIN_PORT: '3000', HOST: '10.0.0.1', ADMIN_HOST: '127.0.0.1' },
      { PORT: '3000', ADMIN_PORT: '3000', HOST: '::', ADMIN_HOST: '127.0.0.1' },
      'ADMIN_PORT',
    ],
    [
      'proxies of one’s own',
      { TRUSTED_PROXIES: '10.0.0.0/8' },
      { TRUSTED_PROXIES: '10.0.0.0/8,0.0.0.0/0' },
      'TRUSTED_PROXIES',
    ],
    [
      'passwords as long at most as at least',
      { PASSWORD_MINIMUM_LENGTH: '24' },
      { PASSWORD_MINIMUM_LENGTH: '25' },
      'passwords.maximumLength (PASSWORD_MAXIMUM_LENGTH)',
    ],
    [
      'lanes of argon2 with 8 KiB each',
      { ARGON2_PARALLELISM: '200', ARGON2_MEMORY_KIB: '1600', ARGON2_ITERATIONS: '25' },
      { ARGON2_PARALLELISM: '200', ARGON2_MEMORY_KIB: '1599', ARGON2_ITERATIONS: '25' },
      'ARGON2_MEMORY_KIB',
    ],
    ['an issuer with a path', { ISSUER: 'https://id.test/a' }, { ISSUER: 'https://id.test/a?b' }, 'issuer (ISSUER)'],
    [
      'an issuer with no fragment',
      { ISSUER: 'https://id.test/a' },
      { ISSUER: 'https://id.test/#b' },
      'issuer (ISSUER)',
    ],
  ];
  for (const [what, passes, refused, variable] of twins)
    it(`take ${what}, and speak of ${variable} one step further`, () => {
      assert.deepEqual(found(passes), []);
      assert.deepEqual(found(refused), [variable]);
    });

  it('say nothing of a development on one’s own machine, which has all that production must not', () => {
    const weak = { PASSWORD_MINIMUM_BITS: '1', ARGON2_ITERATIONS: '1', ARGON2_MEMORY_KIB: '1024' };
    const open = {
      THROTTLES_OBSERVED: 'lock',
      LOG_LEVEL: 'debug',
      COOKIE_KEYS: 'Ojh7Kq0dWc5zN1rXf3GvTe8sYb2LmPa4uQi6',
    };
    for (const NODE_ENV of [undefined, '', 'development', 'test'])
      for (const LOG_LEVEL of ['debug', 'silent'])
        assert.deepEqual(checkConfig({ ...complete, ...weak, ...open, LOG_LEVEL, NODE_ENV }), {
          faults: [],
          doubts: [],
        });
  });

  it('find a misspelt variable two letters away, and none three away, short or without a _', () => {
    assert.deepEqual(found({ COOKIE_KEY: 'x' }), ['COOKIE_KEY'], 'a letter left out');
    assert.deepEqual(found({ COOKIE_KEYSES: 'x' }), ['COOKIE_KEYSES'], 'two letters added');
    assert.deepEqual(found({ KOOKIE_KEIS: 'x' }), ['KOOKIE_KEIS'], 'two letters replaced');
    assert.deepEqual(found({ KOOKYE_KEIS: 'x' }), [], 'three letters replaced');
    assert.deepEqual(found({ COOKIE_KEYSEST: 'x' }), [], 'three letters added');
    assert.deepEqual(found({ INDEX_KEY_FIL: 'x' }), ['INDEX_KEY_FIL'], 'the file of a secret');
    assert.deepEqual(found({ CODETRIES: 'x' }), [], 'no _');
    assert.deepEqual(found({ UI_URLS: 'x' }), [], 'seven letters');
    assert.deepEqual(found({ ADMIN_PORTE: 'x' }), ['ADMIN_PORTE']);
    const { doubts } = checkConfig({ ...sound, COOKIE_KEY: 'x' });
    assert.equal(doubts[0]?.remedy, 'Was COOKIE_KEYS meant? Then rename it.');
  });

  it('doubt a secret that is given twice, and none that is given once, by either way', () => {
    const file = path.join(folder, 'index-key');
    writeFileSync(file, complete.INDEX_KEY ?? '');
    assert.deepEqual(found({ INDEX_KEY: undefined, INDEX_KEY_FILE: file }), []);
    assert.deepEqual(found({ INDEX_KEY_FILE: '', INDEX_KEY: undefined }).length, 2);
    assert.deepEqual(found({ INDEX_KEY_FILE: file }), ['INDEX_KEY']);
  });

  it('doubt a public issuer outside production alone', () => {
    const local = { NODE_ENV: 'test', ISSUER: 'http://localhost:3000' };
    assert.deepEqual(found(local), []);
    assert.deepEqual(found({ ...local, ISSUER: 'https://id.test' }), ['NODE_ENV']);
  });

  it('let a trial do what no production does, without a word of permission that nobody needs', () => {
    assert.deepEqual(loadConfig(sound).permittedByTrial, []);
    const local = { HOME_URL: 'http://localhost:4000' };
    assert.equal(faultsOf({ ...sound, ...local }).length, 1);
    assert.deepEqual(loadConfig({ ...sound, ...local, TRIAL: 'true' }).permittedByTrial, [
      'HOME_URL: a lost person is led to localhost',
    ]);
    const developed = loadConfig({ ...complete, TRIAL: 'true' });
    assert.deepEqual([developed.production, developed.permittedByTrial], [false, []]);
  });

  it('find a key that is a pattern at the shortest period, at half its length, and going down', () => {
    const base64 = (bytes: readonly number[]) => Buffer.from(bytes).toString('base64');
    const random = [...Buffer.from(complete.INDEX_KEY ?? '', 'base64')];
    const half = random.slice(0, 16);
    const key = (bytes: readonly number[]) => found({ PAIRWISE_KEY: base64(bytes) });
    assert.deepEqual(key([...half, ...half]), ['PAIRWISE_KEY'], 'a half twice');
    assert.deepEqual(key([...half, ...half.toSpliced(15, 1, (half[15] ?? 0) ^ 1)]), [], 'a half twice but for a bit');
    assert.deepEqual(key(Array.from({ length: 32 }, (_, at) => 255 - at * 8)), ['PAIRWISE_KEY'], 'down by eight');
    assert.deepEqual(key(Array.from({ length: 32 }, (_, at) => (250 + at) % 256)), ['PAIRWISE_KEY'], 'over the end');
    const different = (count: number) => Array.from({ length: 32 }, (_, at) => (at * at * 7 + at) % count);
    const few = [...Array(11).keys(), ...different(11).slice(0, 21)].map((byte) => (byte * 37 + 5) % 256);
    const enough = [...Array(12).keys(), ...different(12).slice(0, 20)].map((byte) => (byte * 37 + 5) % 256);
    assert.equal(new Set(few).size, 11);
    assert.equal(new Set(enough).size, 12);
    assert.deepEqual(key(few), ['PAIRWISE_KEY'], '11 different bytes');
    assert.deepEqual(key(enough), [], '12 different bytes');
  });

  it('find a text of five different characters, and none of six', () => {
    const good = 'Ojh7Kq0dWc5zN1rXf3GvTe8sYb2LmPa4uQi6';
    const cookieKeys = (text: string) => found({ COOKIE_KEYS: `${good},${text}` });
    assert.deepEqual(cookieKeys('abcdeabdecaedbcabecdaebdcabedcabceda'), ['COOKIE_KEYS']);
    assert.deepEqual(cookieKeys('abcdefabdecfaedbcabecdaebdcabedcabceda'), []);
  });

  it('find one key in two roles from 32 characters on, and no shorter part of one', () => {
    const good = 'Ojh7Kq0dWc5zN1rXf3GvTe8sYb2LmPa4uQi6';
    const shared = (length: number) => {
      const part = 'Zt5Wq8Xc2Vb7Nm4Kj1Hg6Fd3Sa9Pl0Oi'.slice(0, length);
      return found({ COOKIE_KEYS: `${good},${part}:0123456789abcdef`, KANNEL_PASSWORD: part });
    };
    assert.deepEqual(shared(32), ['KANNEL_PASSWORD']);
    assert.deepEqual(shared(31), []);
  });
});
