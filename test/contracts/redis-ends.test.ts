/** Whatever the stores write to Redis ends by itself: nobody removes what would stay. */
import assert from 'node:assert/strict';
import { createRedisAttempts } from '../../src/adapters/redis/attempts.ts';
import { connectRedis, type RedisConnection } from '../../src/adapters/redis/connection.ts';
import { createRedisKeyValue } from '../../src/adapters/redis/key-value.ts';
import { createRedisKnownBrowsers } from '../../src/adapters/redis/known-browsers.ts';
import { createRedisRateLimiter } from '../../src/adapters/redis/rate-limiter.ts';
import { createRedisTallies } from '../../src/adapters/redis/tallies.ts';
import { type RedisServer, startRedis } from '../support/services.ts';
import { movableClock, silent, testVault } from './backends.ts';

const policy = { firstLockAtFailure: 2, maximumLockSeconds: 900, forgetAfterSeconds: 60, attemptsPerDay: 5 };
const throttle = { name: 'ends', limit: 1, windowSeconds: 60 };

describe('what is written to Redis', () => {
  let server: RedisServer;
  let redis: RedisConnection;
  before(async () => {
    server = await startRedis();
    redis = await connectRedis(server.url, silent);
  });
  beforeEach(() => redis.flushall());
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  /** The keys that are there, of which none may stay for good. */
  async function keysThatEnd(): Promise<string[]> {
    const keys = (await redis.keys('*')).sort();
    for (const key of keys) assert.ok((await redis.pttl(key)) > 0, `${key} ends`);
    await redis.flushall();
    return keys;
  }

  it('by the attempt counter ends, and where nothing was counted nothing is written', async () => {
    const attempts = createRedisAttempts(redis);
    await attempts.succeed('unknown');
    await attempts.release('unknown');
    assert.equal(await attempts.failures('unknown'), 0);
    assert.deepEqual(await keysThatEnd(), []);
    for (let count = 0; count < 3; count++) await attempts.begin('begun', policy);
    await attempts.release('begun');
    await attempts.fail('failed', 60);
    assert.deepEqual(await keysThatEnd(), ['attempts:{begun}', 'attempts:{failed}']);
  });

  it('by the rate limiter ends, what is given back included, and where nothing was counted nothing is written', async () => {
    const limiter = createRedisRateLimiter(redis);
    await limiter.giveBack(throttle, 'unknown', 0);
    assert.equal(await limiter.left(throttle, 'unknown'), 1);
    assert.deepEqual(await keysThatEnd(), []);
    for (let count = 0; count < 2; count++) await limiter.count(throttle, 'k');
    await limiter.giveBack(throttle, 'k', 0);
    assert.deepEqual(await keysThatEnd(), ['throttle:ends:k']);
  });

  it('by the key-value port ends, each thing beside a record with it or before, and where there is none nothing is', async () => {
    const store = createRedisKeyValue(redis);
    await store.claim('unknown');
    await store.claimKeeping('unknown', 'kept', 10, 20);
    await store.hold('unknown', 10);
    await store.release('unknown');
    await store.replace('unknown', 'a', 'b', 60);
    assert.deepEqual(await keysThatEnd(), []);
    await store.set('{a}', 'a', 60);
    await store.hold('{a}', 10);
    await store.claimKeeping('{a}', 'kept', 10, 20);
    await store.setClaimed('{b}', 'b', 60);
    await store.replace('{c}', undefined, 'c', 60);
    await store.claim('{c}');
    const beside = ['{a}', '{a}:claimed', '{a}:held', '{a}:kept', '{b}', '{b}:claimed', '{c}', '{c}:claimed'];
    assert.deepEqual(await keysThatEnd(), beside);
    await store.set('{a}', 'a', 60);
    await store.hold('{a}', 10);
    await store.claimKeeping('{a}', 'kept', 10, 20);
    await store.delete('{a}');
    assert.deepEqual(await keysThatEnd(), [], 'nothing is left of what is deleted');
  });

  it('as a claim counts for none where its record has ended, whoever writes the next one', async () => {
    const store = createRedisKeyValue(redis);
    const writes = {
      set: () => store.set('{a}', 'a', 60),
      replace: () => store.replace('{a}', undefined, 'a', 60),
    };
    for (const [name, write] of Object.entries(writes)) {
      await redis.set('{a}:claimed', '1000', 'EX', 60);
      assert.equal(await store.claim('{a}'), false);
      await write();
      assert.deepEqual(await store.getWithClaim('{a}'), { value: 'a' }, name);
      assert.equal(await store.claim('{a}'), true, name);
      await redis.flushall();
    }
    await redis.set('{a}:claimed', '1000', 'EX', 60);
    await store.setClaimed('{a}', 'a', 60);
    const { claimedAgoMs = -1 } = (await store.getWithClaim('{a}')) ?? {};
    assert.ok(claimedAgoMs >= 0 && claimedAgoMs < 60_000, `${claimedAgoMs} ms`);
  });

  it('by the tallies and the known browsers ends, under names without a person', async () => {
    const clock = movableClock();
    await createRedisTallies(redis, clock).add('codes-sent');
    const slot = Math.floor(clock.now().getTime() / 300_000);
    assert.deepEqual(await keysThatEnd(), [`tally:{codes-sent}:${slot}`]);
    const vault = testVault();
    await createRedisKnownBrowsers(redis, vault).remember('account', 'browser');
    const key = `browsers:{${vault.blindIndex('browsers-of', 'account')}}`;
    assert.deepEqual(await redis.zrange(key, '0', '-1'), [vault.blindIndex('browser', 'browser')]);
    assert.deepEqual(await keysThatEnd(), [key]);
  });
});
