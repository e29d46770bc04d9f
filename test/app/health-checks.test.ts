/** What each check asks, on ports in memory: who does not do its work is found, and by which of its answers. */
import assert from 'node:assert/strict';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { healthChecks } from '../../src/app/health-checks.ts';
import { loadConfig } from '../../src/config/config.ts';
import { storeUnavailable } from '../../src/errors.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { createMemoryPorts, type MemoryPorts } from '../stories/support/memory-ports.ts';
import { complete } from '../support/configuration.ts';

/** Nobody listens there; connections are made when they are first needed. */
const database = openDatabase('postgres://nobody@127.0.0.1:1/none', 1);
const { keys } = loadConfig({}, complete).secrets.signingKeys;

describe('the checks of a process that is ready', () => {
  after(() => database.destroy());

  function checksOf(change: (ports: MemoryPorts) => Partial<Ports> = () => ({}), keepsRedisRoles = true) {
    const ports = createMemoryPorts();
    return healthChecks({ ...ports, ...change(ports) }, database, keepsRedisRoles);
  }
  const redisOf = (change: (ports: MemoryPorts) => Partial<Ports>) => checksOf(change).redis?.();
  const keysOf = (change: (ports: MemoryPorts) => Partial<Ports>) => checksOf(change).keys?.();

  it('ask Redis where its roles are kept there, and nobody where they are kept in this process', () => {
    assert.deepEqual(Object.keys(checksOf()).toSorted(), ['clock', 'keys', 'postgres', 'redis']);
    assert.deepEqual(Object.keys(checksOf(() => ({}), false)).toSorted(), ['clock', 'keys', 'postgres']);
  });

  it('find nothing wrong with a Redis that does all that is asked of it, however often', async () => {
    const { redis } = checksOf();
    for (let times = 0; times < 20; times++) assert.equal(await redis?.(), undefined);
  });

  it('leave nothing in Redis for longer than seconds, should their end be lost', async () => {
    const lives: unknown[] = [];
    const check = redisOf(({ protocolStore, attempts }) => ({
      protocolStore: {
        ...protocolStore,
        upsert(model, id, payload, seconds) {
          lives.push(seconds);
          return protocolStore.upsert(model, id, payload, seconds);
        },
      },
      attempts: {
        ...attempts,
        begin(key, policy) {
          lives.push(policy.forgetAfterSeconds);
          return attempts.begin(key, policy);
        },
      },
    }));
    assert.equal(await check, undefined);
    assert.deepEqual(lives, [10, 10]);
  });

  const refused = { allowed: false, retryAfterSeconds: 1 };
  for (const [what, change] of [
    ['finds nothing', ({ protocolStore }) => ({ protocolStore: { ...protocolStore, find: async () => undefined } })],
    [
      'finds what was not written',
      ({ protocolStore }) => ({ protocolStore: { ...protocolStore, find: async () => ({ id: 'another' }) } }),
    ],
    ['uses nothing up', ({ protocolStore }) => ({ protocolStore: { ...protocolStore, consume: async () => false } })],
    ['counts nothing', ({ rateLimiter }) => ({ rateLimiter: { ...rateLimiter, count: async () => refused } })],
    ['begins no attempt', ({ attempts }) => ({ attempts: { ...attempts, begin: async () => refused } })],
  ] as const satisfies readonly (readonly [string, (ports: MemoryPorts) => Partial<Ports>])[])
    it(`find a Redis that ${what}`, async () => {
      assert.equal(await redisOf(change), 'failing');
    });

  for (const name of ['upsert', 'find', 'consume', 'destroy'] as const)
    it(`find a Redis that refuses to ${name}`, async () => {
      const refusing = ({ protocolStore }: MemoryPorts) => ({
        protocolStore: { ...protocolStore, [name]: () => Promise.reject(storeUnavailable()) },
      });
      await assert.rejects(Promise.resolve(redisOf(refusing)), { code: 'store_unavailable' });
    });

  it('find a Redis that does not take the end of an attempt', async () => {
    const refusing = ({ attempts }: MemoryPorts) => ({
      attempts: { ...attempts, succeed: () => Promise.reject(storeUnavailable()) },
    });
    await assert.rejects(Promise.resolve(redisOf(refusing)), { code: 'store_unavailable' });
  });

  it('leave it to the check of PostgreSQL to tell that it does not answer', async () => {
    const { clock, postgres } = checksOf();
    assert.equal(await clock?.(), undefined);
    await assert.rejects(Promise.resolve(postgres?.()), { code: 'store_unavailable' });
  });

  it('find keys that do not sign, that are not there, and a vault that does not open what it seals', async () => {
    const broken = keys.map((key, at) => (at === 0 ? { ...key, d: 'AAAA' } : key));
    const list = (given: typeof keys) => () => ({ signingKeys: { list: async () => given } });
    assert.equal(await keysOf(list(keys)), undefined);
    assert.equal(await keysOf(list(broken)), 'unusable');
    assert.equal(await keysOf(list([])), 'unusable');
    for (const open of [() => 'another', () => assert.fail('it does not open')])
      assert.equal(await keysOf((ports) => ({ ...list(keys)(), vault: { ...ports.vault, open } })), 'unusable');
  });

  it('look at usable keys once a minute, and at unusable ones each time', async () => {
    const { now } = performance;
    let [passedMs, listed, usable] = [0, 0, true];
    performance.now = () => now.call(performance) + passedMs;
    try {
      const list = async () => {
        listed += 1;
        return usable ? keys : [];
      };
      const check = checksOf(() => ({ signingKeys: { list } })).keys;
      for (const [milliseconds, looks] of [
        [0, 1],
        [59_000, 1],
        [61_000, 2],
      ] as const) {
        passedMs = milliseconds;
        await check?.();
        assert.equal(listed, looks, `${milliseconds} ms`);
      }
      [passedMs, usable] = [200_000, false];
      for (let times = 0; times < 2; times++) assert.equal(await check?.(), 'unusable');
      assert.equal(listed, 4);
    } finally {
      performance.now = now;
    }
  });
});
