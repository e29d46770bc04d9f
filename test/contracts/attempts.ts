/** The suite of the attempt counter: counted before compared, so that parallel attempts cannot pass a lock. */
import assert from 'node:assert/strict';
import type { LockoutPolicy } from '../../src/domain/lockout.ts';
import type { AttemptCounter } from '../../src/ports/throttles.ts';
import { type Backend, type Opening, PARALLEL, TRIALS, unavailable, unique, winnersOf } from './backends.ts';

const policy: LockoutPolicy = {
  firstLockAtFailure: 5,
  maximumLockSeconds: 900,
  forgetAfterSeconds: 86_400,
  attemptsPerDay: 100,
};
const allowed = { allowed: true, retryAfterSeconds: 0 };

export function describeAttempts(name: string, { open, away }: Opening<AttemptCounter>): void {
  describe(`the attempt counter, on ${name}`, () => {
    let backend: Backend<AttemptCounter>;
    let attempts: AttemptCounter;
    let key: string;
    before(async () => {
      backend = await open();
      attempts = backend.port;
    });
    beforeEach(() => {
      key = `account:${unique()}`;
    });
    after(() => backend.close());

    async function begin(times: number, of = policy): Promise<boolean[]> {
      const results: boolean[] = [];
      for (let time = 0; time < times; time++) results.push((await attempts.begin(key, of)).allowed);
      return results;
    }

    function assertWait(result: { allowed: boolean; retryAfterSeconds: number }, seconds: number): void {
      assert.equal(result.allowed, false);
      const { retryAfterSeconds } = result;
      assert.ok(retryAfterSeconds >= seconds - 2 && retryAfterSeconds <= seconds, `${retryAfterSeconds} s`);
    }

    it('allows an attempt at a key that nothing is known of', async () => {
      assert.deepEqual(await attempts.begin(key, policy), allowed);
    });

    it('locks with the fifth failure, and says how long', async () => {
      assert.deepEqual(await begin(5), [true, true, true, true, true]);
      assertWait(await attempts.begin(key, policy), 60);
    });

    it('counts each key apart', async () => {
      await begin(5);
      assert.deepEqual(await attempts.begin(`${key}:device`, policy), allowed);
    });

    it('counts nothing while locked', async () => {
      const short = { ...policy, firstLockAtFailure: 2, maximumLockSeconds: 1 };
      await begin(2, short);
      await begin(20, short);
      await backend.pass(1);
      assert.deepEqual(await attempts.begin(key, policy), allowed, 'the third failure, not the twenty-third');
      assert.deepEqual(await attempts.begin(key, policy), allowed, 'the fourth');
      assert.deepEqual(await attempts.begin(key, policy), allowed, 'the fifth');
      assertWait(await attempts.begin(key, policy), 60);
    });

    it('locks for longer with each failure after a lock', async () => {
      const short = { ...policy, maximumLockSeconds: 1 };
      await begin(5, short);
      await backend.pass(1);
      assert.deepEqual(await attempts.begin(key, policy), allowed);
      assertWait(await attempts.begin(key, policy), 120);
    });

    it('lets one attempt through when a lock ends', async () => {
      const short = { ...policy, maximumLockSeconds: 1 };
      assert.deepEqual(await begin(7, short), [true, true, true, true, true, false, false]);
      await backend.pass(1);
      assert.deepEqual(await begin(2, short), [true, false]);
    });

    it('begins at 0 again after a success, and the lock ends', async () => {
      await begin(4);
      await attempts.succeed(key);
      assert.deepEqual(await begin(5), [true, true, true, true, true]);
      await attempts.succeed(key);
      assert.deepEqual(await attempts.begin(key, policy), allowed);
    });

    it('begins at 0 again so long after the last failure, and not a second sooner', async () => {
      const forgetful = { ...policy, forgetAfterSeconds: 60 };
      await begin(2, forgetful);
      await backend.pass(59);
      await begin(1, forgetful);
      await backend.pass(59);
      assert.equal(await attempts.failures(key), 3);
      assert.deepEqual(await begin(3, forgetful), [true, true, false]);
      await backend.pass(60);
      assert.equal(await attempts.failures(key), 0);
      assert.deepEqual(await begin(6, forgetful), [true, true, true, true, true, false]);
    });

    it('holds a lock until its last second, and no longer, and tells what is left of it', async () => {
      await begin(5);
      assertWait(await attempts.begin(key, policy), 60);
      await backend.pass(59);
      assert.equal((await attempts.begin(key, policy)).retryAfterSeconds, 1);
      await backend.pass(1);
      assert.deepEqual(await attempts.begin(key, policy), allowed);
      assertWait(await attempts.begin(key, policy), 120);
    });

    it('counts nothing while it is locked', async () => {
      await begin(20);
      assert.equal(await attempts.failures(key), 5);
      await backend.pass(60);
      await begin(1);
      assertWait(await attempts.begin(key, policy), 120);
    });

    it('never locks for longer than the longest lock', async () => {
      const strict = { ...policy, firstLockAtFailure: 1, maximumLockSeconds: 150 };
      for (const seconds of [60, 120, 150, 150]) {
        assert.deepEqual(await attempts.begin(key, strict), allowed);
        assertWait(await attempts.begin(key, strict), seconds);
        await backend.pass(seconds);
      }
    });

    it('takes back an attempt that was never compared', async () => {
      await begin(4);
      await attempts.release(key);
      assert.deepEqual(await begin(3), [true, true, false]);
    });

    it('takes back the lock that the attempt began', async () => {
      await begin(5);
      await attempts.release(key);
      assert.deepEqual(await begin(2), [true, false]);
    });

    it('takes back the lock that an attempt after a first lock began', async () => {
      await begin(5, { ...policy, maximumLockSeconds: 1 });
      await backend.pass(1);
      assert.deepEqual(await begin(1), [true]);
      await attempts.release(key);
      assert.deepEqual(await attempts.begin(key, policy), allowed);
      assertWait(await attempts.begin(key, policy), 120);
    });

    it('never counts below 0: a release too many gives no attempt more', async () => {
      await attempts.release(key);
      await begin(1);
      await attempts.release(key);
      await attempts.release(key);
      assert.deepEqual(await begin(6), [true, true, true, true, true, false]);
    });

    describe('from the longest lock on', () => {
      const strict = { ...policy, firstLockAtFailure: 2, maximumLockSeconds: 60, attemptsPerDay: 6 };
      const solved = () => attempts.begin(key, strict, true);
      const unsolved = () => attempts.begin(key, strict);

      it('lets whoever solved a captcha pass, and says so to whoever did not; a shorter lock lets nobody pass', async () => {
        const longer = { ...strict, maximumLockSeconds: 120 };
        await begin(2, longer);
        for (const captchaSolved of [false, true]) {
          const refused = await attempts.begin(key, longer, captchaSolved);
          assert.deepEqual([refused.allowed, refused.captchaPasses], [false, false]);
        }
        await backend.pass(60);
        await begin(1, longer);
        const refused = await attempts.begin(key, longer);
        assert.deepEqual([refused.allowed, refused.captchaPasses], [false, true]);
        assert.deepEqual(await attempts.begin(key, longer, true), allowed);
        assertWait(await attempts.begin(key, longer), 120);
      });

      it('compares so many a day and no more, whoever waits or solves a captcha', async () => {
        await begin(2, strict);
        for (let attempt = 0; attempt < 4; attempt++) assert.equal((await solved()).allowed, true);
        for (const how of [solved, unsolved]) {
          const refused = await how();
          assertWait(refused, 86_400);
          assert.equal(refused.captchaPasses, false);
        }
        await backend.pass(86_300);
        assertWait(await solved(), 100);
        await backend.pass(99);
        assert.equal((await solved()).allowed, false);
        await backend.pass(1);
        assert.deepEqual(await unsolved(), allowed);
      });

      it('begins a day with the first attempt of it, and counts those that are taken back in none', async () => {
        const patient = { ...strict, firstLockAtFailure: 100, attemptsPerDay: 3 };
        assert.deepEqual(await begin(1, patient), [true]);
        await backend.pass(86_398);
        assert.deepEqual(await begin(1, patient), [true]);
        await attempts.release(key);
        assert.deepEqual(await begin(3, patient), [true, true, false]);
        await backend.pass(2);
        assert.deepEqual(await begin(4, patient), [true, true, true, false]);
      });

      it('keeps to the attempts of a day, however soon failures in a row are forgotten', async () => {
        const forgetful = { ...strict, firstLockAtFailure: 100, attemptsPerDay: 3, forgetAfterSeconds: 60 };
        assert.deepEqual(await begin(3, forgetful), [true, true, true]);
        await backend.pass(3600);
        assert.equal(await attempts.failures(key), 0);
        assertWait(await attempts.begin(key, forgetful), 86_400 - 3600);
      });

      it(`compares exactly as many of ${PARALLEL * 5} at once`, async () => {
        await begin(2, strict);
        assert.equal(await winnersOf(PARALLEL * 5, async () => (await solved()).allowed), 4);
      });

      it('keeps the lock that stood before an attempt that is taken back', async () => {
        await begin(2, strict);
        await solved();
        await attempts.release(key);
        assertWait(await unsolved(), 60);
      });
    });

    it('tells a wait for the first time once, and each new wait again', async () => {
      const short = { ...policy, maximumLockSeconds: 1 };
      await begin(5, short);
      const told = async () => (await attempts.begin(key, short)).firstRefusal;
      assert.deepEqual([await told(), await told(), await told()], [true, false, false]);
      await backend.pass(1);
      await begin(1, short);
      assert.deepEqual([await told(), await told()], [true, false]);
    });

    it('counts failures that lock nothing, each with a number of its own, until long enough without one', async () => {
      const numbers = await Promise.all(Array.from({ length: 20 }, () => attempts.fail(key, 60)));
      assert.deepEqual(new Set(numbers), new Set(Array.from({ length: 20 }, (_, index) => index + 1)));
      await backend.pass(59);
      assert.equal(await attempts.failures(key), 20);
      assert.equal(await attempts.fail(key, 60), 21);
      await backend.pass(59);
      assert.equal(await attempts.failures(key), 21);
      await backend.pass(1);
      assert.equal(await attempts.failures(key), 0);
      assert.equal(await attempts.fail(key, 60), 1);
    });

    it('knows of no failure of a key that nothing is known of, nor after one that was released or was right', async () => {
      assert.equal(await attempts.failures(key), 0);
      await attempts.release(key);
      assert.equal(await attempts.failures(key), 0);
      await attempts.fail(key, 60);
      assert.equal(await attempts.failures(unique()), 0);
      await attempts.succeed(key);
      assert.equal(await attempts.failures(key), 0);
    });

    it('counts a failure that locks nothing beside those that lock, and lifts no lock by it', async () => {
      await begin(5);
      assert.equal(await attempts.fail(key, 60), 6);
      assertWait(await attempts.begin(key, policy), 60);
      await backend.pass(60);
      assert.equal(await attempts.failures(key), 0, 'the time of the last one is that of all');
      assert.equal(await attempts.fail(key, 60), 1);
      assert.deepEqual(await attempts.begin(key, { ...policy, attemptsPerDay: 5 }), {
        ...{ allowed: false, captchaPasses: false, firstRefusal: true },
        retryAfterSeconds: 86_400 - 60,
      });
    });

    for (const firstLockAtFailure of [1, 5, 40])
      it(`allows exactly ${firstLockAtFailure} of 200 attempts at once, when failure ${firstLockAtFailure} locks`, async () => {
        const at = { ...policy, firstLockAtFailure };
        assert.equal(await winnersOf(200, async () => (await attempts.begin(key, at)).allowed), firstLockAtFailure);
      });

    it(`has one attempt of ${PARALLEL} at once when a lock has ended, and ${TRIALS} keys do not meet`, async () => {
      const strict = { ...policy, firstLockAtFailure: 1 };
      const short = { ...strict, maximumLockSeconds: 1 };
      const keys = Array.from({ length: TRIALS }, (_, trial) => `${key}:${trial}`);
      for (const contested of keys) await attempts.begin(contested, short);
      await backend.pass(1);
      for (const contested of keys)
        assert.equal(await winnersOf(PARALLEL, async () => (await attempts.begin(contested, strict)).allowed), 1);
    });
  });

  if (away)
    describe(`the attempt counter, on ${name}, with its store away`, () => {
      let backend: Backend<AttemptCounter>;
      before(async () => {
        backend = await away();
      });
      after(() => backend.close());

      it('says store_unavailable: an attempt that was not counted is not allowed', async () => {
        await assert.rejects(backend.port.begin('a', policy), unavailable);
        await assert.rejects(backend.port.succeed('a'), unavailable);
        await assert.rejects(backend.port.release('a'), unavailable);
        await assert.rejects(backend.port.fail('a', 60), unavailable);
        await assert.rejects(backend.port.failures('a'), unavailable);
      });
    });
}
