import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createFileClients } from '../../src/adapters/clients-file/clients-file.ts';
import { checkConfig, loadConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/environment.ts';
import { ConfigurationError } from '../../src/config/fault.ts';
import { trustsTheWorld } from '../../src/config/trusted-proxies.ts';
import { complete, faultsOf, production, secrets } from '../support/configuration.ts';

const PORTAL = {
  client_id: 'portal',
  name: 'Portal',
  home_url: 'https://portal.test',
  sector: 'portal',
  redirect_uris: ['https://portal.test/callback'],
  secret_env: 'CLIENT_MON_COMPTE_SECRET',
};
const NATIVE = { ...PORTAL, client_id: 'app', secret_env: undefined, public: true, native: true };

describe('the rules of a configuration', () => {
  let folder: string;
  let sound: Environment;
  let files = 0;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-findings-'));
    sound = { ...production, ...clients(PORTAL) };
  });
  after(() => rmSync(folder, { recursive: true }));

  function clients(...list: object[]): Environment {
    const file = path.join(folder, `clients-${++files}.yaml`);
    writeFileSync(file, JSON.stringify({ clients: list }));
    return { CLIENTS_FILE: file };
  }

  function written(content: string): string {
    const file = path.join(folder, `secret-${++files}`);
    writeFileSync(file, content);
    return file;
  }

  const variableOf = (fault: string) => fault.slice(0, fault.indexOf(':'));
  const faulty = (more: Environment) => checkConfig({ ...sound, ...more }).faults.map(({ text }) => variableOf(text));
  const doubted = (more: Environment) => checkConfig({ ...sound, ...more }).doubts.map(({ variable }) => variable);
  const without = (kty: string) => {
    const { keys } = JSON.parse(secrets.SIGNING_KEYS ?? '') as { keys: { kty: string }[] };
    return JSON.stringify({ keys: keys.filter((key) => key.kty !== kty) });
  };
  const base64 = (bytes: Buffer) => bytes.toString('base64');
  const textKey = 'Ojh7Kq0dWc5zN1rXf3GvTe8sYb2LmPa4uQi6';

  it('refuse one port for two listeners, where they would meet', () => {
    const one = { PORT: '3000', ADMIN_PORT: '3000' };
    assert.deepEqual(faulty(one), ['ADMIN_PORT']);
    assert.deepEqual(faulty({ ...one, HOST: '127.0.0.1', ADMIN_HOST: '127.0.0.1' }), ['ADMIN_PORT']);
    assert.deepEqual(faulty({ ...one, HOST: '10.0.0.1', ADMIN_HOST: '127.0.0.1' }), []);
    assert.deepEqual(faulty({ PORT: '0', ADMIN_PORT: '0' }), []);
  });

  it('say nothing when all is well', () => {
    assert.deepEqual(checkConfig(sound), { faults: [], doubts: [] });
  });

  const DEMO = ['CLIENTS_FILE', 'client mon-compte', 'client mon-compte-droits', 'client mon-compte-mobile'];
  const refused: readonly (readonly [string, () => Environment, readonly string[]])[] = [
    ['the spool', () => ({ MESSAGES_SMS: 'spool', MESSAGES_MAIL: 'spool' }), ['MESSAGES_SMS', 'MESSAGES_MAIL']],
    ['the demo clients', () => ({ CLIENTS_FILE: undefined }), DEMO],
    ['the demo clients by another path', () => ({ CLIENTS_FILE: './config/../config/clients.yaml' }), DEMO],
    ['an issuer on localhost', () => ({ ISSUER: 'http://localhost:3000' }), ['ISSUER']],
    ['people led to localhost', () => ({ HOME_URL: 'http://localhost:4000' }), ['HOME_URL']],
    ['a front end on localhost', () => ({ UI_URL: 'https://localhost' }), ['UI_URL']],
    ['a page on localhost', () => ({ PAGE_HELP_URL: 'http://localhost/help' }), ['PAGE_HELP_URL']],
    ['a redirect to localhost', () => clients({ ...PORTAL, redirect_uris: ['http://localhost/c'] }), ['client portal']],
    ['a redirect to 127.0.0.1', () => clients({ ...PORTAL, redirect_uris: ['http://127.0.0.1/c'] }), ['client portal']],
    ['a redirect to ::1', () => clients({ ...PORTAL, redirect_uris: ['https://[::1]/c'] }), ['client portal']],
    ['a home on localhost', () => clients({ ...PORTAL, home_url: 'https://a.localhost' }), ['client portal']],
    [
      'a sign-out to localhost',
      () => clients({ ...PORTAL, post_logout_redirect_uris: ['http://localhost/c'] }),
      ['client portal'],
    ],
    ['an origin on localhost', () => clients({ ...PORTAL, origins: ['http://localhost:4000'] }), ['client portal']],
    [
      'a native application on localhost by name',
      () => clients({ ...NATIVE, redirect_uris: ['http://localhost/c'] }),
      ['client app'],
    ],
    [
      'an asterisk in a redirect address',
      () => clients({ ...PORTAL, redirect_uris: ['https://*.portal.test/callback'] }),
      ['client portal'],
    ],
    [
      'an asterisk where a sign-out leads',
      () => clients({ ...PORTAL, post_logout_redirect_uris: ['https://portal.test/*'] }),
      ['client portal'],
    ],
    ['a gateway in clear', () => ({ KANNEL_URL: 'http://10.0.0.5:13013' }), ['KANNEL_URL']],
    [
      'delivery reports in clear',
      () => ({ KANNEL_REPORT_URL: 'http://k:s@10.0.0.9:9000/messages/report', ADMIN_PORT: '9' }),
      ['KANNEL_REPORT_URL'],
    ],
    [
      'a captcha in clear',
      () => ({ CAPTCHETAT_URL: 'http://piste.test/captchetat', CAPTCHETAT_TOKEN_URL: 'http://piste.test/token' }),
      ['CAPTCHETAT_URL', 'CAPTCHETAT_TOKEN_URL'],
    ],
    ['a gateway on a name that hosts files give', () => ({ KANNEL_URL: 'http://ip6-localhost' }), ['KANNEL_URL']],
    ['an issuer on another name of this machine', () => ({ ISSUER: 'https://localhost.localdomain' }), ['ISSUER']],
    ['everybody as a trusted proxy', () => ({ TRUSTED_PROXIES: '::/0' }), ['TRUSTED_PROXIES']],
    ['the world in two halves', () => ({ TRUSTED_PROXIES: '0.0.0.0/1,128.0.0.0/1' }), ['TRUSTED_PROXIES']],
    ['one key for two roles', () => ({ PAIRWISE_KEY: complete.INDEX_KEY }), ['PAIRWISE_KEY']],
    ['one key for two ids', () => ({ SEALING_KEYS: `k1:${complete.INDEX_KEY}` }), ['INDEX_KEY']],
    [
      'a cookie key that is the base64 of another key',
      () => ({ COOKIE_KEYS: `${textKey},${complete.INDEX_KEY}` }),
      ['COOKIE_KEYS'],
    ],
    [
      'a cookie key that is the hexadecimal of another key',
      () => ({ COOKIE_KEYS: `${textKey},${Buffer.from(complete.INDEX_KEY ?? '', 'base64').toString('hex')}` }),
      ['COOKIE_KEYS'],
    ],
    [
      'a cookie key that is the secret of a client',
      () => ({ COOKIE_KEYS: `${textKey},${complete.CLIENT_MON_COMPTE_SECRET}` }),
      ['client portal'],
    ],
    [
      'cookie keys that are the text of the sealing keys',
      () => ({ COOKIE_KEYS: `${textKey},${complete.SEALING_KEYS}` }),
      ['COOKIE_KEYS'],
    ],
    [
      'a cookie key that is the base64 of another key with a space inside',
      () => ({ COOKIE_KEYS: `${textKey},${complete.INDEX_KEY?.replace(/^.{20}/, '$& ')}` }),
      ['COOKIE_KEYS'],
    ],
    [
      'a secret of a client that is a list of peppers',
      () => ({ CLIENT_MON_COMPTE_SECRET: `p2:${base64(randomBytes(32))}, ${complete.PASSWORD_PEPPERS}` }),
      ['client portal'],
    ],
    [
      'a secret of a client that is the text of the signing keys',
      () => ({ CLIENT_MON_COMPTE_SECRET: complete.SIGNING_KEYS }),
      ['client portal'],
    ],
    ['a password of a gateway that is a key', () => ({ KANNEL_PASSWORD: complete.INDEX_KEY }), ['KANNEL_PASSWORD']],
    [
      'a password of a gateway that is a cookie key',
      () => ({ COOKIE_KEYS: `${textKey},${textKey.toLowerCase()}`, SMTP_PASSWORD: textKey }),
      ['SMTP_PASSWORD'],
    ],
    [
      'a secret of the captcha that is the secret of a client, in a file',
      () => ({ CAPTCHETAT_CLIENT_SECRET_FILE: written(complete.CLIENT_MON_COMPTE_SECRET ?? '') }),
      ['CAPTCHETAT_CLIENT_SECRET'],
    ],
    [
      'a password of a store that is a key',
      () => ({
        DATABASE_URL: `postgres://identity:${encodeURIComponent(complete.PAIRWISE_KEY ?? '')}@db.test/identity`,
        REDIS_URL: `redis://:${complete.CLIENT_MON_COMPTE_SECRET}@redis.test`,
      }),
      ['DATABASE_URL', 'REDIS_URL'],
    ],
    [
      'a password of delivery reports that is a key',
      () => ({
        KANNEL_REPORT_URL: `https://k:${encodeURIComponent(complete.INDEX_KEY ?? '')}@id.test/r`,
        ADMIN_PORT: '9',
      }),
      ['KANNEL_REPORT_URL'],
    ],
    ['two clients with one secret', () => clients(PORTAL, { ...PORTAL, client_id: 'other' }), ['client other']],
    ['a constant key', () => ({ INDEX_KEY: base64(Buffer.alloc(32, 7)) }), ['INDEX_KEY']],
    [
      'a key that repeats itself',
      () => ({ PAIRWISE_KEY: base64(Buffer.from('0123456789abcdef'.repeat(2))) }),
      ['PAIRWISE_KEY'],
    ],
    [
      'a key that counts',
      () => ({ SEALING_KEYS: `k1:${base64(Buffer.from([...Array(32).keys()]))}` }),
      ['SEALING_KEYS'],
    ],
    [
      'a key of few bytes',
      () => ({ PASSWORD_PEPPERS: `p1:${base64(Buffer.from('aabbccddaabbccdeaabbccdfaabbccda'))}` }),
      ['PASSWORD_PEPPERS'],
    ],
    ['a constant cookie key', () => ({ COOKIE_KEYS: `${textKey},${'k'.repeat(32)}` }), ['COOKIE_KEYS']],
    ['a constant secret of a client', () => ({ CLIENT_MON_COMPTE_SECRET: 'secret'.repeat(6) }), ['client portal']],
  ];
  for (const [what, more, expected] of refused) {
    it(`keep production from starting with ${what}`, () => {
      assert.deepEqual(faulty(more()), expected);
      assert.deepEqual(faultsOf({ ...sound, ...more() }).map(variableOf), expected, 'the start says the same');
    });

    it(`permit ${what} to a trial, and name it as a doubt`, () => {
      const { faults, doubts } = checkConfig({ ...sound, ...more(), TRIAL: 'true' });
      assert.deepEqual(faults, []);
      const permitted = doubts.filter(({ says }) => says.includes('permitted by TRIAL'));
      assert.deepEqual(
        permitted.map(({ variable }) => variable),
        expected,
      );
      const config = loadConfig({ ...sound, ...more(), TRIAL: 'true' });
      assert.deepEqual(config.permittedByTrial.map(variableOf), expected);
    });
  }

  it('permit nothing else to a trial', () => {
    const wrong = { INDEX_KEY: undefined, SIGNING_KEYS: without('RSA'), PORT: 'x', ISSUER: 'http://identity.test' };
    assert.deepEqual(faulty({ ...wrong, TRIAL: 'true' }).toSorted(), faulty(wrong).toSorted());
    assert.equal(faulty(wrong).length, 4);
    const plain = clients({ ...PORTAL, redirect_uris: ['http://portal.test/callback'] });
    assert.deepEqual(faulty({ ...plain, TRIAL: 'true' }), ['client portal']);
  });

  it('let a native application listen on its own machine, by number', () => {
    for (const address of ['http://127.0.0.1/callback', 'http://[::1]/callback', 'http://127.0.0.1:51004/callback'])
      assert.deepEqual(
        faulty(clients({ ...NATIVE, redirect_uris: [address], post_logout_redirect_uris: [address] })),
        [],
      );
    const home = clients({ ...NATIVE, home_url: 'http://127.0.0.1/', redirect_uris: ['http://127.0.0.1/callback'] });
    assert.deepEqual(faulty(home), ['client app'], 'where people are led is no redirect');
  });

  it('let a native application have a scheme of its own, and a web view on localhost', () => {
    const own = ['fr.example.app:/callback', 'fr.example.app://callback'];
    const origins = ['capacitor://localhost', 'ionic://localhost', 'https://localhost', 'http://localhost'];
    assert.deepEqual(faulty(clients({ ...NATIVE, redirect_uris: own, post_logout_redirect_uris: own, origins })), []);
    for (const origin of ['http://127.0.0.1', 'https://localhost:8443', 'https://app.localhost'])
      assert.deepEqual(faulty(clients({ ...NATIVE, redirect_uris: own, origins: [origin] })), ['client app'], origin);
    for (const origin of ['http://localhost', 'https://localhost'])
      assert.deepEqual(faulty(clients({ ...PORTAL, origins: [origin] })), ['client portal']);
    const home = { ...NATIVE, home_url: 'https://localhost', redirect_uris: own, origins: ['https://localhost'] };
    assert.deepEqual(faulty(clients(home)), ['client app'], 'where people are led is no origin');
  });

  it('let two gateways have one password, and a short one: they are given by others', () => {
    const [KANNEL_PASSWORD, SMTP_PASSWORD] = Array(2).fill(base64(randomBytes(24)));
    assert.deepEqual(faulty({ KANNEL_PASSWORD, SMTP_PASSWORD }), []);
    assert.deepEqual(faulty({ KANNEL_PASSWORD: 'aaaa', SMTP_PASSWORD: 'aaaa', SMTP_USERNAME: 'aaaa' }), []);
  });

  it('let a gateway be reached in clear on this machine, where a tunnel begins', () => {
    for (const KANNEL_URL of ['http://localhost:13013', 'http://127.0.0.1:13013', 'http://[::1]:13013'])
      assert.deepEqual(faulty({ KANNEL_URL }), []);
  });

  it('let a file of the operator stand in the place of the demo clients', () => {
    assert.deepEqual(faulty({ CLIENTS_FILE: sound.CLIENTS_FILE }), []);
  });

  it('hold for a clients file that is read again, too', async () => {
    const file = clients(PORTAL);
    const [plain, trial] = [{}, { TRIAL: 'true' }].map((more) =>
      createFileClients(loadConfig({ ...sound, ...file, ...more }).clientsFile),
    );
    const moved = { ...PORTAL, redirect_uris: ['http://localhost/callback'] };
    writeFileSync(file.CLIENTS_FILE ?? '', JSON.stringify({ clients: [moved] }));
    await assert.rejects(
      async () => plain?.list(),
      ({ details }) => {
        assert.match(details.faults.join(), /^client portal: redirect_uris, number 1: on localhost/);
        return true;
      },
    );
    assert.equal((await trial?.list())?.length, 1);
    writeFileSync(file.CLIENTS_FILE ?? '', JSON.stringify({ clients: [{ ...PORTAL, secret_env: 'INDEX_KEY' }] }));
    await assert.rejects(
      async () => plain?.list(),
      ({ details }) => {
        assert.deepEqual(details.faults, [
          'client portal: its secret is the same key as INDEX_KEY: one key for two roles',
        ]);
        return true;
      },
    );
    assert.equal((await trial?.list())?.length, 1);
  });

  it('count what the trusted proxies cover together, networks of one’s own aside', () => {
    const content = ['104.16.0.0/13', '172.64.0.0/13', '162.158.0.0/15', '2606:4700::/32', '2a06:98c0::/29'];
    const own = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8', '127.0.0.0/8', '::1/128'];
    for (const ranges of [[], own, content, [...own, ...content]]) assert.equal(trustsTheWorld(ranges), false);
    const quarters = ['20.0.0.0/10', '20.64.0.0/10'];
    for (const range of quarters) assert.equal(trustsTheWorld([range]), false);
    for (const ranges of [quarters, ['0.0.0.0/0'], ['10.0.0.0/7'], ['2000::/3'], ['2a00::/16', ...own]])
      assert.equal(trustsTheWorld(ranges), true, ranges.join());
  });

  it('refuse a mode that nobody knows: what production asks for would not be asked for', () => {
    for (const NODE_ENV of ['prod', 'Production', 'production ', 'PRODUCTION', 'staging', ' '])
      for (const more of [{}, { TRIAL: 'true' }, { ISSUER: 'http://localhost:3000' }])
        assert.deepEqual(faulty({ ...more, NODE_ENV }), ['NODE_ENV'], NODE_ENV);
    for (const NODE_ENV of ['development', 'test', '', undefined])
      assert.deepEqual(faulty({ ISSUER: 'http://localhost:3000', NODE_ENV }), []);
  });

  it('refuse signing keys without RS256 or without ES256, in any mode', () => {
    for (const kty of ['RSA', 'EC'])
      for (const more of [{}, { TRIAL: 'true' }, { NODE_ENV: undefined, ISSUER: 'http://localhost:3000' }])
        assert.deepEqual(faulty({ ...more, SIGNING_KEYS: without(kty) }), ['SIGNING_KEYS']);
  });

  it('refuse a signing key that does not verify what it signs, by its number', () => {
    const { keys } = JSON.parse(secrets.SIGNING_KEYS ?? '');
    const other = JSON.parse(secrets.SIGNING_KEYS ?? '').keys[1];
    const broken = JSON.stringify({ keys: [keys[0], { ...other, n: `${other.n.slice(0, -4)}AAAA` }] });
    assert.match(faultsOf({ ...sound, SIGNING_KEYS: broken }).join(), /^SIGNING_KEYS: number 2 does not verify/);
    const twice = JSON.stringify({ keys: [...keys, keys[0]] });
    assert.deepEqual(faultsOf({ ...sound, SIGNING_KEYS: twice }), ['SIGNING_KEYS: two keys have one kid']);
  });

  for (const [what, more, expected] of [
    ['no trusted proxy', { TRUSTED_PROXIES: '' }, ['TRUSTED_PROXIES']],
    ['debug', { LOG_LEVEL: 'debug' }, ['LOG_LEVEL']],
    ['silence', { LOG_LEVEL: 'silent' }, ['LOG_LEVEL']],
    ['throttles that refuse nothing', { THROTTLES_OBSERVED: 'lock' }, ['THROTTLES_OBSERVED']],
    ['weak passwords', { PASSWORD_MINIMUM_BITS: '40' }, ['PASSWORD_MINIMUM_BITS']],
    ['cheap hashes', { ARGON2_ITERATIONS: '1' }, ['ARGON2_MEMORY_KIB']],
    ['one cookie key', { COOKIE_KEYS: textKey }, ['COOKIE_KEYS']],
    ['reports that nobody receives', { KANNEL_REPORT_URL: 'https://k:s@id.test/r' }, ['KANNEL_REPORT_URL']],
    ['reports without credentials', { KANNEL_REPORT_URL: 'https://id.test/r', ADMIN_PORT: '9' }, ['KANNEL_REPORT_URL']],
    ['our own captcha', { CAPTCHA_PROVIDER: 'own' }, ['CAPTCHA_PROVIDER']],
    ['sessions that never idle', { SESSION_IDLE_SECONDS: '99999' }, ['SESSION_IDLE_SECONDS']],
    ['interactions that never idle', { INTERACTION_IDLE_SECONDS: '9999' }, ['INTERACTION_IDLE_SECONDS']],
    ['a trial that needs no permission', { TRIAL: 'true' }, ['TRIAL']],
    ['a public issuer outside production', { NODE_ENV: undefined }, ['NODE_ENV']],
    ['a variable that is misspelt', { MESAGES_SMS: 'kannel' }, ['MESAGES_SMS']],
    [
      'weak keys outside production',
      { NODE_ENV: 'test', PAIRWISE_KEY: complete.INDEX_KEY },
      ['PAIRWISE_KEY', 'NODE_ENV'],
    ],
  ] as const satisfies readonly (readonly [string, Environment, readonly string[]])[])
    it(`doubt ${what}, and let it start`, () => {
      assert.deepEqual(doubted(more), expected);
      assert.deepEqual(faulty(more), []);
    });

  it('doubt a secret that is given twice', () => {
    const file = path.join(folder, 'index-key');
    writeFileSync(file, complete.INDEX_KEY ?? '');
    assert.deepEqual(doubted({ INDEX_KEY_FILE: file }), ['INDEX_KEY']);
  });

  it('say nothing more of what could not be read', () => {
    const { faults, doubts } = checkConfig({ ...sound, COOKIE_KEYS: 'short', PORT: 'x', LOG_LEVEL: 'debug' });
    assert.equal(faults.length, 2);
    assert.deepEqual(
      doubts.map(({ variable }) => variable),
      ['LOG_LEVEL'],
    );
  });

  it('say each what to do, and quote no value', () => {
    const values = ['http://localhost:4000', complete.INDEX_KEY ?? '', complete.CLIENT_MON_COMPTE_SECRET ?? ''];
    const { faults } = checkConfig({ ...complete, NODE_ENV: 'production', PAIRWISE_KEY: complete.INDEX_KEY });
    assert.ok(faults.length > 6);
    for (const { text, remedy } of faults) {
      assert.ok(text && remedy);
      for (const value of values) assert.ok(!`${text}${remedy}`.includes(value), text);
    }
    assert.throws(
      () => loadConfig({ ...complete, NODE_ENV: 'production' }),
      (error: Error) => {
        assert.ok(error instanceof ConfigurationError);
        for (const { text, remedy } of checkConfig({ ...complete, NODE_ENV: 'production' }).faults)
          assert.ok(error.message.includes(`  - ${text}\n    → ${remedy}`), text);
        return true;
      },
    );
  });
});
