import assert from 'node:assert/strict';
import {
  type Begun,
  beginAttempt,
  type Failures,
  type LockoutPolicy,
  NO_FAILURES,
  takeBack,
} from '../../src/domain/lockout.ts';

const policy: LockoutPolicy = {
  firstLockAtFailure: 5,
  maximumLockSeconds: 900,
  forgetAfterSeconds: 86_400,
  attemptsPerDay: 30,
};
const NOW = 1_790_000_000_000;
const DAY = 86_400_000;
const begin = (known: Failures, now = NOW, captchaSolved = false): Begun =>
  beginAttempt(known, policy, now, captchaSolved);
const failures = (known: Partial<Failures>): Failures => ({
  ...NO_FAILURES,
  forgetAt: NOW + DAY,
  dayEndsAt: NOW + DAY,
  ...known,
});
/** What is left of `count` failures, the lock of the last running until a minute from now. */
const locked = (count: number) => failures({ count, today: count, lockedUntil: NOW + 60_000 });

describe('an attempt to sign in', () => {
  it('that is the first is counted, begins a day, and locks nothing', () => {
    assert.deepEqual(begin(NO_FAILURES), {
      next: {
        count: 1,
        forgetAt: NOW + DAY,
        lockedUntil: NOW,
        lockedBefore: 0,
        today: 1,
        dayEndsAt: NOW + DAY,
        told: 0,
      },
    });
  });

  it('is counted after those before it, in the day of the first of them', () => {
    const known = failures({ count: 4, today: 4, dayEndsAt: NOW + 1, lockedUntil: NOW - 5, told: 7 });
    assert.deepEqual(begin(known).next, {
      count: 5,
      forgetAt: NOW + DAY,
      lockedUntil: NOW + 60_000,
      lockedBefore: NOW - 5,
      today: 5,
      dayEndsAt: NOW + 1,
      told: 7,
    });
  });

  it('is remembered for the time that the operator sets', () => {
    const { next } = beginAttempt(NO_FAILURES, { ...policy, forgetAfterSeconds: 10 }, NOW, false);
    assert.equal(next.forgetAt, NOW + 10_000);
  });

  it('is the first again once the others are forgotten, and not a millisecond before', () => {
    assert.equal(begin(failures({ count: 4, forgetAt: NOW })).next.count, 1);
    assert.equal(begin(failures({ count: 4, forgetAt: NOW + 1 })).next.count, 5);
  });

  it('waits until the lock is over, to the millisecond, and counts for nothing meanwhile', () => {
    const known = locked(5);
    assert.deepEqual(begin(known), {
      next: { ...known, told: NOW + 60_000 },
      waitUntil: NOW + 60_000,
      captchaPasses: false,
      first: true,
    });
    assert.equal(begin(known, NOW + 59_999).waitUntil, NOW + 60_000);
    assert.equal(begin(known, NOW + 60_000).waitUntil, undefined);
  });

  it('is told of a wait once', () => {
    const again = begin(begin(locked(5)).next, NOW + 1);
    assert.deepEqual([again.waitUntil, again.waitUntil !== undefined && again.first], [NOW + 60_000, false]);
  });

  it('passes with a captcha during the longest lock, and during no shorter one', () => {
    const refused = (count: number, solved: boolean) => {
      const begun = begin(locked(count), NOW, solved);
      return begun.waitUntil === undefined ? 'compared' : begun.captchaPasses;
    };
    assert.deepEqual([refused(8, false), refused(8, true)], [false, false]);
    assert.deepEqual([refused(9, false), refused(9, true)], [true, 'compared']);
  });

  it('that passed with a captcha is counted, and locks for the longest again', () => {
    const { next } = begin(locked(9), NOW, true);
    assert.deepEqual([next.count, next.lockedUntil, next.lockedBefore], [10, NOW + 900_000, NOW + 60_000]);
  });

  it('is the thirtieth of the day at most, whoever solves what, and the next day begins when it says', () => {
    const spent = (today: number) => failures({ count: 12, today, dayEndsAt: NOW + 1000 });
    assert.equal(begin(spent(29)).next.today, 30);
    for (const captchaSolved of [false, true])
      assert.deepEqual(begin(spent(30), NOW + 999, captchaSolved), {
        next: { ...spent(30), told: NOW + 1000 },
        waitUntil: NOW + 1000,
        captchaPasses: false,
        first: true,
      });
    const tomorrow = begin(spent(30), NOW + 1000);
    assert.deepEqual(
      [tomorrow.waitUntil, tomorrow.next.today, tomorrow.next.dayEndsAt],
      [undefined, 1, NOW + 1000 + DAY],
    );
    assert.equal(tomorrow.next.count, 13, 'a new day forgets no failure');
  });
});

describe('an attempt that was never compared', () => {
  it('is taken back with its count, its part of the day and the lock that it began', () => {
    const known = failures({ count: 6, today: 7, lockedUntil: NOW - 1, told: 3 });
    const { lockedBefore, ...back } = takeBack(begin(known).next);
    const { lockedBefore: _, ...before } = known;
    assert.deepEqual(back, before);
    assert.equal(lockedBefore, NOW - 1);
  });

  it('never makes a count less than nothing', () => {
    assert.deepEqual(takeBack(NO_FAILURES), NO_FAILURES);
  });
});
