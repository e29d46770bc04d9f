/** Everything that a redis-server holds, keys and values, as text. */
import { Redis } from 'ioredis';

/** @param from its address, or a connection of the caller's own. */
export async function dumpRedis(from: string | Redis): Promise<string> {
  const redis = typeof from === 'string' ? new Redis(from) : from;
  const lines: string[] = [];
  for await (const keys of redis.scanStream() as AsyncIterable<string[]>)
    for (const key of keys) lines.push(key, await readValue(redis, key));
  if (typeof from === 'string') redis.disconnect();
  return lines.join('\n');
}

async function readValue(redis: Redis, key: string): Promise<string> {
  const type = await redis.type(key);
  if (type === 'hash') return JSON.stringify(await redis.hgetall(key));
  if (type === 'zset') return (await redis.zrange(key, '0', '-1')).join('\n');
  // A key may end between two calls.
  return (await redis.get(key)) ?? '';
}
