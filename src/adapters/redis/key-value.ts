/** The key-value port on Redis. A key and its claim share one hash slot by the braces that callers put in the key. */
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import { orUnavailable, type RedisConnection } from './connection.ts';

/** One caller ever gets 1: the record must exist, and the claim is set only if absent, for the record's own life. */
const CLAIM = `
local life = redis.call('PTTL', KEYS[1])
if life <= 0 then return 0 end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
if redis.call('SET', KEYS[2], now, 'NX', 'PX', life) then return 1 end
return 0`;

/** Writes the record; a claim that stands goes on living as long as the record, one of an ended record is gone. */
const SET = `
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('DEL', KEYS[2]) end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1`;

interface Scripts {
  setRecord(recordKey: string, claimKey: string, value: string, expiresInSeconds: number): Promise<number>;
  claimRecord(recordKey: string, claimKey: string): Promise<number>;
}

export function createRedisKeyValue(redis: RedisConnection): KeyValueStore {
  redis.defineCommand('claimRecord', { numberOfKeys: 2, lua: CLAIM });
  redis.defineCommand('setRecord', { numberOfKeys: 2, lua: SET });
  const scripts = redis as unknown as Scripts;
  return {
    get: async (key) => (await orUnavailable(redis.get(key))) ?? undefined,

    async getWithClaim(key) {
      const [value, claimedAt] = await orUnavailable(redis.mget(key, claimKey(key)));
      if (value == null) return undefined;
      return claimedAt == null ? { value } : { value, claimedAt: new Date(Number(claimedAt)) };
    },

    async set(key, value, expiresInSeconds) {
      await orUnavailable(scripts.setRecord(key, claimKey(key), value, expiresInSeconds));
    },

    claim: async (key) => (await orUnavailable(scripts.claimRecord(key, claimKey(key)))) === 1,

    async delete(key) {
      await orUnavailable(redis.del(key, claimKey(key)));
    },
  };
}

function claimKey(key: string): string {
  return `${key}:claimed`;
}
