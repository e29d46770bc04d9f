import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCli } from '../support/cli.ts';
import { complete, faultsOf } from '../support/configuration.ts';

describe('mon-compte-identity config check', () => {
  const check = (environment: Readonly<Record<string, string | undefined>>, ...args: string[]) =>
    runCli(['config', 'check', ...args], environment);

  it('finds nothing to say of the embedded default', async () => {
    const { code, stdout, stderr } = await check({});
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^Mode: the embedded default/);
    assert.match(stdout, /No fault/);
    assert.doesNotMatch(stdout, /doubt/);
  });

  it('tells every fault, each with what to do, and ends with 78', async () => {
    const { code, stdout } = await check({ NODE_ENV: 'production', PORT: 'x', MESSAGES_SMS: 'kannel' });
    assert.equal(code, 78);
    const faults = [
      'listen.port (PORT): must be a whole number from 0 to 65535',
      'DATABASE_URL: required, and has no default',
      'INDEX_KEY: required, and has no default',
      'messages.kannel.url (KANNEL_URL): required by messages.sms = kannel',
      'KANNEL_PASSWORD: required by messages.sms = kannel, and has no default',
      'client mon-compte: CLIENT_MON_COMPTE_SECRET: required, and has no default',
    ];
    for (const fault of faults) assert.match(stdout, new RegExp(`✗ ${literal(fault)}\n    → `));
    assert.match(stdout, /\d+ faults: the service does not start/);
    assert.match(stdout, /\? TRUSTED_PROXIES/);
  });

  it('tells every fault that the rules find, in the words of the start', async () => {
    const environment = { ...complete, NODE_ENV: 'production' };
    const { code, stdout } = await check(environment);
    assert.equal(code, 78);
    for (const fault of faultsOf(environment)) assert.ok(stdout.includes(`✗ ${fault}\n    → `), fault);
    for (const variable of ['ISSUER', 'HOME_URL', 'MESSAGES_SMS', 'MESSAGES_MAIL', 'CLIENTS_FILE'])
      assert.match(stdout, new RegExp(`✗ ${variable}: .*\n    → `));
  });

  it('tells the doubts, and ends with 0', async () => {
    const { code, stdout } = await check({ ...complete, NODE_ENV: 'production', TRIAL: 'true', LOG_LEVEL: 'debug' });
    assert.equal(code, 0);
    assert.match(stdout, /^Mode: production, as a trial/);
    assert.match(stdout, /\? MESSAGES_SMS: .* \(permitted by TRIAL\)\n {4}→ /);
    for (const variable of ['ISSUER', 'HOME_URL', 'LOG_LEVEL', 'MESSAGES_SMS', 'MESSAGES_MAIL'])
      assert.match(stdout, new RegExp(`\\? ${variable}: .*\n    → `));
    assert.match(stdout, /No fault/);
  });

  it('names a mode that nobody knows as a fault', async () => {
    const { code, stdout } = await check({ ...complete, NODE_ENV: 'Production' });
    assert.equal(code, 78);
    assert.match(stdout, /^Mode: unknown \(NODE_ENV\)\.\n\n1 fault: .*\n\n {2}✗ NODE_ENV: .*\n {4}→ Set production, /);
  });

  it('prints no secret, right or wrong', async () => {
    const wrong = Object.fromEntries(
      ['COOKIE_KEYS', 'SEALING_KEYS', 'INDEX_KEY', 'SIGNING_KEYS'].map((name) => [name, 'very-secret']),
    );
    const reports = { KANNEL_REPORT_URL: 'http://kannel:very-secret@reports.test/' };
    for (const environment of [complete, { ...complete, ...wrong, ...reports, NODE_ENV: 'production' }]) {
      const { stdout, stderr } = await check(environment);
      for (const secret of ['very-secret', ...Object.values(complete)])
        assert.ok(!secret || !(stdout + stderr).includes(secret));
    }
  });

  it('reads a file of variables too, and the environment over it', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-cli-'));
    const file = path.join(folder, '.env');
    const lines = Object.entries({ ...complete, PORT: 'x', ADMIN_PORT: 'y' }).map(
      ([name, value]) => `${name}='${value}'`,
    );
    writeFileSync(file, lines.join('\n'));
    const { code, stdout } = await check({ PORT: '3000' }, '--dotenv', file);
    rmSync(folder, { recursive: true });
    assert.equal(code, 78);
    assert.match(stdout, /1 fault:/);
    assert.match(stdout, /ADMIN_PORT/);
  });

  it('refuses a folder in the place of a file of variables', async () => {
    const { code, stderr } = await check({}, '--dotenv', os.tmpdir());
    assert.equal(code, 1);
    assert.match(stderr, /option '--dotenv <file>'.*Cannot read it: this is no readable file\./);
    assert.doesNotMatch(stderr, /node:|EISDIR/);
  });
});

function literal(text: string): string {
  return text.replace(/[().]/g, '\\$&');
}
