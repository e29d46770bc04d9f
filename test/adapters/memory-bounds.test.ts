import assert from 'node:assert/strict';
import { createMemoryAttempts } from '../../src/adapters/memory/attempts.ts';
import { createBoundedMap } from '../../src/adapters/memory/bounded-map.ts';
import { createMemoryKeyValue } from '../../src/adapters/memory/key-value.ts';
import { createMemoryRateLimiter } from '../../src/adapters/memory/rate-limiter.ts';
import { movableClock, unavailable } from '../contracts/backends.ts';

const MAXIMUM = 5;
const LIFE = 60;

describe('the stores in memory, when they are full', () => {
  it('refuse new records and keep those that they have, until one has ended', async () => {
    const clock = movableClock();
    const store = createMemoryKeyValue(clock, MAXIMUM);
    for (let index = 0; index < MAXIMUM; index++) await store.set(`key${index}`, 'first', LIFE + index);
    for (const write of [store.set, store.setClaimed]) await assert.rejects(write('other', 'x', LIFE), unavailable);
    assert.equal(await store.get('other'), undefined);
    for (let index = 0; index < MAXIMUM; index++) assert.equal(await store.get(`key${index}`), 'first');
    await store.set('key0', 'second', LIFE);
    assert.equal(await store.get('key0'), 'second', 'what is there can still be written');
    assert.equal(await store.claim('key1'), true);
    await store.delete('key2');
    await store.set('other', 'x', LIFE);
    await assert.rejects(store.set('another', 'x', LIFE), unavailable);
    clock.move(LIFE);
    await store.set('another', 'x', LIFE);
  });

  it('lift no limit: whoever has spent one has still spent it, and a stranger is not let through uncounted', async () => {
    const clock = movableClock();
    const limiter = createMemoryRateLimiter(clock, MAXIMUM);
    const policy = { name: 'full', limit: 1, windowSeconds: LIFE };
    for (let index = 0; index < MAXIMUM; index++) assert.ok((await limiter.count(policy, `key${index}`)).allowed);
    await assert.rejects(limiter.count(policy, 'stranger'), unavailable);
    for (let index = 0; index < MAXIMUM; index++)
      assert.equal((await limiter.count(policy, `key${index}`)).allowed, false);
    clock.move(LIFE);
    assert.ok((await limiter.count(policy, 'stranger')).allowed);
  });

  it('lift no lock, and compare no attempt that was not counted', async () => {
    const clock = movableClock();
    const attempts = createMemoryAttempts(clock, MAXIMUM);
    const policy = { firstLockAtFailure: 1, maximumLockSeconds: 900, forgetAfterSeconds: LIFE, attemptsPerDay: 30 };
    for (let index = 0; index < MAXIMUM; index++) assert.ok((await attempts.begin(`key${index}`, policy)).allowed);
    for (const write of [() => attempts.begin('stranger', policy), () => attempts.fail('stranger', LIFE)])
      await assert.rejects(write(), unavailable);
    for (let index = 0; index < MAXIMUM; index++)
      assert.equal((await attempts.begin(`key${index}`, policy)).allowed, false);
  });

  it('look for ended entries once a second, however many are refused', () => {
    const clock = movableClock();
    let looks = 0;
    const map = createBoundedMap<number>(clock, MAXIMUM, (endsAt) => {
      looks += 1;
      return endsAt;
    });
    const endsAt = clock.now().getTime() + LIFE * 1000;
    for (let index = 0; index < MAXIMUM; index++) map.set(`key${index}`, endsAt);
    for (let sent = 0; sent < 100; sent++) assert.throws(() => map.set('other', endsAt), unavailable);
    assert.equal(looks, MAXIMUM);
    clock.move(1);
    assert.throws(() => map.set('other', endsAt), unavailable);
    assert.equal(looks, 2 * MAXIMUM);
  });
});
