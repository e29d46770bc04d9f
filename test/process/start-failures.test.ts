/** A start that fails says its own cause in a sentence, and quotes no password. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { Redis } from 'ioredis';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { createApp } from '../../src/app/create-app.ts';
import { StartError } from '../../src/app/start-failures.ts';
import { loadConfig } from '../../src/config/config.ts';
import { findNodeFault } from '../../src/node-version.ts';
import { projectRoot } from '../../src/project-root.ts';
import { silent } from '../contracts/backends.ts';
import { startLocalServer } from '../support/local-server.ts';
import { startService, testSecrets } from '../support/service.ts';
import { cloneDatabase, emptyDatabase, type RedisServer, redisUrl, startRedis } from '../support/services.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { startTlsServer } from '../support/tls-server.ts';

const PASSWORD = 'a-password-of-the-store';

describe('a start that fails', () => {
  let stores: { DATABASE_URL: string; REDIS_URL: string };
  let locked: RedisServer;
  before(async () => {
    stores = { DATABASE_URL: await cloneDatabase(), REDIS_URL: await redisUrl() };
    locked = await startRedis();
    const admin = new Redis(locked.url);
    await admin.config('SET', 'requirepass', 'another');
    admin.disconnect();
  });
  after(() => locked.stop());

  function changed(url: string, change: (address: URL) => void): string {
    const address = new URL(url);
    address.password = PASSWORD;
    change(address);
    return address.href;
  }

  async function failureOf(environment: Partial<typeof stores> & { PORT?: string }): Promise<string> {
    const config = loadConfig({}, { ...testSecrets, ...stores, PORT: '0', HOST: '127.0.0.1', ...environment });
    try {
      const app = await createApp(config, { ports: { log: silent } });
      await app.start().finally(() => app.stop());
    } catch (error) {
      assert.ok(error instanceof StartError, String(error));
      assert.ok(!error.message.includes(PASSWORD));
      return error.message;
    }
    throw new Error('it started');
  }

  const nobody = (address: URL) => {
    address.port = '1';
  };
  const unknownName = (address: URL) => {
    address.hostname = 'nobody.invalid';
  };

  for (const [what, change, sentence] of [
    [
      'a wrong password',
      () => {},
      /^PostgreSQL at 127\.0\.0\.1:\d+: it refuses the password of the user of DATABASE_URL$/,
    ],
    ['nobody who listens', nobody, /^PostgreSQL at 127\.0\.0\.1:1: nobody listens there/],
    ['a name that is unknown', unknownName, /^PostgreSQL at nobody\.invalid:\d+: (no machine has|its name could not)/],
  ] as const)
    it(`(PostgreSQL: ${what}) says so`, async () => {
      assert.match(await failureOf({ DATABASE_URL: changed(stores.DATABASE_URL, change) }), sentence);
    });

  it('(PostgreSQL: no such database) says so', async () => {
    const address = new URL(stores.DATABASE_URL);
    address.pathname = '/none';
    assert.match(await failureOf({ DATABASE_URL: address.href }), /^PostgreSQL at .*: it has no database of the name/);
  });

  it('(PostgreSQL: no TLS, and it is asked for) says so', async () => {
    const url = `${stores.DATABASE_URL}?sslmode=verify-full`;
    assert.match(
      await failureOf({ DATABASE_URL: url }),
      /^PostgreSQL at .*: it offers no TLS, and DATABASE_URL asks for it$/,
    );
  });

  it('(PostgreSQL: silent) says so within its bounds', async () => {
    const proxy = await startTcpProxy(stores.DATABASE_URL);
    proxy.swallow();
    try {
      assert.match(await failureOf({ DATABASE_URL: proxy.url }), /^PostgreSQL at .*: no answer in time/);
    } finally {
      await proxy.stop();
    }
  });

  it('(PostgreSQL: another server) says so', async () => {
    const server = await startLocalServer(() => ({ status: 400 }));
    try {
      const url = `postgres://identity:${PASSWORD}@${new URL(server.url).host}/identity`;
      assert.match(
        await failureOf({ DATABASE_URL: url }),
        /^PostgreSQL at .*: it (hung up|does not answer as it should)/,
      );
    } finally {
      await server.stop();
    }
  });

  it('(PostgreSQL: a schema that is behind) says what to run', async () => {
    assert.match(
      await failureOf({ DATABASE_URL: await emptyDatabase() }),
      /behind by \d+ .*mon-compte-identity migrate$/,
    );
  });

  for (const [what, change, sentence] of [
    ['a wrong password', () => {}, /^Redis at 127\.0\.0\.1:\d+: it refuses the user or the password of REDIS_URL$/],
    ['nobody who listens', nobody, /^Redis at 127\.0\.0\.1:1: nobody listens there/],
    ['a name that is unknown', unknownName, /^Redis at nobody\.invalid:\d+: (no machine has|its name could not)/],
  ] as const)
    it(`(Redis: ${what}) says so`, async () => {
      assert.match(await failureOf({ REDIS_URL: changed(locked.url, change) }), sentence);
    });

  it('(Redis: no password, and it asks for one) says so', async () => {
    assert.match(
      await failureOf({ REDIS_URL: locked.url }),
      /^Redis at .*: it asks for a password, and REDIS_URL has none$/,
    );
  });

  it('(Redis: no TLS, and it is asked for) says so', async () => {
    const url = stores.REDIS_URL.replace('redis:', 'rediss:');
    assert.match(await failureOf({ REDIS_URL: url }), /^Redis at .*: .*speak no TLS\?$/);
  });

  it('(Redis: a certificate that nobody vouches for) says so', async () => {
    const server = await startTlsServer();
    try {
      const url = `rediss://:${PASSWORD}@127.0.0.1:${server.port}`;
      assert.match(await failureOf({ REDIS_URL: url }), /^Redis at .*: its TLS certificate is of nobody whom/);
    } finally {
      await server.stop();
    }
  });

  it('(Redis: silent) says so within its bounds', async () => {
    const proxy = await startTcpProxy(stores.REDIS_URL);
    proxy.swallow();
    try {
      assert.match(await failureOf({ REDIS_URL: proxy.url }), /^Redis at .*: no answer in time/);
    } finally {
      await proxy.stop();
    }
  });

  it('(a port that is taken) says so', async () => {
    const service = await startService();
    try {
      const { port } = new URL(service.url);
      assert.match(await failureOf({ PORT: port }), new RegExp(`^127.0.0.1:${port}: .*already.*PORT$`));
    } finally {
      await service.stop();
    }
  });
});

describe('a start on a PostgreSQL that answers, and does not do its work', () => {
  const role = `starting_${process.pid}`;
  let owner: ReturnType<typeof openDatabase>;
  let environment: Readonly<Record<string, string>>;
  before(async () => {
    const url = await cloneDatabase();
    owner = openDatabase(url, 1, { patient: true });
    await owner.raw(`create role ${role} login password '${PASSWORD}'`);
    for (const schema of ['public', 'graphile_worker'])
      for (const what of ['schema', 'all tables in schema', 'all sequences in schema', 'all functions in schema'])
        await owner.raw(`grant all on ${what} ${schema} to ${role}`);
    const address = new URL(url);
    [address.username, address.password] = [role, PASSWORD];
    environment = {
      ...{ ...testSecrets, DATABASE_URL: address.href, REDIS_URL: await redisUrl() },
      ...{ PORT: '0', HOST: '127.0.0.1', DRAIN_SECONDS: '0' },
    };
  });
  after(() => owner.destroy());

  async function failure(): Promise<string> {
    try {
      const app = await createApp(loadConfig({}, environment), { ports: { log: silent } });
      await app.start().finally(() => app.stop());
    } catch (error) {
      assert.ok(error instanceof StartError, String(error));
      assert.ok(!error.message.includes(PASSWORD));
      return error.message;
    }
    throw new Error('it started');
  }

  for (const [what, begin, end, sentence] of [
    [
      'read-only',
      `alter role ${role} set default_transaction_read_only = on`,
      `alter role ${role} reset default_transaction_read_only`,
      /^PostgreSQL at .*: it takes no writes\. .*primary/,
    ],
    [
      'full',
      `create function no_room() returns trigger language plpgsql as
        $$ begin raise exception 'no space left on device' using errcode = 'disk_full'; end $$;
        create trigger no_room before insert on keys execute function no_room()`,
      'drop function no_room cascade',
      /^PostgreSQL at .*: its disk is full$/,
    ],
    [
      'no right on the keys',
      `revoke all on keys from ${role}`,
      `grant all on keys to ${role}`,
      /^PostgreSQL at .*: .* lacks a right/,
    ],
    [
      'no right on the credentials',
      `revoke all on credentials from ${role}`,
      `grant all on credentials to ${role}`,
      /^PostgreSQL at .*: .* lacks a right/,
    ],
    [
      'no right on the jobs',
      `revoke all on schema graphile_worker from ${role}`,
      `grant all on schema graphile_worker to ${role}`,
      /^PostgreSQL at .*: .* lacks a right/,
    ],
    [
      'too few connections for the jobs',
      `alter role ${role} connection limit 1`,
      `alter role ${role} connection limit -1`,
      /^PostgreSQL at .*: it has no connection left for us/,
    ],
  ] as const)
    it(`(${what}) says so`, async () => {
      await owner.raw(begin);
      try {
        assert.match(await failure(), sentence);
      } finally {
        await owner.raw(end);
      }
    });
});

describe('the process', () => {
  async function run(environment: Readonly<Record<string, string>>, options: readonly string[] = []) {
    const child = spawn(process.execPath, [...options, path.join(projectRoot, 'src/main.ts')], {
      cwd: projectRoot,
      env: { PATH: process.env.PATH ?? '', ...environment },
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (chunk: string) => {
        output[stream] += chunk;
      });
    const code = await new Promise((resolve) => child.once('close', resolve));
    return { code, ...output };
  }

  it('ends with code 1, and the sentence alone', async () => {
    const DATABASE_URL = `postgres://identity:${PASSWORD}@127.0.0.1:1/identity`;
    const result = await run({ ...testSecrets, DATABASE_URL, REDIS_URL: 'redis://127.0.0.1:1', PORT: '0' });
    assert.deepEqual(result, {
      code: 1,
      stdout: '',
      stderr: 'PostgreSQL at 127.0.0.1:1: nobody listens there. Is it started, and is DATABASE_URL right?\n',
    });
  });

  it('ends with code 78 in a mode that nobody knows, and starts no store of its own', async () => {
    const { code, stdout, stderr } = await run({ NODE_ENV: 'Production', PORT: '0' });
    assert.deepEqual([code, stdout], [78, '']);
    assert.match(stderr, /- NODE_ENV: no mode that the service knows.*\n {4}→ Set production, development or test/);
  });

  it('refuses a Node that is too old with a sentence, before it reads anything else', async () => {
    for (const version of ['20.18.0', '22.17.1']) {
      const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
      const result = await run({}, ['--import', `data:text/javascript,${encodeURIComponent(old)}`]);
      assert.equal(result.code, 1);
      assert.ok(result.stderr.startsWith(`The service needs Node 22.18 or newer, and this is Node ${version}: `));
      assert.equal(result.stderr.trim().split('\n').length, 1);
    }
    for (const version of ['22.18.0', '23.0.0', '24.1.0']) assert.equal(findNodeFault(version), undefined);
  });
});
