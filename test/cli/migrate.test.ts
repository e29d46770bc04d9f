import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCli } from '../support/cli.ts';
import { emptyDatabase } from '../support/services.ts';

describe('mon-compte-identity migrate', () => {
  it('brings an empty database up to date, and finds nothing to do the second time', async () => {
    const environment = { DATABASE_URL: await emptyDatabase() };
    const first = await runCli(['migrate'], environment);
    assert.deepEqual([first.code, first.stderr], [0, '']);
    assert.match(first.stdout, /^Ran 0001-accounts, .*jobs-\d{6}\.\n$/);
    assert.deepEqual(await runCli(['migrate'], environment), {
      code: 0,
      stdout: 'The schema is up to date.\n',
      stderr: '',
    });
  });

  it('takes the address from a file of variables', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-cli-'));
    const file = path.join(folder, '.env');
    writeFileSync(file, `DATABASE_URL='${await emptyDatabase()}'\n`);
    assert.equal((await runCli(['migrate', '--dotenv', file])).code, 0);
    rmSync(folder, { recursive: true });
    const absent = await runCli(['migrate', '--dotenv', file]);
    assert.equal(absent.code, 1);
    assert.match(absent.stderr, /Cannot read it: there is no such file/);
  });

  it('ends with 78 without an address, and asks for no other secret', async () => {
    const { code, stderr } = await runCli(['migrate']);
    assert.equal(code, 78);
    assert.equal(stderr, 'DATABASE_URL: required, and has no default\n');
  });

  it('ends with 1 when the database does not answer, and does not show its password', async () => {
    const { code, stdout, stderr } = await runCli(['migrate'], {
      DATABASE_URL: 'postgres://identity:very-secret@127.0.0.1:1/none',
    });
    assert.equal(code, 1);
    assert.match(stderr, /^The migrations did not run: .*ECONNREFUSED/);
    assert.doesNotMatch(stdout + stderr, /very-secret/);
  });
});
