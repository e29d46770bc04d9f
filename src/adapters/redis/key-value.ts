/** The key-value port on Redis. A key and its claim share one hash slot by the braces that callers put in the key. */
import type { Cluster, Result } from 'ioredis';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import { orUnavailable, type RedisConnection } from './connection.ts';

const NOW = `
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))`;

/** One caller ever gets 1: the record must exist, and the claim is set only if absent, for the record's own life. */
const CLAIM = `
local life = redis.call('PTTL', KEYS[1])
if life <= 0 then return 0 end
${NOW}
if redis.call('SET', KEYS[2], now, 'NX', 'PX', life) then return 1 end
return 0`;

/** The same, and what the first one keeps lives beside the claim, no longer than the record, whose life is cut. */
const CLAIM_KEEPING = `
local life = redis.call('PTTL', KEYS[1])
if life <= 0 then return { 0, false } end
local left = math.min(life, ARGV[3] * 1000)
${NOW}
if redis.call('SET', KEYS[2], now, 'NX', 'PX', left) then
  redis.call('PEXPIRE', KEYS[1], left)
  redis.call('SET', KEYS[3], ARGV[1], 'PX', math.min(left, ARGV[2] * 1000))
  return { 1, ARGV[1] }
end
return { 0, redis.call('GET', KEYS[3]) }`;

/** As long as nobody else has it, and there is something to hold. */
const HOLD = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if redis.call('SET', KEYS[2], '', 'NX', 'EX', ARGV[1]) then return 1 end
return 0`;

/** Writes the record; a claim that stands goes on living as long as the record, one of an ended record is gone. */
const SET = `
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('DEL', KEYS[2]) end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return redis.call('EXPIRE', KEYS[2], ARGV[2])`;

/**
 * Writes where the record is the one that was read, or where there is none as there was none then. Nobody has claimed it: a
 * claim without its record is that of one that has ended.
 */
const REPLACE = `
local stands = redis.call('GET', KEYS[1])
if stands then
  if ARGV[3] == '0' or stands ~= ARGV[4] or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
else
  if ARGV[3] == '1' then return 0 end
  redis.call('DEL', KEYS[2])
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1`;

/** Writes the record as `SET` does, and leaves it claimed. */
const SET_CLAIMED = `${NOW}
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('DEL', KEYS[2]) end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('SET', KEYS[2], now, 'NX')
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    setRecord(recordKey: string, claimKey: string, value: string, expiresInSeconds: number): Result<number, Context>;
    replaceRecord(
      recordKey: string,
      claimKey: string,
      value: string,
      expiresInSeconds: number,
      isRead: 0 | 1,
      from: string,
    ): Result<number, Context>;
    setClaimedRecord(
      recordKey: string,
      claimKey: string,
      value: string,
      expiresInSeconds: number,
    ): Result<number, Context>;
    claimRecord(recordKey: string, claimKey: string): Result<number, Context>;
    claimRecordKeeping(
      recordKey: string,
      claimKey: string,
      keptKey: string,
      value: string,
      seconds: number,
      leftSeconds: number,
    ): Result<[number, string | null], Context>;
    holdRecord(recordKey: string, holdKey: string, seconds: number): Result<number, Context>;
  }
}

/** Defines the scripts now: one that was defined at its first use would break automatic pipelining. */
export function createRedisKeyValue(redis: RedisConnection | Cluster): KeyValueStore {
  redis.defineCommand('claimRecord', { numberOfKeys: 2, lua: CLAIM });
  redis.defineCommand('claimRecordKeeping', { numberOfKeys: 3, lua: CLAIM_KEEPING });
  redis.defineCommand('holdRecord', { numberOfKeys: 2, lua: HOLD });
  redis.defineCommand('setRecord', { numberOfKeys: 2, lua: SET });
  redis.defineCommand('replaceRecord', { numberOfKeys: 2, lua: REPLACE });
  redis.defineCommand('setClaimedRecord', { numberOfKeys: 2, lua: SET_CLAIMED });
  return {
    get: async (key) => (await orUnavailable(redis.get(key))) ?? undefined,

    async getWithClaim(key) {
      const [value, claimedAt] = await orUnavailable(redis.mget(key, claimKey(key)));
      if (value == null) return undefined;
      if (claimedAt == null) return { value };
      const [seconds, microseconds] = await orUnavailable(redis.time());
      return { value, claimedAgoMs: Number(seconds) * 1000 + Number(microseconds) / 1000 - Number(claimedAt) };
    },

    async set(key, value, expiresInSeconds) {
      return (await orUnavailable(redis.setRecord(key, claimKey(key), value, expiresInSeconds))) === 1;
    },

    async replace(key, from, value, expiresInSeconds) {
      const isRead = from === undefined ? 0 : 1;
      const written = redis.replaceRecord(key, claimKey(key), value, expiresInSeconds, isRead, from ?? '');
      return (await orUnavailable(written)) === 1;
    },

    async setClaimed(key, value, expiresInSeconds) {
      await orUnavailable(redis.setClaimedRecord(key, claimKey(key), value, expiresInSeconds));
    },

    claim: async (key) => (await orUnavailable(redis.claimRecord(key, claimKey(key)))) === 1,

    async claimKeeping(key, value, seconds, leftSeconds) {
      const [first, kept] = await orUnavailable(
        redis.claimRecordKeeping(key, claimKey(key), keptKey(key), value, seconds, leftSeconds),
      );
      return { first: first === 1, kept: kept ?? undefined };
    },

    hold: async (key, seconds) => (await orUnavailable(redis.holdRecord(key, holdKey(key), seconds))) === 1,

    async release(key) {
      await orUnavailable(redis.del(holdKey(key)));
    },

    async delete(key) {
      await orUnavailable(redis.del(key, claimKey(key), keptKey(key), holdKey(key)));
    },
  };
}

function claimKey(key: string): string {
  return `${key}:claimed`;
}

function keptKey(key: string): string {
  return `${key}:kept`;
}

function holdKey(key: string): string {
  return `${key}:held`;
}
