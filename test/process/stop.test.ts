import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import path from 'node:path';
import { parse } from 'yaml';
import { longestStopMs } from '../../src/app/stop-times.ts';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { projectRoot } from '../../src/project-root.ts';
import { startBalancer } from '../support/balancer.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty, openInteraction, signIn, signInToTokens } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { cloneDatabase, redisUrl } from '../support/services.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { Visitor } from '../support/visitor.ts';
import { eventually, untilReady } from '../support/wait.ts';

describe('a stop', () => {
  it('says draining first, serves what still comes with « Connection: close », then listens no more', async () => {
    const service = await startService({ env: { DRAIN_SECONDS: '1' } });
    const party = await createRelyingParty(service.url);
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const startedAt = performance.now();
    const stopped = service.stop();
    const ready = await visitor.request(`${service.url}/health/ready`);
    assert.deepEqual([ready.status, ready.json], [503, { status: 'draining' }]);
    assert.equal((await visitor.request(`${service.url}/health/live`)).status, 200);
    const answer = await signIn(visitor, interaction, person.identifier, PASSWORD);
    assert.equal(answer.json.status, 'authenticated');
    assert.equal(await connectionHeaderOf(`${service.url}/jwks`), 'close');
    await stopped;
    assert.ok(performance.now() - startedAt >= 1000);
    await assert.rejects(visitor.request(`${service.url}/health/live`), (error: Error) =>
      /ECONNREFUSED/.test(String(Object(error.cause).code)),
    );
  });

  /** As it is sent: fetch hides it. */
  function connectionHeaderOf(url: string): Promise<string | undefined> {
    const agent = new Agent({ keepAlive: true });
    return new Promise((resolve, reject) => {
      get(url, { agent }, (answer) => {
        answer.resume().once('end', () => resolve(answer.headers.connection));
      }).once('error', reject);
    });
  }

  it('adds up to less than the time after which it would be killed, by compose and by the manual', () => {
    const { services } = parse(readFileSync(path.join(projectRoot, 'docker-compose.yml'), 'utf8'));
    const manual = readFileSync(path.join(projectRoot, 'docs/operations.md'), 'utf8');
    const grace = /^(\d+)s$/.exec(services.identity.stop_grace_period)?.[1];
    assert.equal(/Give the orchestrator (\d+) seconds/.exec(manual)?.[1], grace);
    // A second more is that of the process itself.
    assert.ok(longestStopMs(5) + 2000 <= Number(grace) * 1000, `${longestStopMs(5)} ms`);
  });

  it('ends within its limits while both stores are silent', async () => {
    const redis = await startTcpProxy(await redisUrl());
    const postgres = await startTcpProxy(await cloneDatabase());
    const service = await startService({ env: { REDIS_URL: redis.url, DATABASE_URL: postgres.url } });
    try {
      await untilReady(service);
      for (const proxy of [redis, postgres]) proxy.swallow();
      const startedAt = performance.now();
      await service.stop();
      assert.ok(performance.now() - startedAt < longestStopMs(0), `${performance.now() - startedAt} ms`);
    } finally {
      for (const proxy of [redis, postgres]) await proxy.stop();
    }
  });
});

describe('two replicas that are started anew, one after the other', () => {
  it('fail no sign-in of the people who come meanwhile', async () => {
    const databaseUrl = await cloneDatabase();
    const ports = [await findFreePort(), await findFreePort()];
    const balancer = await startBalancer(ports);
    const issuer = `http://localhost:${balancer.port}`;
    const env = { DATABASE_URL: databaseUrl, ISSUER: issuer, DRAIN_SECONDS: '1', THROTTLE_SIGN_IN_PER_MINUTE: '1000' };
    const start = (port: number) => startService({ env: { ...env, PORT: String(port) } });
    const replicas: Service[] = [];
    for (const port of ports) replicas.push(await start(port));
    let over = false;
    try {
      await eventually('both', () => balancer.ready.size === 2);
      const party = await createRelyingParty(issuer);
      const home = replicas[0];
      assert.ok(home);
      const people = await Promise.all(Array.from({ length: 4 }, () => createPerson(home)));
      let done = 0;
      const load = people.map(async ({ identifier }) => {
        for (; !over; done++) await signInToTokens(new Visitor(), party, identifier, PASSWORD);
      });
      const failed = Promise.all(load);
      for (const [index, port] of ports.entries()) {
        const before = done;
        await Promise.race([replicas[index]?.stop(), failed]);
        replicas[index] = await start(port);
        await eventually('both again', () => balancer.ready.size === 2);
        assert.ok(done > before, 'people signed in meanwhile');
      }
      over = true;
      await failed;
      assert.ok(done > 10, String(done));
    } finally {
      over = true;
      for (const replica of replicas) await replica.stop();
      await balancer.stop();
    }
  }).timeout(60_000);
});
