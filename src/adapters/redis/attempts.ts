/** Failures in a row on Redis: one script counts and locks, so that no parallel attempt slips between the two. */
import type { Result } from 'ioredis';
import { lockSeconds } from '../../domain/lockout.ts';
import type { AttemptCounter } from '../../ports/throttles.ts';
import { orUnavailable, type RedisConnection } from './connection.ts';

/** ARGV: seconds until the count is forgotten, then the lock in seconds after the 1st, 2nd, 3rd … failure. */
const BEGIN = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HMGET', KEYS[1], 'failures', 'lockedUntil')
local failures = tonumber(state[1] or '0')
local lockedUntil = tonumber(state[2] or '0')
if lockedUntil > now then return math.ceil((lockedUntil - now) / 1000) end
failures = failures + 1
local lock = tonumber(ARGV[1 + math.min(failures, #ARGV - 1)])
redis.call('HSET', KEYS[1], 'failures', failures, 'lockedUntil', now + lock * 1000)
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 0`;

/**
 * Takes one counted attempt back: it was never compared. An attempt begins only while nothing is locked, so the lock
 * that stands now is its own, or that of an attempt beside it, which the next count sets again.
 */
const RELEASE = `
local failures = redis.call('HINCRBY', KEYS[1], 'failures', -1)
if failures <= 0 then return redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 'lockedUntil', 0)
return 1`;

/** Failures past the first lock after which the lock grows no more. */
const DOUBLINGS = 24;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    beginAttempt(key: string, forgetAfterSeconds: number, ...lockSeconds: number[]): Result<number, Context>;
    releaseAttempt(key: string): Result<number, Context>;
  }
}

/** Defines the scripts now: one that was defined at its first use would break automatic pipelining. */
export function createRedisAttempts(redis: RedisConnection): AttemptCounter {
  redis.defineCommand('beginAttempt', { numberOfKeys: 1, lua: BEGIN });
  redis.defineCommand('releaseAttempt', { numberOfKeys: 1, lua: RELEASE });
  const keyOf = (key: string) => `attempts:{${key}}`;
  return {
    async begin(key, policy) {
      const locks = Array.from({ length: policy.firstLockAtFailure + DOUBLINGS }, (_, index) =>
        lockSeconds(index + 1, policy),
      );
      const wait = await orUnavailable(redis.beginAttempt(keyOf(key), policy.forgetAfterSeconds, ...locks));
      return { allowed: wait === 0, retryAfterSeconds: wait };
    },

    async succeed(key) {
      await orUnavailable(redis.del(keyOf(key)));
    },

    async release(key) {
      await orUnavailable(redis.releaseAttempt(keyOf(key)));
    },
  };
}
