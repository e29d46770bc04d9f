/** The stores under a captcha, opened for its suite: what is at rest can be read, and time passes on demand. */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createMemoryKeyValue } from '../../src/adapters/memory/key-value.ts';
import { connectRedis } from '../../src/adapters/redis/connection.ts';
import { createRedisKeyValue } from '../../src/adapters/redis/key-value.ts';
import { createVault } from '../../src/adapters/vault.ts';
import type { KeyValueStore } from '../../src/ports/key-value-store.ts';
import type { Logger } from '../../src/ports/monitoring.ts';
import type { Clock } from '../../src/ports/system.ts';
import type { Vault } from '../../src/ports/vault.ts';
import { startRedis } from './services.ts';

export interface StoreUnderTest {
  readonly store: KeyValueStore;
  readonly clock: Clock;
  atRest(): Promise<string>;
  /** Five minutes pass for what stands. */
  expire(): Promise<void>;
  close(): Promise<void>;
}

const CHALLENGE_MS = 300_000;
const silent: Logger = { info() {}, warn() {}, error() {} };

export function testVault(): Vault {
  return createVault({ sealingKeys: [{ id: 'test', key: randomBytes(32) }], indexKey: randomBytes(32) });
}

export async function openMemoryStore(): Promise<StoreUnderTest> {
  let now = Date.now();
  const clock = { now: () => new Date(now) };
  const inner = createMemoryKeyValue(clock);
  const written: string[] = [];
  const store: KeyValueStore = {
    ...inner,
    set: (key, value, seconds) => {
      written.push(key, value);
      return inner.set(key, value, seconds);
    },
  };
  return {
    store,
    clock,
    atRest: async () => written.join('\n'),
    expire: async () => {
      now += CHALLENGE_MS;
    },
    close: async () => {},
  };
}

/** A redis-server of its own: the suite reads all that it holds. */
export async function openRedisStore(): Promise<StoreUnderTest> {
  const server = await startRedis();
  const redis = await connectRedis(server.url, silent);
  const reader = new Redis(server.url);
  return {
    store: createRedisKeyValue(redis),
    clock: { now: () => new Date() },
    atRest: async () => {
      const keys = await reader.keys('*');
      return [...keys, ...(keys.length > 0 ? await reader.mget(keys) : [])].join('\n');
    },
    // Redis keeps its own time: what is left of each record loses five minutes.
    expire: async () => {
      for (const key of await reader.keys('*'))
        await reader.pexpire(key, Math.max(1, (await reader.pttl(key)) - CHALLENGE_MS));
      await delay(20);
    },
    close: async () => {
      redis.disconnect();
      reader.disconnect();
      await server.stop();
    },
  };
}
