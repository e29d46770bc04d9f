/** Which limit each step is given: every setting differs, so that none can stand for another. */
import assert from 'node:assert/strict';
import type { LockoutPolicy } from '../../src/domain/lockout.ts';
import type { ThrottlePolicy } from '../../src/ports/throttles.ts';
import { createPlace } from '../stories/support/place.ts';
import { openStories } from '../stories/support/stories.ts';
import { askForCode, createReachable, NEW_PASSWORD, signIn } from '../stories/support/walks.ts';
import { createPerson, INITIAL_PASSWORD } from '../support/people.ts';

const env = {
  THROTTLE_SIGN_IN_PER_MINUTE: '31',
  THROTTLE_RECOVERY_PER_HOUR: '61',
  LOCK_FROM_FAILURE: '6',
  LOCK_MAXIMUM_SECONDS: '901',
  LOCK_ATTEMPTS_PER_DAY: '33',
  LOCK_FORGET_SECONDS: '86401',
  SHARED_ADDRESS_FACTOR: '7',
};

describe('the policies of steps', () => {
  const counted: ThrottlePolicy[] = [];
  const locks: LockoutPolicy[] = [];
  const stories = openStories({
    env,
    ports: ({ rateLimiter, attempts }) => ({
      rateLimiter: {
        ...rateLimiter,
        count(policy, key) {
          counted.push(policy);
          return rateLimiter.count(policy, key);
        },
      },
      attempts: {
        ...attempts,
        begin(key, policy, ...more) {
          locks.push(policy);
          return attempts.begin(key, policy, ...more);
        },
      },
    }),
  });
  beforeEach(() => {
    counted.length = 0;
    locks.length = 0;
  });

  it('are those of sign-in, by the minute, and of its lock', async () => {
    const { identifier } = await createPerson(stories);
    await signIn(createPlace(stories), identifier);
    assert.deepEqual(counted, [{ name: 'sign-in', limit: 31, windowSeconds: 60 }]);
    const lockout = { firstLockAtFailure: 6, maximumLockSeconds: 901, attemptsPerDay: 33, forgetAfterSeconds: 86_401 };
    assert.ok(locks.length > 0);
    for (const lock of locks) assert.deepEqual(lock, lockout);
  });

  it('are higher, by the factor of the settings, for an address that many share', async () => {
    const { identifier } = await createPerson(stories);
    await signIn(createPlace(stories, { shared: true }), identifier);
    assert.deepEqual(counted, [{ name: 'sign-in', limit: 31 * 7, windowSeconds: 60 }]);
  });

  it('are those of a first password', async () => {
    const { identifier } = await createPerson(stories, { password: INITIAL_PASSWORD, initial: true });
    const place = createPlace(stories);
    await signIn(place, identifier, INITIAL_PASSWORD);
    counted.length = 0;
    await place.run('submitPassword', { password: NEW_PASSWORD, confirmation: NEW_PASSWORD });
    assert.deepEqual(counted, [{ name: 'first-password', limit: 31, windowSeconds: 60 }]);
  });

  it('are those of recovery, by the hour', async () => {
    const { identifier } = await createReachable(stories);
    await askForCode(createPlace(stories), identifier);
    assert.deepEqual(counted, [{ name: 'recovery', limit: 61, windowSeconds: 3600 }]);
  });
});
