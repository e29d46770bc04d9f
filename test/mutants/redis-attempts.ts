/** Wrong versions of the scripts that count failures and lock. */
import { versionsOf, type WrongVersion } from './wrong-version.ts';

const wrong = versionsOf('src/adapters/redis/attempts.ts', ['test/contracts/attempts.test.ts']);

export const redisAttempts: readonly WrongVersion[] = [
  wrong('if forgetAt <= now then count = 0 end\n', '', 'Failures in a row are never forgotten.'),
  wrong('if dayEndsAt <= now then\n', 'if dayEndsAt == 0 then\n', 'The first day of attempts never ends.'),
  wrong('dayEndsAt = now + 86400000', 'dayEndsAt = now + 3600000', 'The attempts of a day are those of an hour.'),
  wrong(
    'if today >= tonumber(ARGV[2]) then',
    'if today > tonumber(ARGV[2]) then',
    'A day has one attempt more than its limit.',
  ),
  wrong(
    'return refuse(dayEndsAt, false)',
    'return refuse(dayEndsAt, true)',
    'A captcha is said to pass the limit of a day.',
  ),
  wrong(
    'local isLongest = count > 0 and lockOf(count) == tonumber(ARGV[#ARGV])',
    'local isLongest = true',
    'A captcha passes any lock, the first and shortest too.',
  ),
  wrong(
    "and not (isLongest and ARGV[3] == '1') then",
    'and not isLongest then',
    'The longest lock lets everybody pass, without a captcha.',
  ),
  wrong(
    "'count', text(count + 1), 'forgetAt'",
    "'count', text(math.max(1, count)), 'forgetAt'",
    'Failures are not added up.',
  ),
  wrong(
    "'forgetAt', text(now + ARGV[1]),\n",
    "'forgetAt', text(forgetAt > now and forgetAt or now + ARGV[1]),\n",
    'Failures are forgotten so long after the first, not the last.',
  ),
  wrong(
    'text(now + lockOf(count + 1) * 1000)',
    'text(now + lockOf(count + 1))',
    'Locks last milliseconds instead of seconds.',
  ),
  wrong('text(now + lockOf(count + 1) * 1000)', 'text(now + lockOf(count) * 1000)', 'Locks begin one failure late.'),
  wrong(
    "'lockedBefore', text(lockedUntil)",
    "'lockedBefore', '0'",
    'An attempt that is taken back lifts the lock that stood before it.',
  ),
  wrong(
    "'today', text(today + 1), 'dayEndsAt'",
    "'today', text(today), 'dayEndsAt'",
    'The attempts of a day are not counted.',
  ),
  wrong(
    "redis.call('PEXPIREAT', KEYS[1], text(math.max(now + ARGV[1], dayEndsAt)))\nreturn { 0, 0, 0 }",
    "redis.call('PEXPIREAT', KEYS[1], text(now + ARGV[1]))\nreturn { 0, 0, 0 }",
    'The attempts of a day are forgotten with the failures in a row, sooner than the day ends.',
  ),
  wrong(
    "redis.call('PEXPIREAT', KEYS[1], text(math.max(now + ARGV[1], dayEndsAt)))\nreturn { 0, 0, 0 }",
    'return { 0, 0, 0 }',
    'Counts of attempts stay in Redis for good.',
    ['test/contracts/redis-ends.test.ts'],
  ),
  wrong(
    "'count', text(math.max(0, state[1] - 1)), 'today'",
    "'count', text(state[1] - 1), 'today'",
    'A release too many gives an attempt more.',
  ),
  wrong(
    "'today', text(math.max(0, state[2] - 1))",
    "'today', text(state[2])",
    'An attempt that was never compared stays counted for the day.',
  ),
  wrong(
    "\n  'lockedUntil', text(state[3]))",
    "\n  'lockedBefore', text(state[3]))",
    'The lock that an attempt began stays when the attempt is taken back.',
  ),
  wrong(
    "if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end\nlocal state",
    'local state',
    'A release writes a record for a key that nothing is known of, and it stays for good.',
    ['test/contracts/redis-ends.test.ts'],
  ),
  wrong('told ~= waitUntil and 1 or 0', '1', 'Every refusal is told as the first one.'),
  wrong("  redis.call('HSET', KEYS[1], 'told', text(waitUntil))\n", '', 'It is not noted that a wait was told.'),
  wrong("if tonumber(state[2] or '0') <= now then return 0 end\n", '', 'Failures that are forgotten still stand.'),
  wrong('(state[2] > now and state[1] or 0) + 1', 'state[1] + 1', 'A failure counts on from those that are forgotten.'),
  wrong(
    'text(math.max(now + ARGV[1], state[3]))',
    'text(now + ARGV[1])',
    'A failure that locks nothing has the attempts of the day forgotten sooner.',
  ),
  wrong('captchaSolved ? 1 : 0,', '1,', 'Everybody has solved a captcha.'),
  wrong('const DOUBLINGS = 24;', 'const DOUBLINGS = 0;', 'Locks do not grow after the first.'),
  wrong('Math.ceil(waitMs / 1000)', 'Math.floor(waitMs / 1000)', 'The last second of a lock is told as no wait.'),
  wrong(
    'const keyOf = (key: string) =>',
    "const keyOf = (_: string, key = 'all') =>",
    'All accounts are counted as one.',
  ),
  wrong('await orUnavailable(redis.del(keyOf(key)));', '', 'A success does not reset the count of failures.'),
];
