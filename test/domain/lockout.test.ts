import assert from 'node:assert/strict';
import { type LockoutPolicy, lockSeconds } from '../../src/domain/lockout.ts';

const policy: LockoutPolicy = {
  firstLockAtFailure: 5,
  maximumLockSeconds: 900,
  forgetAfterSeconds: 86_400,
  attemptsPerDay: 30,
};
const minutes = (failures: number, of = policy) => lockSeconds(failures, of) / 60;

describe('the lockout', () => {
  it('does not lock before the fifth failure', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((failures) => minutes(failures)),
      [0, 0, 0, 0, 0],
    );
  });

  it('locks for 1, 2, 4 … minutes from the fifth failure on, and for 15 at most', () => {
    assert.deepEqual(
      [5, 6, 7, 8, 9, 10].map((failures) => minutes(failures)),
      [1, 2, 4, 8, 15, 15],
    );
  });

  it('never becomes permanent, however many failures there are', () => {
    for (const failures of [100, 10_000, Number.MAX_SAFE_INTEGER]) assert.equal(minutes(failures), 15);
  });

  it('follows the failure and the maximum that the operator sets', () => {
    const strict = { ...policy, firstLockAtFailure: 1, maximumLockSeconds: 90 };
    assert.deepEqual(
      [1, 2, 3].map((failures) => lockSeconds(failures, strict)),
      [60, 90, 90],
    );
  });
});
