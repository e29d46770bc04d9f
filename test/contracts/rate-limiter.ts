/** The suite of the throttles. */
import assert from 'node:assert/strict';
import type { RateLimiter, ThrottlePolicy } from '../../src/ports/throttles.ts';
import { type Backend, type Opening, unavailable, unique, winnersOf } from './backends.ts';

const policy: ThrottlePolicy = { name: 'sign-in', limit: 3, windowSeconds: 60 };

export function describeRateLimiter(name: string, { open, away }: Opening<RateLimiter>): void {
  describe(`the rate limiter, on ${name}`, () => {
    let backend: Backend<RateLimiter>;
    let limiter: RateLimiter;
    let key: string;
    before(async () => {
      backend = await open();
      limiter = backend.port;
    });
    beforeEach(() => {
      key = unique();
    });
    after(() => backend.close());

    it('lets the limit through, then refuses with the time to wait', async () => {
      for (let call = 0; call < 3; call++)
        assert.deepEqual(await limiter.count(policy, key), { allowed: true, retryAfterSeconds: 0 });
      const refused = await limiter.count(policy, key);
      assert.equal(refused.allowed, false);
      assert.ok(refused.retryAfterSeconds >= 59 && refused.retryAfterSeconds <= 60, `${refused.retryAfterSeconds} s`);
    });

    it('tells the first refusal of each window from those after it', async () => {
      const short = { name: 'told', limit: 1, windowSeconds: 1 };
      for (let window = 0; window < 2; window++) {
        const told = [];
        for (let call = 0; call < 4; call++) told.push((await limiter.count(short, key)).firstRefusal ?? 'allowed');
        assert.deepEqual(told, ['allowed', true, false, false]);
        await backend.pass(1);
      }
    });

    it('tells one first refusal of 200 calls at once', async () => {
      const told = async () => (await limiter.count(policy, key)).firstRefusal === true;
      assert.equal(await winnersOf(200, told), 1);
    });

    it('counts each key apart', async () => {
      for (let call = 0; call < 4; call++) await limiter.count(policy, key);
      assert.equal((await limiter.count(policy, unique())).allowed, true);
    });

    it('counts each policy apart', async () => {
      for (let call = 0; call < 4; call++) await limiter.count(policy, key);
      assert.equal((await limiter.count({ ...policy, name: 'registration' }, key)).allowed, true);
    });

    it('counts a policy in one place, whatever the limit of the call: a shared address has a higher one', async () => {
      for (let call = 0; call < 3; call++) await limiter.count(policy, key);
      assert.equal((await limiter.count({ ...policy, limit: 5 }, key)).allowed, true);
      assert.equal((await limiter.count({ ...policy, limit: 5 }, key)).allowed, true);
      assert.equal((await limiter.count({ ...policy, limit: 5 }, key)).allowed, false);
    });

    it('refuses until the last second of a window, and no longer, with the time that is left', async () => {
      for (const windowSeconds of [60, 3600, 86_400]) {
        const timed = { name: `timed-${windowSeconds}`, limit: 1, windowSeconds };
        const wait = async () => (await limiter.count(timed, key)).retryAfterSeconds;
        assert.equal(await wait(), 0);
        assert.ok(Math.abs((await wait()) - windowSeconds) <= 1);
        await backend.pass(windowSeconds - 1);
        assert.equal(await wait(), 1);
        assert.equal(await limiter.left(timed, key), 0);
        await backend.pass(1);
        assert.equal(await limiter.left(timed, key), 1);
        assert.equal(await wait(), 0);
      }
    });

    it('begins a window with its first call, and with no later one', async () => {
      await limiter.count(policy, key);
      await backend.pass(59);
      for (let call = 0; call < 2; call++) assert.equal((await limiter.count(policy, key)).allowed, true);
      assert.equal((await limiter.count(policy, key)).allowed, false);
      await backend.pass(1);
      assert.equal(await countUntilRefused(policy), 3);
    });

    it('tells a first refusal again when one is given back, and a call that is allowed is none', async () => {
      const told = async () => (await limiter.count(policy, key)).firstRefusal;
      assert.deepEqual(
        [await told(), await told(), await told(), await told(), await told()],
        [...Array(3).fill(undefined), ...[true, false]],
      );
      await limiter.giveBack(policy, key, 0);
      assert.deepEqual([await told(), await told(), await told()], [undefined, true, false]);
    });

    it('neither prolongs nor ends a window when it gives back in it', async () => {
      for (let call = 0; call < 3; call++) await limiter.count(policy, key);
      await backend.pass(30);
      await limiter.giveBack(policy, key, 30_000);
      await backend.pass(29);
      assert.equal(await limiter.left(policy, key), 1);
      await backend.pass(1);
      assert.equal(await limiter.left(policy, key), 3);
    });

    it('gives back for one key and one policy, and leaves the others', async () => {
      const [other, another] = [unique(), { ...policy, name: 'another' }];
      await limiter.count(policy, key);
      await limiter.count(policy, other);
      await limiter.count(another, key);
      await limiter.giveBack(policy, key, 0);
      assert.deepEqual(
        [await limiter.left(policy, key), await limiter.left(policy, other), await limiter.left(another, key)],
        [3, 2, 2],
      );
    });

    it('lets calls through again when the window is over', async () => {
      const short = { name: 'short', limit: 1, windowSeconds: 1 };
      assert.equal((await limiter.count(short, key)).allowed, true);
      const refused = await limiter.count(short, key);
      assert.deepEqual(refused, { allowed: false, retryAfterSeconds: 1, firstRefusal: true });
      await backend.pass(1);
      assert.equal((await limiter.count(short, key)).allowed, true);
    });

    it('does not prolong the window with the calls that it refuses', async () => {
      const short = { name: 'steady', limit: 1, windowSeconds: 1 };
      await limiter.count(short, key);
      await backend.pass(0.6);
      assert.equal((await limiter.count(short, key)).allowed, false);
      await backend.pass(0.6);
      assert.equal((await limiter.count(short, key)).allowed, true);
    });

    const countUntilRefused = async (limited: ThrottlePolicy) => {
      let allowed = 0;
      while ((await limiter.count(limited, key)).allowed) allowed += 1;
      return allowed;
    };

    it('lets one more through for each call that is given back, and no more for those that it refused', async () => {
      assert.equal(await countUntilRefused(policy), 3);
      await limiter.count(policy, key);
      await limiter.giveBack(policy, key, 0);
      assert.equal(await countUntilRefused(policy), 1);
      for (let call = 0; call < 2; call++) await limiter.giveBack(policy, key, 0);
      assert.equal(await countUntilRefused(policy), 2);
    });

    it('never counts below 0: who is given back more than was counted gains nothing', async () => {
      await limiter.giveBack(policy, key, 0);
      await limiter.count(policy, key);
      for (let call = 0; call < 5; call++) await limiter.giveBack(policy, key, 0);
      assert.equal(await countUntilRefused(policy), 3);
    });

    it('gives back in the window that counted alone: a later one keeps its count, and its end', async () => {
      const short = { name: 'given-back', limit: 2, windowSeconds: 2 };
      await limiter.count(short, key);
      await backend.pass(2);
      await limiter.count(short, key);
      await limiter.giveBack(short, key, 1500);
      assert.equal(await countUntilRefused(short), 1);
      await limiter.giveBack(short, key, 0);
      assert.equal(await countUntilRefused(short), 1);
      const { retryAfterSeconds } = await limiter.count(short, key);
      assert.ok(retryAfterSeconds <= 2 && retryAfterSeconds > 0);
      await backend.pass(2);
      assert.equal(await countUntilRefused(short), 2);
    });

    it('gives back exactly as many as are asked for at once', async () => {
      const many = { ...policy, name: 'many', limit: 30 };
      assert.equal(await countUntilRefused(many), 30);
      await Promise.all(Array.from({ length: 12 }, () => limiter.giveBack(many, key, 0)));
      assert.equal(await countUntilRefused(many), 12);
    });

    it('says how many it would still let through, as often as it is asked, and never fewer than none', async () => {
      const left = () => limiter.left(policy, key);
      assert.equal(await left(), 3);
      await limiter.count(policy, key);
      assert.deepEqual(await Promise.all([left(), left(), left(), left()]), [2, 2, 2, 2]);
      assert.equal(await countUntilRefused(policy), 2);
      await limiter.count(policy, key);
      assert.equal(await left(), 0);
      await limiter.giveBack(policy, key, 0);
      assert.equal(await left(), 1);
      assert.equal(await limiter.left({ ...policy, name: 'another' }, key), 3);
      await backend.pass(60);
      assert.equal(await left(), 3);
    });

    for (const limit of [1, 7, 30])
      it(`lets exactly ${limit} of 200 calls at once through`, async () => {
        const exact = { ...policy, name: `exact-${limit}`, limit };
        assert.equal(await winnersOf(200, async () => (await limiter.count(exact, key)).allowed), limit);
      });
  });

  if (away)
    describe(`the rate limiter, on ${name}, with its store away`, () => {
      let backend: Backend<RateLimiter>;
      before(async () => {
        backend = await away();
      });
      after(() => backend.close());

      it('says store_unavailable, and neither that the limit is reached nor that the call may pass', async () => {
        for (let call = 0; call < 5; call++) await assert.rejects(backend.port.count(policy, 'a'), unavailable);
        await assert.rejects(backend.port.giveBack(policy, 'a', 0), unavailable);
        await assert.rejects(backend.port.left(policy, 'a'), unavailable);
      });
    });
}
