import assert from 'node:assert/strict';
import { createMemoryAttempts } from '../../src/adapters/memory/attempts.ts';
import { createBoundedMap } from '../../src/adapters/memory/bounded-map.ts';
import { createMemoryKeyValue } from '../../src/adapters/memory/key-value.ts';
import { createMemoryKnownBrowsers } from '../../src/adapters/memory/known-browsers.ts';
import { createMemoryRateLimiter } from '../../src/adapters/memory/rate-limiter.ts';
import { KNOWN_SECONDS } from '../../src/domain/known-browser.ts';
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
    clock.move(LIFE - 1);
    await assert.rejects(store.set('another', 'x', LIFE), unavailable);
    clock.move(1);
    await store.set('another', 'x', LIFE);
  });

  it('say which store it is, for the log', async () => {
    const store = createMemoryKeyValue(movableClock(), 0);
    await assert.rejects(store.set('key', 'x', LIFE), { ...unavailable, details: { store: 'memory' } });
  });

  it('know no browser that was not remembered, and forget none', async () => {
    const clock = movableClock();
    const browsers = createMemoryKnownBrowsers(clock, MAXIMUM);
    for (let index = 0; index < MAXIMUM; index++) await browsers.remember(`account${index}`, 'telephone');
    await assert.rejects(browsers.remember('stranger', 'telephone'), unavailable);
    assert.equal(await browsers.isKnown('stranger', 'telephone'), false);
    for (let index = 0; index < MAXIMUM; index++)
      assert.equal(await browsers.isKnown(`account${index}`, 'telephone'), true);
    await browsers.remember('account0', 'computer');
    clock.move(KNOWN_SECONDS);
    await browsers.remember('stranger', 'telephone');
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
    clock.move(0.999);
    assert.throws(() => map.set('other', endsAt), unavailable);
    assert.equal(looks, MAXIMUM);
    clock.move(0.001);
    assert.throws(() => map.set('other', endsAt), unavailable);
    assert.equal(looks, 2 * MAXIMUM);
  });

  it('have room again for each entry that was found to have ended, without a look at the others', () => {
    const clock = movableClock();
    const map = createBoundedMap<number>(clock, 2, (endsAt) => endsAt);
    const endsAt = clock.now().getTime() + 500;
    for (const key of ['one', 'two']) map.set(key, endsAt);
    assert.throws(() => map.set('other', endsAt), unavailable);
    clock.move(0.5);
    assert.throws(() => map.set('other', endsAt + LIFE * 1000), unavailable, 'it has looked half a second ago');
    assert.equal(map.get('one'), undefined);
    map.set('other', endsAt + LIFE * 1000);
  });

  it('let ended entries go once in a thousand writes, also when there is room', () => {
    const clock = movableClock();
    let looks = 0;
    const map = createBoundedMap<number>(clock, 10_000, (endsAt) => {
      looks += 1;
      return endsAt;
    });
    for (let write = 1; write < 1000; write++) map.set(`key${write}`, clock.now().getTime());
    assert.equal(looks, 0);
    map.set('last', clock.now().getTime());
    assert.equal(looks, 999);
    for (let write = 1; write < 1000; write++) map.set('last', clock.now().getTime());
    assert.equal(looks, 999);
    map.set('last', clock.now().getTime());
    assert.equal(looks, 1000, 'what had ended went at the first look');
  });
});
