/** Wrong versions of the scripts that write, claim, keep and hold records. */
import { versionsOf, type WrongVersion } from './wrong-version.ts';

const wrong = versionsOf('src/adapters/redis/key-value.ts', ['test/contracts/key-value.test.ts']);

export const redisKeyValue: readonly WrongVersion[] = [
  wrong("'NX', 'PX', life)", "'PX', life)", 'A code is used by everybody who comes.'),
  wrong("'NX', 'PX', life)", "'NX', 'PX', 1000)", 'A code may be used again after a second.'),
  wrong('if life <= 0 then return 0 end', '', 'A record that is not there is claimed.', [
    'test/contracts/key-value.test.ts',
    'test/contracts/redis-ends.test.ts',
  ]),
  wrong('if life <= 0 then return { 0, false } end', '', 'What is not there is used, and something kept beside it.', [
    'test/contracts/key-value.test.ts',
    'test/contracts/redis-ends.test.ts',
  ]),
  wrong('math.min(life, ARGV[3] * 1000)', 'life', 'A token that was used is not cut short.'),
  wrong('math.min(life, ARGV[3] * 1000)', 'ARGV[3] * 1000', 'The use of a token prolongs its life.'),
  wrong("  redis.call('PEXPIRE', KEYS[1], left)\n", '', 'A token that was used lives on, while its use is forgotten.'),
  wrong("'NX', 'PX', left)", "'PX', left)", 'A refresh token is used first by everybody who comes.'),
  wrong(
    "'PX', math.min(left, ARGV[2] * 1000))",
    "'PX', left)",
    'What is kept beside a token is given for as long as the token lives.',
  ),
  wrong("'PX', math.min(left, ARGV[2] * 1000))", "'PX', ARGV[2] * 1000)", 'What is kept beside a token outlives it.'),
  wrong(
    "return { 0, redis.call('GET', KEYS[3]) }",
    'return { 0, ARGV[1] }',
    'Whoever comes second is given what it brought itself.',
  ),
  wrong(
    "'NX', 'EX', ARGV[1]) then return 1 end",
    "'EX', ARGV[1]) then return 1 end",
    'Two requests hold one interaction.',
  ),
  wrong(
    "'NX', 'EX', ARGV[1]) then return 1 end",
    "'NX', 'PX', ARGV[1]) then return 1 end",
    'An interaction is held for milliseconds.',
  ),
  wrong("if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end", '', 'What is not there is held.', [
    'test/contracts/key-value.test.ts',
    'test/contracts/redis-ends.test.ts',
  ]),
  wrong(
    "if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('DEL', KEYS[2]) end\nredis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])\nreturn",
    "redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])\nreturn",
    'A record that is born again is claimed already.',
    ['test/contracts/redis-ends.test.ts'],
  ),
  wrong(
    "return redis.call('EXPIRE', KEYS[2], ARGV[2])",
    "return redis.call('EXISTS', KEYS[2])",
    'A code whose life is prolonged may be used again when its claim has ended.',
  ),
  wrong(
    "if ARGV[3] == '0' or stands ~= ARGV[4] or",
    'if stands ~= ARGV[4] or',
    'The first state is written over an empty one.',
  ),
  wrong(
    "if ARGV[3] == '0' or stands ~= ARGV[4] or",
    "if ARGV[3] == '0' or",
    'A step is written over what another has written meanwhile.',
  ),
  wrong(
    " or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end",
    ' then return 0 end',
    'An interaction that is finished is written over.',
  ),
  wrong(
    "  if ARGV[3] == '1' then return 0 end\n",
    '',
    'An interaction that has ended is brought back by who read it before.',
  ),
  wrong("  redis.call('DEL', KEYS[2])\nend", 'end', 'An interaction that begins anew is finished already.', [
    'test/contracts/redis-ends.test.ts',
  ]),
  wrong(
    "redis.call('SET', KEYS[2], now, 'NX')",
    "redis.call('SET', KEYS[2], now)",
    'What is written as claimed loses the time of its claim.',
  ),
  wrong("redis.call('SET', KEYS[2], now, 'NX')\n", '', 'What is written as claimed is not claimed.'),
  wrong(
    "redis.call('EXPIRE', KEYS[2], ARGV[2])\nreturn 1`",
    'return 1`',
    'The claim of what is written as claimed never ends.',
    ['test/contracts/redis-ends.test.ts'],
  ),
  wrong(
    'Number(seconds) * 1000 + Number(microseconds) / 1000',
    'Number(seconds) + Number(microseconds) / 1000',
    'How long ago a record was claimed is told in no unit.',
  ),
  wrong(
    'redis.del(key, claimKey(key), keptKey(key), holdKey(key))',
    'redis.del(key, keptKey(key), holdKey(key))',
    'A claim outlives the record that is deleted.',
    ['test/contracts/redis-ends.test.ts'],
  ),
  wrong(
    'redis.del(key, claimKey(key), keptKey(key), holdKey(key))',
    'redis.del(key, claimKey(key), holdKey(key))',
    'What is kept beside a token outlives it when it is destroyed.',
  ),
  wrong(
    'redis.del(key, claimKey(key), keptKey(key), holdKey(key))',
    'redis.del(key, claimKey(key), keptKey(key))',
    'Whoever held a record that was deleted holds the next one.',
  ),
  wrong('}:held`', '}:claimed`', 'Who holds a record claims it.'),
];
