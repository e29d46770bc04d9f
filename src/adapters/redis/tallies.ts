/** Tallies on Redis: one key a slot, which ends by itself. */
import type { Result } from 'ioredis';
import { KEPT_SECONDS, slotOf, slotsBetween } from '../../domain/tally-slots.ts';
import type { Clock } from '../../ports/system.ts';
import type { Tallies } from '../../ports/tallies.ts';
import { orUnavailable, type RedisConnection } from './connection.ts';

const ADD = `
local count = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[1])
return count`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    addToTally(key: string, keptSeconds: number): Result<number, Context>;
  }
}

/** Defines the script now: one that was defined at its first use would break automatic pipelining. */
export function createRedisTallies(redis: RedisConnection, clock: Clock): Tallies {
  redis.defineCommand('addToTally', { numberOfKeys: 1, lua: ADD });
  // The braces keep the slots of one name in one slot of a Redis Cluster: they are read together.
  const keyOf = (name: string, slot: number) => `tally:{${name}}:${slot}`;
  return {
    async add(name) {
      await orUnavailable(redis.addToTally(keyOf(name, slotOf(clock.now())), KEPT_SECONDS));
    },

    async sum(name, from, to) {
      const keys = slotsBetween(from, to).map((slot) => keyOf(name, slot));
      if (keys.length === 0) return 0;
      const counts = await orUnavailable(redis.mget(keys));
      return counts.reduce((total, count) => total + Number(count ?? 0), 0);
    },
  };
}
