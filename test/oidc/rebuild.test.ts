import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { createMemoryRateLimiter } from '../../src/adapters/memory/rate-limiter.ts';
import { type Changing, createChanging } from '../support/changing.ts';
import { heapUsed } from '../support/heap.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty, signInToTokens } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const REBUILDS = 20;
const VISITORS = 50;

/** Of 150 rebuilds. A provider in use holds about 75 KiB: as many that were kept would be 11 MiB; measured is 1. */
const HEAP_BOUND_MIB = 4;

describe('the provider, built again while it serves', () => {
  let service: Service;
  let changing: Changing;
  /** Holds an authorization request up, once it has begun. */
  let gate: Promise<void> | undefined;
  let arrived: () => void;

  before(async () => {
    changing = createChanging();
    const rateLimiter = createMemoryRateLimiter({ now: () => new Date() });
    const held: typeof rateLimiter = {
      ...rateLimiter,
      async count(throttle, key) {
        if (throttle.name === 'authorization' && gate) {
          arrived();
          await gate;
        }
        return rateLimiter.count(throttle, key);
      },
    };
    service = await startService({
      env: { ARGON2_WAITING: '1000', THROTTLE_AUTHORIZATION_PER_MINUTE: '10000', LOG_LEVEL: 'error' },
      ports: { ...changing.ports, rateLimiter: held },
    });
  });
  after(() => service.stop());

  it(`loses none of ${VISITORS} sign-ins at once, to tokens, while it is built again ${REBUILDS} times`, async () => {
    const people = await Promise.all(Array.from({ length: VISITORS }, () => createPerson(service)));
    const party = await createRelyingParty(service.url);
    let [rebuilt, spanning] = [0, 0];
    const visits = people.map(async ({ identifier }) => {
      do {
        const before = rebuilt;
        const { tokens } = await signInToTokens(new Visitor(), party, identifier, PASSWORD);
        assert.ok(tokens.access_token && tokens.refresh_token);
        if (rebuilt > before) spanning++;
      } while (rebuilt < REBUILDS);
    });
    const rebuilds = (async () => {
      for (; rebuilt < REBUILDS; rebuilt++) {
        await service.app.rebuildProvider();
        await delay(50);
      }
    })();
    await Promise.all([...visits, rebuilds]);
    assert.ok(spanning >= VISITORS, `${spanning} sign-ins began under one provider and ended under another`);
    assert.deepEqual(service.logLines, [], 'no error in the log');
  });

  it('lets a request that has begun end as it would have, whatever was rebuilt meanwhile', async () => {
    const party = await createRelyingParty(service.url);
    const [under, after] = [await party.begin(), await party.begin()];
    const all = changing.clients;
    let open = () => {};
    const begun = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    gate = new Promise((resolve) => {
      open = resolve;
    });
    try {
      const answer = new Visitor().request(under.url);
      await begun;
      changing.clients = all.filter(({ clientId }) => clientId !== 'mon-compte');
      await service.app.rebuildProvider();
      open();
      assert.match((await answer).location ?? '', /\/interactions\//);
      gate = undefined;
      assert.equal((await new Visitor().request(after.url)).json.error, 'invalid_client');
    } finally {
      gate = undefined;
      open();
      changing.clients = all;
      await service.app.rebuildProvider();
    }
  });

  it('keeps nothing of the providers before: the heap stays flat over 150 more rebuilds', async () => {
    const party = await createRelyingParty(service.url);
    const visitor = new Visitor();
    const { tokens } = await signInToTokens(visitor, party, (await createPerson(service)).identifier, PASSWORD);
    let early = 0;
    for (let rebuild = 1; rebuild <= 200; rebuild++) {
      await service.app.rebuildProvider();
      // Each provider is put to use: what it makes at its first requests would be kept with it.
      const answers = [
        await visitor.request((await party.begin({ prompt: 'none' })).url),
        await new Visitor('json', visitor.address).request((await party.begin()).url),
        await visitor.request(`${service.url}/jwks`),
        await visitor.request(`${service.url}/userinfo`, {
          headers: { Authorization: `Bearer ${tokens.access_token}` },
        }),
      ];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [303, 303, 200, 200],
      );
      if (rebuild === 50) early = await heapUsed();
    }
    const growth = ((await heapUsed()) - early) / 2 ** 20;
    assert.ok(growth < HEAP_BOUND_MIB, `the heap grew by ${growth.toFixed(2)} MiB`);
  });
});
