import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { untilFull } from '../../src/adapters/logger.ts';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { projectRoot } from '../../src/project-root.ts';
import { testSecrets } from '../support/service.ts';
import { cloneDatabase, redisUrl } from '../support/services.ts';
import { eventually } from '../support/wait.ts';

/** Some 200 bytes of log each, and a pipe holds 64 KiB. */
const REQUESTS = 1500;
const BOUND_SECONDS = 5;

describe('a standard output that nobody reads', () => {
  it('keeps no request from its answer, and SIGTERM from nothing', async () => {
    const port = await findFreePort();
    const url = `http://127.0.0.1:${port}`;
    const child = spawn(process.execPath, [path.join(projectRoot, 'src/main.ts')], {
      cwd: projectRoot,
      env: {
        ...testSecrets,
        PATH: process.env.PATH,
        DATABASE_URL: await cloneDatabase(),
        REDIS_URL: await redisUrl(),
        PORT: String(port),
        DRAIN_SECONDS: '0',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
    try {
      const live = () =>
        fetch(`${url}/health/live`).then(
          ({ status }) => status === 200 || undefined,
          () => undefined,
        );
      await eventually('the service', live, 20);
      for (let asked = 0; asked < REQUESTS; asked += 100)
        await Promise.all(Array.from({ length: 100 }, async () => assert.ok(await live())));
      child.kill('SIGTERM');
      let how: unknown;
      ended.then((value) => {
        how = value;
      });
      assert.equal(
        await eventually('the end', () => (how === undefined ? undefined : String(how)), BOUND_SECONDS),
        '0',
      );
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  }).timeout(60_000);

  it('loses lines once a megabyte waits, and says how many when somebody reads again', () => {
    const written: string[] = [];
    const stream = { writableLength: 0, write: (line: string) => written.push(line) > 0 };
    const destination = untilFull(stream);
    destination.write('one\n');
    stream.writableLength = 2 ** 20 + 1;
    for (let line = 0; line < 3; line++) destination.write('lost\n');
    stream.writableLength = 0;
    destination.write('two\n');
    destination.write('three\n');
    assert.deepEqual([written[0], ...written.slice(2)], ['one\n', 'two\n', 'three\n']);
    const { event, details } = JSON.parse(written[1] ?? '');
    assert.deepEqual({ event, details }, { event: 'log_lines_lost', details: { lines: 3 } });
  });
});
