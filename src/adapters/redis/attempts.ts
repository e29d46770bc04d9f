/**
 * Failures in a row on Redis: one script counts and locks, so that no parallel attempt slips between the two. The scripts
 * say what `beginAttempt` and `takeBack` of domain/lockout.ts say; one suite holds both to it.
 */
import type { Result } from 'ioredis';
import { lockSeconds } from '../../domain/lockout.ts';
import type { AttemptCounter } from '../../ports/throttles.ts';
import { orUnavailable, type RedisConnection } from './connection.ts';

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(number) return string.format('%.0f', number) end`;

/**
 * ARGV: milliseconds until the count is forgotten, attempts a day, whether a captcha was solved, then the lock in seconds
 * after the 1st, 2nd, 3rd … failure, the last of them the longest. Answers with the wait in milliseconds, whether a captcha
 * passes, and whether this wait is told for the first time.
 */
const BEGIN = `${NOW}
local state = redis.call('HMGET', KEYS[1], 'count', 'forgetAt', 'lockedUntil', 'today', 'dayEndsAt', 'told')
for index = 1, 6 do state[index] = tonumber(state[index] or '0') end
local count, forgetAt, lockedUntil, today, dayEndsAt, told = unpack(state)
local function lockOf(failures) return tonumber(ARGV[3 + math.min(failures, #ARGV - 3)] or '0') end
local function refuse(waitUntil, captchaPasses)
  redis.call('HSET', KEYS[1], 'told', text(waitUntil))
  return { waitUntil - now, captchaPasses and 1 or 0, told ~= waitUntil and 1 or 0 }
end
if forgetAt <= now then count = 0 end
if dayEndsAt <= now then
  today = 0
  dayEndsAt = now + 86400000
end
if today >= tonumber(ARGV[2]) then return refuse(dayEndsAt, false) end
local isLongest = count > 0 and lockOf(count) == tonumber(ARGV[#ARGV])
if lockedUntil > now and not (isLongest and ARGV[3] == '1') then return refuse(lockedUntil, isLongest) end
redis.call('HSET', KEYS[1], 'count', text(count + 1), 'forgetAt', text(now + ARGV[1]),
  'lockedUntil', text(now + lockOf(count + 1) * 1000), 'lockedBefore', text(lockedUntil),
  'today', text(today + 1), 'dayEndsAt', text(dayEndsAt))
redis.call('PEXPIREAT', KEYS[1], text(math.max(now + ARGV[1], dayEndsAt)))
return { 0, 0, 0 }`;

/** Takes one counted attempt back: it was never compared. */
const RELEASE = `
local function text(number) return string.format('%.0f', number) end
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local state = redis.call('HMGET', KEYS[1], 'count', 'today', 'lockedBefore')
for index = 1, 3 do state[index] = tonumber(state[index] or '0') end
redis.call('HSET', KEYS[1], 'count', text(math.max(0, state[1] - 1)), 'today', text(math.max(0, state[2] - 1)),
  'lockedUntil', text(state[3]))
return 1`;

/** ARGV: milliseconds until the count is forgotten. What locks, and the attempts of the day, stand as they stood. */
const FAIL = `${NOW}
local state = redis.call('HMGET', KEYS[1], 'count', 'forgetAt', 'dayEndsAt')
for index = 1, 3 do state[index] = tonumber(state[index] or '0') end
local count = (state[2] > now and state[1] or 0) + 1
redis.call('HSET', KEYS[1], 'count', text(count), 'forgetAt', text(now + ARGV[1]))
redis.call('PEXPIREAT', KEYS[1], text(math.max(now + ARGV[1], state[3])))
return count`;

const STANDING = `${NOW}
local state = redis.call('HMGET', KEYS[1], 'count', 'forgetAt')
if tonumber(state[2] or '0') <= now then return 0 end
return tonumber(state[1] or '0')`;

/** Failures past the first lock after which the lock grows no more. */
const DOUBLINGS = 24;

type Begun = [waitMs: number, captchaPasses: number, first: number];

declare module 'ioredis' {
  interface RedisCommander<Context> {
    beginAttempt(
      key: string,
      forgetAfterMs: number,
      perDay: number,
      captchaSolved: 0 | 1,
      ...lockSeconds: number[]
    ): Result<Begun, Context>;
    releaseAttempt(key: string): Result<number, Context>;
    countFailure(key: string, forgetAfterMs: number): Result<number, Context>;
    standingFailures(key: string): Result<number, Context>;
  }
}

/** Defines the scripts now: one that was defined at its first use would break automatic pipelining. */
export function createRedisAttempts(redis: RedisConnection): AttemptCounter {
  redis.defineCommand('beginAttempt', { numberOfKeys: 1, lua: BEGIN });
  redis.defineCommand('releaseAttempt', { numberOfKeys: 1, lua: RELEASE });
  redis.defineCommand('countFailure', { numberOfKeys: 1, lua: FAIL });
  redis.defineCommand('standingFailures', { numberOfKeys: 1, lua: STANDING });
  const keyOf = (key: string) => `attempts:{${key}}`;
  return {
    async begin(key, policy, captchaSolved = false) {
      const locks = Array.from({ length: policy.firstLockAtFailure + DOUBLINGS }, (_, index) =>
        lockSeconds(index + 1, policy),
      );
      const [waitMs, captchaPasses, first] = await orUnavailable(
        redis.beginAttempt(
          keyOf(key),
          policy.forgetAfterSeconds * 1000,
          policy.attemptsPerDay,
          captchaSolved ? 1 : 0,
          ...locks,
        ),
      );
      if (waitMs === 0) return { allowed: true, retryAfterSeconds: 0 };
      return {
        allowed: false,
        retryAfterSeconds: Math.ceil(waitMs / 1000),
        captchaPasses: captchaPasses === 1,
        firstRefusal: first === 1,
      };
    },

    async succeed(key) {
      await orUnavailable(redis.del(keyOf(key)));
    },

    async release(key) {
      await orUnavailable(redis.releaseAttempt(keyOf(key)));
    },

    fail: (key, forgetAfterSeconds) => orUnavailable(redis.countFailure(keyOf(key), forgetAfterSeconds * 1000)),

    failures: (key) => orUnavailable(redis.standingFailures(keyOf(key))),
  };
}
