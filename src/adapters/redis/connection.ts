/**
 * The Redis connection: every command times out, nothing waits in a queue while Redis is away, and the connection
 * comes back by itself. Commands of one tick leave together (automatic pipelining).
 */
import { Redis } from 'ioredis';
import { storeUnavailable } from '../../errors.ts';
import type { Logger } from '../../ports/monitoring.ts';

const COMMAND_TIMEOUT_MS = 500;
const MAXIMUM_RECONNECT_DELAY_MS = 500;

export type RedisConnection = Redis;

/** Opens a connection and waits until it is ready. @throws Error when Redis does not answer at boot. */
export async function connectRedis(url: string, log: Logger): Promise<RedisConnection> {
  const redis = new Redis(url, {
    lazyConnect: true,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 2 * COMMAND_TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(attempt * 50, MAXIMUM_RECONNECT_DELAY_MS),
  });
  let lost = false;
  redis.on('error', (error) => {
    if (!lost) log.error({ event: 'redis_lost', error }, 'Redis is away');
    lost = true;
  });
  redis.on('ready', () => {
    if (lost) log.info({ event: 'redis_back' }, 'Redis is back');
    lost = false;
  });
  try {
    await redis.connect();
  } catch (cause) {
    redis.disconnect();
    throw new Error('Redis does not answer at the address of REDIS_URL', { cause });
  }
  return redis;
}

/** Runs a command; whatever goes wrong with it means that the store is away. */
export async function orUnavailable<Value>(command: Promise<Value>): Promise<Value> {
  try {
    return await command;
  } catch (cause) {
    throw storeUnavailable({ cause, details: { store: 'redis' } });
  }
}
