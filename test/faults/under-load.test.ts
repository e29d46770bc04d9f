/** What goes wrong while people sign in: how long they are refused, and what is lost. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { Redis } from 'ioredis';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { projectRoot } from '../../src/project-root.ts';
import { startBalancer } from '../support/balancer.ts';
import { type Load, startLoad } from '../support/load.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty, openInteraction, signIn } from '../support/relying-party.ts';
import { startService, testSecrets } from '../support/service.ts';
import { cloneDatabase, redisUrl, startOwnPostgres, startRedis } from '../support/services.ts';
import { Visitor } from '../support/visitor.ts';
import { eventually } from '../support/wait.ts';

const UNLIMITED = { THROTTLE_SIGN_IN_PER_MINUTE: '100000', THROTTLE_AUTHORIZATION_PER_MINUTE: '100000' };
/** No answer takes longer: two silences, of a connection and of the one that is made anew. */
const ANSWER_MS = 3500;

describe('people who sign in', () => {
  it('while PostgreSQL is started anew are refused, and served as soon as it is back', async () => {
    const postgres = await startOwnPostgres();
    const service = await startService({ env: { ...UNLIMITED, DATABASE_URL: postgres.url } });
    const load = await startLoad(service);
    try {
      await postgres.stop();
      const from = service.logLines.length;
      await postgres.restart();
      const backMs = await load.untilWell();
      assert.ok(backMs < 1500, `${backMs} ms`);
      assert.ok(load.slowestFailureMs < ANSWER_MS, `${load.slowestFailureMs} ms`);
      assert.deepEqual(
        statusesSince(service.logLines, from).filter((status) => status === 500),
        [],
      );
    } finally {
      await load.end();
      await service.stop();
      await postgres.stop();
    }
  }).timeout(60_000);

  it('while PostgreSQL is frozen are refused within bounds, and served as soon as it is thawed', async () => {
    const postgres = await startOwnPostgres();
    const service = await startService({ env: { ...UNLIMITED, DATABASE_URL: postgres.url } });
    const load = await startLoad(service);
    try {
      postgres.freeze();
      await eventually('failures', () => load.failed > 4);
      postgres.thaw();
      const backMs = await load.untilWell();
      assert.ok(backMs < 2500, `${backMs} ms`);
      assert.ok(load.slowestFailureMs < ANSWER_MS, `${load.slowestFailureMs} ms`);
    } finally {
      postgres.thaw();
      await load.end();
      await service.stop();
      await postgres.stop();
    }
  }).timeout(60_000);

  it('while Redis is emptied begin again, and lose nothing else', async () => {
    const redis = await startRedis();
    const admin = new Redis(redis.url);
    const service = await startService({ env: { ...UNLIMITED, REDIS_URL: redis.url } });
    const load = await startLoad(service);
    const visitor = new Visitor();
    try {
      const person = await createPerson(service);
      const party = await createRelyingParty(service.url);
      const { interaction } = await openInteraction(visitor, party);
      await admin.flushall();
      const answer = await signIn(visitor, interaction, person.identifier, PASSWORD);
      assert.equal(answer.json.code, 'interaction_not_found');
      const backMs = await load.untilWell();
      assert.ok(backMs < 1000, `${backMs} ms`);
      assert.ok(load.failed <= 4, `one each at most: ${load.failed}`);
    } finally {
      await load.end();
      admin.disconnect();
      await service.stop();
      await redis.stop();
    }
  }).timeout(60_000);

  it('while one of two replicas is killed (kill -9) go on at the other', async () => {
    const databaseUrl = await cloneDatabase();
    const ports = [await findFreePort(), await findFreePort()];
    const balancer = await startBalancer(ports);
    const issuer = `http://localhost:${balancer.port}`;
    const env = { ...UNLIMITED, DATABASE_URL: databaseUrl, ISSUER: issuer };
    const service = await startService({ env: { ...env, PORT: String(ports[0]) } });
    const child = spawn(process.execPath, [path.join(projectRoot, 'src/main.ts')], {
      cwd: projectRoot,
      env: {
        ...testSecrets,
        ...env,
        PATH: process.env.PATH,
        REDIS_URL: await redisUrl(),
        TRUSTED_PROXIES: '127.0.0.0/8',
        PORT: String(ports[1]),
        LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    let load: Load | undefined;
    try {
      await eventually('both', () => balancer.ready.size === 2, 20);
      load = await startLoad(service, issuer);
      assert.equal(load.failed, 0);
      child.kill('SIGKILL');
      const backMs = await load.untilWell();
      assert.ok(backMs < 1000, `${backMs} ms`);
      assert.equal(balancer.ready.size, 1);
    } finally {
      child.kill('SIGKILL');
      await ended;
      await load?.end();
      await service.stop();
      await balancer.stop();
    }
  }).timeout(60_000);
});

function statusesSince(logLines: readonly string[], from: number): number[] {
  return logLines.slice(from).map((line) => JSON.parse(line).status);
}
