/** Throttles on Redis, by rate-limiter-flexible: "limit reached" is a result, "store down" an error. */
import type { Result } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiter, ThrottlePolicy } from '../../ports/throttles.ts';
import { orUnavailable, type RedisConnection, redisUnavailable } from './connection.ts';

/**
 * ARGV: the limit, the window in milliseconds, how long ago the call was counted. A window that is younger than that
 * began after it. What was refused stands above the limit, and was never let through.
 */
const GIVE_BACK = `
local count = tonumber(redis.call('GET', KEYS[1]) or '0')
local left = redis.call('PTTL', KEYS[1])
if count <= 0 or left <= 0 or ARGV[2] - left < tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[1], math.min(count, tonumber(ARGV[1])) - 1, 'KEEPTTL')
return 1`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    giveBackCall(key: string, limit: number, windowMs: number, countedAgoMs: number): Result<number, Context>;
  }
}

/** Of no throttle: it has the library define its script. */
const FIRST: ThrottlePolicy = { name: 'none', limit: 1, windowSeconds: 1 };

/**
 * Defines the scripts now. That of the library is defined in the constructor of a limiter: a pipeline that is open then
 * does not know it, and the command ends the process. So one limiter is made before there is any command.
 */
export function createRedisRateLimiter(redis: RedisConnection): RateLimiter {
  redis.defineCommand('giveBackCall', { numberOfKeys: 1, lua: GIVE_BACK });
  const limiters = new Map<string, RateLimiterRedis>();
  const limiterOf = ({ name, limit, windowSeconds }: ThrottlePolicy) => {
    const id = `${name}:${limit}:${windowSeconds}`;
    const known = limiters.get(id);
    if (known) return known;
    const limiter = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: prefixOf(name),
      points: limit,
      duration: windowSeconds,
    });
    limiters.set(id, limiter);
    return limiter;
  };
  limiterOf(FIRST);
  return {
    async count(policy, key) {
      try {
        await limiterOf(policy).consume(key);
        return { allowed: true, retryAfterSeconds: 0 };
      } catch (reason) {
        if (reason instanceof RateLimiterRes) {
          const retryAfterSeconds = Math.max(1, Math.ceil(reason.msBeforeNext / 1000));
          return { allowed: false, retryAfterSeconds, firstRefusal: reason.consumedPoints === policy.limit + 1 };
        }
        throw redisUnavailable(reason);
      }
    },

    async left(policy, key) {
      const window = await orUnavailable(limiterOf(policy).get(key));
      return window === null ? policy.limit : Math.max(0, window.remainingPoints);
    },

    async giveBack({ name, limit, windowSeconds }, key, countedAgoMs) {
      // As the library writes it.
      const where = `${prefixOf(name)}:${key}`;
      await orUnavailable(redis.giveBackCall(where, limit, windowSeconds * 1000, Math.floor(countedAgoMs)));
    },
  };
}

const prefixOf = (name: string) => `throttle:${name}`;
