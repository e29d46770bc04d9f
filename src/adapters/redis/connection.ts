/**
 * The Redis connection: every command times out, nothing waits in a queue while Redis is away, and the connection
 * comes back by itself. Commands of one tick leave together (automatic pipelining).
 */
import { Redis } from 'ioredis';
import { type ServiceError, storeUnavailable } from '../../errors.ts';
import type { Logger } from '../../ports/monitoring.ts';
import { describeRedisFault } from './faults.ts';

const COMMAND_TIMEOUT_MS = 500;
const MAXIMUM_RECONNECT_DELAY_MS = 500;

/** A connection that has answered nothing for so long is given up: it may be dead, and nobody would ever close it. */
const SILENCE_MS = 1500;

/** TCP asks an idle connection after so long whether anybody is there; Node gives it 10 seconds more. */
const KEEP_ALIVE_MS = 5000;

/** The master that has become a replica is left, for whoever stands at the address now; not more often than this. */
const LEAVE_EVERY_MS = 1000;

export type RedisConnection = Redis;

/** Opens a connection and waits until it is ready. @throws what went wrong on the way, when it is not at boot. */
export async function connectRedis(url: string, log: Logger): Promise<RedisConnection> {
  const redis = new Redis(url, {
    lazyConnect: true,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 2 * COMMAND_TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: true,
    socketTimeout: SILENCE_MS,
    keepAlive: KEEP_ALIVE_MS,
    reconnectOnError: leaveReplica(),
    retryStrategy: (attempt) => Math.min(attempt * 50, MAXIMUM_RECONNECT_DELAY_MS),
  });
  let lost = false;
  let started = false;
  let last: unknown;
  redis.on('error', (error) => {
    last = error;
    if (started && !lost) log.error({ event: 'redis_lost', error }, 'Redis is away');
    lost = started;
  });
  redis.on('ready', () => {
    if (lost) log.info({ event: 'redis_back' }, 'Redis is back');
    lost = false;
  });
  try {
    await redis.connect();
    // The client tells nobody that it was refused its database, and goes on in the first one.
    if (redis.options.db) await redis.select(redis.options.db);
  } catch (closed) {
    redis.disconnect();
    // That the connection was closed says less than why.
    throw last ?? closed;
  }
  started = true;
  return redis;
}

function leaveReplica(): (error: Error) => boolean {
  let leftAt = Number.NEGATIVE_INFINITY;
  return ({ message }) => {
    if (!message.startsWith('READONLY') || performance.now() - leftAt < LEAVE_EVERY_MS) return false;
    leftAt = performance.now();
    return true;
  };
}

/** Runs a command; whatever goes wrong with it means that the store is away. */
export async function orUnavailable<Value>(command: Promise<Value>): Promise<Value> {
  try {
    return await command;
  } catch (cause) {
    throw redisUnavailable(cause);
  }
}

/** @param cause what a command was answered, or why it was not. */
export function redisUnavailable(cause: unknown): ServiceError {
  return storeUnavailable({ cause, details: { store: 'redis', ...describeRedisFault(cause) } });
}
