/** Wrong versions of the throttles, the known browsers and the tallies on Redis, and of its connection. */
import { versionsOf, type WrongVersion } from './wrong-version.ts';

const limiter = versionsOf('src/adapters/redis/rate-limiter.ts', ['test/contracts/rate-limiter.test.ts']);
const browsers = versionsOf('src/adapters/redis/known-browsers.ts', ['test/contracts/known-browsers.test.ts']);
const tallies = versionsOf('src/adapters/redis/tallies.ts', ['test/contracts/tallies.test.ts']);
const connection = versionsOf('src/adapters/redis/connection.ts', ['test/contracts/redis-connection.test.ts']);

export const redisOthers: readonly WrongVersion[] = [
  limiter(
    'or ARGV[2] - left < tonumber(ARGV[3]) then',
    'then',
    'A call of a window that has ended is given back in the next one.',
  ),
  limiter('count <= 0 or ', '', 'Who is given back more than was counted gains calls.'),
  limiter(
    "math.min(count, tonumber(ARGV[1])) - 1, 'KEEPTTL')",
    'math.min(count, tonumber(ARGV[1])) - 1)',
    'A window from which a call is given back never ends.',
    ['test/contracts/rate-limiter.test.ts', 'test/contracts/redis-ends.test.ts'],
  ),
  limiter("'KEEPTTL')\nreturn 1", "'PX', ARGV[2])\nreturn 1", 'A window from which a call is given back begins anew.'),
  limiter(
    'limiters.get(id)',
    'limiters.values().drop(1).find(({ keyPrefix }) => keyPrefix === prefixOf(name))',
    'A shared address has the limit of whoever came first.',
  ),
  limiter('points: limit,', 'points: limit + 1,', 'A limit lets one call more through.'),
  limiter('keyPrefix: prefixOf(name),', "keyPrefix: 'throttle',", 'All limits of one address are counted as one.'),
  limiter(
    'Math.max(1, Math.ceil(reason.msBeforeNext / 1000))',
    'Math.ceil(reason.msBeforeNext)',
    'The time to wait is told in milliseconds.',
  ),
  limiter(
    'reason.consumedPoints === policy.limit + 1',
    'reason.consumedPoints > policy.limit',
    'Every refusal is told as the first one of its window.',
  ),
  limiter(
    'windowSeconds * 1000, Math.floor',
    'windowSeconds, Math.floor',
    'The age of a window is told wrongly to what gives back: nothing is.',
  ),
  limiter(
    'return window === null ? policy.limit :',
    'return window === null ? 0 :',
    'Nothing is left of a limit that nobody has used.',
  ),
  limiter(
    "math.min(count, tonumber(ARGV[1])) - 1, 'KEEPTTL')",
    "count - 1, 'KEEPTTL')",
    'What was refused gives back nothing: past the limit a call that is given back leaves the limit reached.',
  ),
  limiter('duration: windowSeconds,', 'duration: 60,', 'Every limit is counted by the minute.'),
  browsers('0, -1 - ARGV[2])', '0, -2 - ARGV[2])', 'An account knows six browsers.'),
  browsers('0, -1 - ARGV[2])', '0, -ARGV[2])', 'An account knows four browsers.'),
  browsers(
    "redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[2])",
    "redis.call('ZREMRANGEBYRANK', KEYS[1], ARGV[2], -1)",
    'The newest browser of an account goes, and the oldest stay.',
  ),
  browsers(
    "redis.call('EXPIRE', KEYS[1], ARGV[3])",
    "redis.call('EXPIRE', KEYS[1], ARGV[3], 'NX')",
    'Browsers are forgotten half a year after the first of them came.',
  ),
  browsers("redis.call('EXPIRE', KEYS[1], ARGV[3])\n", '', 'Browsers are known for good.', [
    'test/contracts/redis-ends.test.ts',
  ]),
  browsers(
    'const keyOf = (accountId: string) =>',
    "const keyOf = (_: string, accountId = '') =>",
    'A browser is known at every account.',
  ),
  browsers(
    "const nameOf = (browserId: string) => vault.blindIndex('browser', browserId);",
    'const nameOf = (browserId: string) => browserId;',
    'Whoever reads Redis has the names of known browsers.',
  ),
  tallies("redis.call('EXPIRE', KEYS[1], ARGV[1])\n", '', 'Tallies are kept for good.', [
    'test/contracts/tallies.test.ts',
    'test/contracts/redis-ends.test.ts',
  ]),
  tallies("redis.call('INCR', KEYS[1])", "redis.call('SETNX', KEYS[1], 1)", 'A slot counts one and no more.'),
  tallies(
    'const keyOf = (name: string, slot: number) =>',
    "const keyOf = (_: string, slot: number, name = 'all') =>",
    'Codes that were sent count as used.',
  ),
  tallies('KEPT_SECONDS));', '300));', 'Numbers are forgotten after minutes.'),
  tallies('keyOf(name, slotOf(clock.now()))', 'keyOf(name, 0)', 'Everything is counted in one slot.'),
  connection('commandTimeout: COMMAND_TIMEOUT_MS,', '', 'A command waits for as long as Redis hangs.'),
  connection('enableOfflineQueue: false,', '', 'Commands wait in a queue while Redis is away.'),
  connection('socketTimeout: SILENCE_MS,', '', 'A connection that is dead is kept.'),
  connection('reconnectOnError: leaveReplica(),', '', 'A master that has become a replica is never left.'),
  connection(
    'performance.now() - leftAt < LEAVE_EVERY_MS) return false;',
    'false) return false;',
    'Each write to a replica opens another connection.',
  ),
  connection("!message.startsWith('READONLY') ||", '', 'Each error of a command opens another connection.'),
  connection(
    'if (started && !lost) log.error',
    'if (started) log.error',
    'Each try to reach Redis is an error in the log.',
  ),
  connection(
    '    if (redis.options.db) await redis.select(redis.options.db);\n',
    '',
    'A Redis whose database is refused is used at another one.',
    ['test/adapters/redis-database.test.ts'],
  ),
  connection(
    'return await command;',
    'return command;',
    'What goes wrong with a command is not told as a store that is away.',
    ['test/adapters/redis-faults.test.ts'],
  ),
];
