/** Known browsers on Redis: a sorted set an account, by the time they came, under digests alone. */
import type { Result } from 'ioredis';
import { BROWSERS_PER_ACCOUNT, KNOWN_SECONDS } from '../../domain/known-browser.ts';
import type { KnownBrowsers } from '../../ports/known-browsers.ts';
import type { Vault } from '../../ports/vault.ts';
import { orUnavailable, type RedisConnection } from './connection.ts';

/** ARGV: the browser, how many are kept, seconds that they live. One script: two at once leave no more than are kept. */
const REMEMBER = `
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], string.format('%.0f', time[1] * 1000000 + time[2]), ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    rememberBrowser(key: string, browser: string, kept: number, lifeSeconds: number): Result<number, Context>;
  }
}

/** Defines its script now: one that was defined at its first use would break automatic pipelining. */
export function createRedisKnownBrowsers(redis: RedisConnection, vault: Vault): KnownBrowsers {
  redis.defineCommand('rememberBrowser', { numberOfKeys: 1, lua: REMEMBER });
  const keyOf = (accountId: string) => `browsers:{${vault.blindIndex('browsers-of', accountId)}}`;
  const nameOf = (browserId: string) => vault.blindIndex('browser', browserId);
  return {
    async remember(accountId, browserId) {
      await orUnavailable(
        redis.rememberBrowser(keyOf(accountId), nameOf(browserId), BROWSERS_PER_ACCOUNT, KNOWN_SECONDS),
      );
    },

    isKnown: async (accountId, browserId) =>
      (await orUnavailable(redis.zscore(keyOf(accountId), nameOf(browserId)))) !== null,
  };
}
