import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createApp } from '../../src/app/create-app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { ConfigurationError } from '../../src/config/fault.ts';
import { generateSecrets } from '../../src/embedded/generate-secrets.ts';
import { projectRoot } from '../../src/project-root.ts';
import { createChanging } from '../support/changing.ts';
import { testSecrets } from '../support/service.ts';
import { cloneDatabase, redisUrl } from '../support/services.ts';

/** What the reader of the configuration lets through: the library finds it, or it goes wrong afterwards. */
describe('a fault of configuration that is found late', () => {
  const committed = path.join(projectRoot, 'config/clients.yaml');
  let folder: string;
  let environment: Readonly<Record<string, string>>;
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-late-'));
    environment = {
      ...testSecrets,
      DATABASE_URL: await cloneDatabase(),
      REDIS_URL: await redisUrl(),
      LOG_LEVEL: 'silent',
    };
  });
  after(() => rmSync(folder, { recursive: true }));

  function refused(...faults: readonly string[]) {
    return (error: unknown) => {
      assert.ok(error instanceof ConfigurationError, String(error));
      assert.deepEqual(error.faults, faults);
      return true;
    };
  }

  it('ends the process with 78, and is named: a client that the library refuses', async () => {
    const accented = `${testSecrets.CLIENT_MON_COMPTE_SECRET}é`;
    const { code, output } = await start({ ...environment, CLIENT_MON_COMPTE_SECRET: accented });
    assert.equal(code, 78, output);
    assert.match(output, /- client mon-compte: the provider refuses it: invalid client_secret value\n {4}→ /);
    assert.ok(!output.includes(accented));
    assert.doesNotMatch(output, /node_modules/);
  });

  it('ends the process with 78, and is named: a key that is not the one of the database', async () => {
    await (await createApp(loadConfig(environment))).stop();
    const { INDEX_KEY, SEALING_KEYS = '' } = generateSecrets();
    const { code, output } = await start({
      ...environment,
      INDEX_KEY,
      SEALING_KEYS: SEALING_KEYS.replace('k1:', 'k2:'),
    });
    assert.equal(code, 78, output);
    assert.match(output, /- INDEX_KEY: the index key is not the one .*\n {4}→ /);
    assert.match(output, /- SEALING_KEYS: the sealing key k1 is missing.*\n {4}→ .*keys forget sealing k1/);
    assert.ok(!output.includes(INDEX_KEY ?? ''));
  });

  it('is named: a clients file that vanished', async () => {
    const file = path.join(folder, 'vanished.yaml');
    copyFileSync(committed, file);
    const config = loadConfig({ ...environment, CLIENTS_FILE: file });
    rmSync(file);
    await assert.rejects(createApp(config), refused('clients.file (CLIENTS_FILE): there is no such file'));
  });

  it('is named: a signing key that does not verify, wherever it came from', async () => {
    const changing = createChanging();
    const [one, two] = changing.keys;
    assert.ok(one && two);
    changing.keys = [{ ...one, d: Buffer.alloc(32, 9).toString('base64url') }, two];
    await assert.rejects(createApp(loadConfig(environment), { ports: changing.ports }), (error: Error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.match(error.message, new RegExp(`signing key ${one.kid}: does not verify what it signs`));
      return true;
    });
  });
});

function start(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [path.join(projectRoot, 'src/main.ts')], {
    timeout: 15_000,
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}
