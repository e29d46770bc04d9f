import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createMemoryAttempts } from '../../src/adapters/memory/attempts.ts';
import { createMemoryRateLimiter } from '../../src/adapters/memory/rate-limiter.ts';
import { watchAttempts, watchRateLimiter } from '../../src/adapters/watched-throttles.ts';
import { THROTTLES } from '../../src/config/throttle-settings.ts';
import { projectRoot } from '../../src/project-root.ts';
import { movableClock } from '../contracts/backends.ts';
import { createTestLogger } from '../stories/support/monitoring.ts';

const POLICY = { name: 'sign-in', limit: 2, windowSeconds: 60 };
const LOCKOUT = { firstLockAtFailure: 2, maximumLockSeconds: 900, forgetAfterSeconds: 86_400, attemptsPerDay: 30 };

/** What is never put aside: how often an alarm is raised, what is paid for at one number, and the tries of a code. */
const NOT_OBSERVED = [
  'code',
  'code-use-alarm',
  'gateway-alarm',
  'message-paid-day',
  'message-paid-hour',
  'none',
  'probe',
];

describe('a throttle', () => {
  const open = (...observed: string[]) => {
    const [clock, log, counted] = [movableClock(), createTestLogger(), [] as unknown[]];
    const metrics = { count: (...given: unknown[]) => void counted.push(given) };
    const watch = { observed, log, metrics };
    return {
      clock,
      log,
      counted,
      rateLimiter: watchRateLimiter(createMemoryRateLimiter(clock), watch),
      attempts: watchAttempts(createMemoryAttempts(clock), watch),
    };
  };
  const countOf = async (rateLimiter: ReturnType<typeof open>['rateLimiter'], name = 'sign-in') => {
    const allowed = [];
    for (let call = 0; call < 5; call++) allowed.push((await rateLimiter.count({ ...POLICY, name }, 'key')).allowed);
    return allowed;
  };
  const refused = (mode: string, throttle = 'sign-in') => ['throttle_refused', { throttle, mode }];

  it('that is enforced refuses, and what it refuses is counted', async () => {
    const { rateLimiter, counted, log } = open();
    assert.deepEqual(await countOf(rateLimiter), [true, true, false, false, false]);
    assert.deepEqual(counted, [refused('enforce'), refused('enforce'), refused('enforce')]);
    assert.deepEqual(log.lines, []);
  });

  it('is no alarm: how often one is raised counts as no refusal', async () => {
    const { rateLimiter, counted } = open();
    assert.deepEqual(await countOf(rateLimiter, 'gateway-alarm'), [true, true, false, false, false]);
    assert.deepEqual(counted, []);
  });

  it('that is observed refuses nothing, counts what it would have refused, and says so once a window', async () => {
    const { rateLimiter, counted, log, clock } = open('sign-in');
    for (let window = 1; window <= 2; window++) {
      assert.deepEqual(await countOf(rateLimiter), [true, true, true, true, true]);
      assert.equal(counted.length, 3 * window);
      assert.deepEqual(counted.at(-1), refused('observe'));
      assert.deepEqual(
        log.lines.map(({ level, fields }) => [level, fields.event, fields.details]),
        Array.from({ length: window }, () => ['warn', 'throttle_observed', { throttle: 'sign-in' }]),
      );
      clock.move(60);
    }
  });

  it('is observed with what known browsers spend of their own, and no other with it', async () => {
    const { rateLimiter } = open('sign-in');
    assert.deepEqual(await countOf(rateLimiter, 'sign-in-known'), [true, true, true, true, true]);
    assert.deepEqual(await countOf(rateLimiter, 'sign-in-looked-up'), [true, true, true, true, true]);
    assert.deepEqual(await countOf(rateLimiter, 'recovery'), [true, true, false, false, false]);
    assert.deepEqual(await countOf(rateLimiter, 'sign-in-known-to-all'), [true, true, false, false, false]);
  });

  it('that is observed tells nobody to wait, and one that is enforced says how long', async () => {
    for (const [observed, third] of [
      [['sign-in'], { allowed: true, retryAfterSeconds: 0 }],
      [[], { allowed: false, retryAfterSeconds: 60, firstRefusal: true }],
    ] as const) {
      const { rateLimiter } = open(...observed);
      const results = [];
      for (let call = 0; call < 3; call++) results.push(await rateLimiter.count(POLICY, 'key'));
      assert.deepEqual(results[2], third);
    }
  });

  it('gives back what was counted, and ends a lock, through the watch', async () => {
    const { rateLimiter, attempts } = open();
    await rateLimiter.count(POLICY, 'key');
    await rateLimiter.count(POLICY, 'key');
    await rateLimiter.giveBack(POLICY, 'key', 0);
    assert.deepEqual(await countOf(rateLimiter), [true, false, false, false, false]);
    for (let attempt = 0; attempt < 2; attempt++) await attempts.begin('key', LOCKOUT);
    await attempts.succeed('key');
    assert.equal((await attempts.begin('key', LOCKOUT)).allowed, true);
  });

  it('hears of a captcha that was solved, through the watch', async () => {
    const { attempts } = open();
    const policy = { ...LOCKOUT, maximumLockSeconds: 60 };
    for (let attempt = 0; attempt < 2; attempt++) await attempts.begin('key', policy);
    assert.equal((await attempts.begin('key', policy, false)).allowed, false);
    assert.equal((await attempts.begin('key', policy, true)).allowed, true);
  });

  it('that is the lock of an account is observed alike', async () => {
    for (const [observed, allowed] of [
      [[], [true, true, false]],
      [['lock'], [true, true, true]],
    ] as const) {
      const { attempts, counted } = open(...observed);
      const results = [];
      for (let attempt = 0; attempt < 3; attempt++) results.push((await attempts.begin('key', LOCKOUT)).allowed);
      assert.deepEqual(results, allowed);
      assert.deepEqual(counted, [refused(observed.length > 0 ? 'observe' : 'enforce', 'lock')]);
    }
  });

  it('has a name that the setting knows, whichever it is', () => {
    const files = globSync('src/**/*.ts', { cwd: projectRoot });
    const code = files.map((file) => readFileSync(path.join(projectRoot, file), 'utf8')).join('\n');
    const written = [
      ...code.matchAll(/\{\s+name: '([\w-]+)',\s+limit\b/g),
      ...code.matchAll(/\baMinute\('([\w-]+)'/g),
      ...code.matchAll(/\{ name: '([\w-]+)', limit: [^}]*windowSeconds/g),
    ].map(([, name]) => name ?? '');
    const named = new Set([...written.filter((name) => !NOT_OBSERVED.includes(name)), 'lock']);
    assert.ok(written.length >= 15, String(written.length));
    assert.deepEqual([...named].sort(), [...THROTTLES].sort());
  });
});
