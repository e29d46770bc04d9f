/** A connection that is dead, and that nobody has closed: the service gives it up by itself. */
import assert from 'node:assert/strict';
import { createPerson, PASSWORD, type Person } from '../support/people.ts';
import { createRelyingParty, type RelyingParty, signInToTokens } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { cloneDatabase, redisUrl } from '../support/services.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { Visitor } from '../support/visitor.ts';
import { eventually } from '../support/wait.ts';

/** From the first request on; a second more than the silence that a connection is granted. */
const BACK_MS = 2500;
/** No answer takes longer: one silence, or the time for a new connection. */
const ANSWER_MS = 2000;

/** More than one connection of PostgreSQL is open before the fault: each is as dead as the others. */
const AT_ONCE = 6;

for (const [store, variable, urlOf] of [
  ['Redis', 'REDIS_URL', redisUrl],
  ['PostgreSQL', 'DATABASE_URL', cloneDatabase],
] as const)
  describe(`a connection to ${store} that is swallowed`, () => {
    let proxy: TcpProxy;
    let service: Service;
    let party: RelyingParty;
    let person: Person;
    beforeEach(async () => {
      proxy = await startTcpProxy(await urlOf());
      service = await startService({ env: { [variable]: proxy.url } });
      party = await createRelyingParty(service.url);
      person = await createPerson(service);
      // Each another: so many attempts at once on one account would lock it.
      const people = await Promise.all(Array.from({ length: AT_ONCE }, () => createPerson(service)));
      await Promise.all(people.map((each) => signInOnce(each)));
    });
    afterEach(async () => {
      proxy.cut();
      await service.stop();
      await proxy.stop();
    });

    const signInOnce = ({ identifier } = person) => signInToTokens(new Visitor(), party, identifier, PASSWORD);

    /** Signs in until it works. @returns how long that took, and the slowest try, in milliseconds. */
    async function measureRecovery(): Promise<{ backMs: number; slowestMs: number }> {
      const startedAt = performance.now();
      let slowestMs = 0;
      await eventually('a sign-in', async () => {
        const triedAt = performance.now();
        const tokens = await signInOnce().catch(() => undefined);
        if (!tokens) slowestMs = Math.max(slowestMs, performance.now() - triedAt);
        return tokens;
      });
      return { backMs: performance.now() - startedAt, slowestMs };
    }

    it('is given up, with all that were open beside it, when new ones would work', async () => {
      proxy.swallow('open');
      const { backMs, slowestMs } = await measureRecovery();
      assert.ok(backMs < BACK_MS, `back after ${backMs} ms`);
      assert.ok(slowestMs < ANSWER_MS, `an answer took ${slowestMs} ms`);
    });

    it('and none can be made: 503 within bounds, and the service is back as soon as the network is', async () => {
      proxy.swallow();
      for (let tries = 0; tries < 3; tries++) {
        const startedAt = performance.now();
        await assert.rejects(signInOnce());
        assert.ok(performance.now() - startedAt < ANSWER_MS, `${performance.now() - startedAt} ms`);
      }
      proxy.pass();
      const { backMs } = await measureRecovery();
      assert.ok(backMs < BACK_MS, `back after ${backMs} ms`);
    });

    it('and is closed in the end: the service was never told, and goes on', async () => {
      proxy.cut();
      const { backMs } = await measureRecovery();
      assert.ok(backMs < BACK_MS, `back after ${backMs} ms`);
    });
  });
