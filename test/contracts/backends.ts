/**
 * The backends that the suites run against, each with what a suite needs besides the port: to let time pass, to read
 * behind the port, and to take the store away.
 */
import { randomBytes } from 'node:crypto';
import { createLogger } from '../../src/adapters/logger.ts';
import { createMemoryAttempts } from '../../src/adapters/memory/attempts.ts';
import { createMemoryKeyValue } from '../../src/adapters/memory/key-value.ts';
import { createMemoryRateLimiter } from '../../src/adapters/memory/rate-limiter.ts';
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts';
import { createRedisAttempts } from '../../src/adapters/redis/attempts.ts';
import { connectRedis, type RedisConnection } from '../../src/adapters/redis/connection.ts';
import { createRedisKeyValue } from '../../src/adapters/redis/key-value.ts';
import { createRedisRateLimiter } from '../../src/adapters/redis/rate-limiter.ts';
import { createVault } from '../../src/adapters/vault.ts';
import type { KeyValueStore } from '../../src/ports/key-value-store.ts';
import type { Clock } from '../../src/ports/system.ts';
import type { AttemptCounter, RateLimiter } from '../../src/ports/throttles.ts';
import type { Vault } from '../../src/ports/vault.ts';
import { ageRedis } from '../support/clock.ts';
import { dumpRedis } from '../support/dump-redis.ts';
import { cloneDatabase, redisUrl, startOwnPostgres, startRedis } from '../support/services.ts';

export interface Backend<Port> {
  readonly port: Port;
  /** Time passes for the port and for its store; nobody waits for it. */
  pass(seconds: number): Promise<void>;
  /** Everything that the store holds, keys and values. */
  atRest(): Promise<string>;
  close(): Promise<void>;
}

/** How a suite opens a backend; `away` is the same backend with its store stopped, where it has one. */
export interface Opening<Port> {
  open(): Promise<Backend<Port>>;
  away?(): Promise<Backend<Port>>;
}

/** What the ports over the key-value store are made of. */
export interface SealedBase {
  readonly store: KeyValueStore;
  readonly rateLimiter: RateLimiter;
  readonly attempts: AttemptCounter;
  readonly vault: Vault;
  readonly clock: Clock;
}

export const PARALLEL = 10;
export const TRIALS = 50;

export const silent = createLogger('silent');

/** @param keyId of its sealing key: a vault of another has no key of what this one sealed. */
export function testVault(keyId = 'k1'): Vault {
  return createVault({ sealingKeys: [{ id: keyId, key: randomBytes(32) }], indexKey: randomBytes(32) });
}

/** A name that no other test uses: the suites share one redis-server. */
export function unique(): string {
  return randomBytes(12).toString('hex');
}

/** A clock that stands still until it is moved. */
export function movableClock(): Clock & { move(seconds: number): void } {
  let time = Date.parse('2026-03-29T00:30:00Z');
  return {
    now: () => new Date(time),
    move: (seconds) => {
      time += seconds * 1000;
    },
  };
}

/** A port on the clock alone. */
export function inMemory<Port>(create: (clock: Clock) => Port): Opening<Port> {
  return {
    async open() {
      const clock = movableClock();
      const pass = async (seconds: number) => clock.move(seconds);
      return { port: create(clock), pass, atRest: async () => '', close: async () => {} };
    },
  };
}

/** What the ports over the key-value store are made of, in this process, and all that was written there. */
export function sealedInMemory() {
  const clock = movableClock();
  const written: string[] = [];
  const base: SealedBase = {
    store: recorded(createMemoryKeyValue(clock), written),
    rateLimiter: createMemoryRateLimiter(clock),
    attempts: createMemoryAttempts(clock),
    vault: testVault(),
    clock,
  };
  return { base, clock, written };
}

/** A store that notes every key and every value that it is given to keep. */
function recorded(store: KeyValueStore, written: string[]): KeyValueStore {
  return {
    ...store,
    set(key, value, expiresInSeconds) {
      written.push(key, value);
      return store.set(key, value, expiresInSeconds);
    },
    replace(key, from, value, expiresInSeconds) {
      written.push(key, value);
      return store.replace(key, from, value, expiresInSeconds);
    },
    setClaimed(key, value, expiresInSeconds) {
      written.push(key, value);
      return store.setClaimed(key, value, expiresInSeconds);
    },
    claimKeeping(key, value, ...seconds) {
      written.push(key, value);
      return store.claimKeeping(key, value, ...seconds);
    },
  };
}

/** A port over the key-value store of this process. */
export function onMemory<Port>(create: (base: SealedBase) => Port): Opening<Port> {
  return {
    async open() {
      const { base, clock, written } = sealedInMemory();
      return {
        port: create(base),
        pass: async (seconds) => clock.move(seconds),
        atRest: async () => written.join('\n'),
        close: async () => {},
      };
    },
  };
}

/** A port over the key-value store of a real redis-server. */
export function onRedisKeyValue<Port>(create: (base: SealedBase) => Port): Opening<Port> {
  return onRedis((redis, clock) =>
    create({
      store: createRedisKeyValue(redis),
      rateLimiter: createRedisRateLimiter(redis),
      attempts: createRedisAttempts(redis),
      vault: testVault(),
      clock,
    }),
  );
}

/** A port on a real redis-server. */
export function onRedis<Port>(create: (redis: RedisConnection, clock: Clock) => Port): Opening<Port> {
  const backend = (redis: RedisConnection): Backend<Port> => {
    const clock = movableClock();
    return {
      port: create(redis, clock),
      async pass(seconds) {
        clock.move(seconds);
        await ageRedis(redis, seconds);
      },
      atRest: () => dumpRedis(redis),
      close: async () => redis.disconnect(),
    };
  };
  return {
    open: async () => backend(await connectRedis(await redisUrl(), silent)),
    async away() {
      const server = await startRedis();
      const redis = await connectRedis(server.url, silent);
      await server.stop();
      return backend(redis);
    },
  };
}

/** A port on a real PostgreSQL, in a database of its own. */
export function onPostgres<Port>(create: (database: Database, vault: Vault, clock: Clock) => Port): Opening<Port> {
  const backend = (database: Database): Backend<Port> => {
    const clock = movableClock();
    return {
      port: create(database, testVault(), clock),
      pass: async (seconds) => clock.move(seconds),
      atRest: () => dumpPostgres(database),
      close: () => database.destroy(),
    };
  };
  return {
    open: async () => backend(openDatabase(await cloneDatabase(), 10)),
    async away() {
      const server = await startOwnPostgres();
      const database = openDatabase(server.url, 2);
      await server.stop();
      return backend(database);
    },
  };
}

async function dumpPostgres(database: Database): Promise<string> {
  const tables = await database('pg_tables').where({ schemaname: 'public' }).pluck<string[]>('tablename');
  const rows = await Promise.all(tables.map((table) => database(table).select<object[]>()));
  return JSON.stringify(rows);
}

/** How many of `count` simultaneous calls were right. */
export async function winnersOf(count: number, call: (index: number) => Promise<boolean>): Promise<number> {
  const results = await Promise.all(Array.from({ length: count }, (_, index) => call(index)));
  return results.filter(Boolean).length;
}

/** @returns those of the texts that are there, as they are, in hexadecimal, or in base64, also in the midst of one. */
export function findReadable(dump: string, texts: readonly string[]): readonly string[] {
  return texts.filter((text) => {
    const forms = [text, Buffer.from(text).toString('base64url'), Buffer.from(text).toString('hex')];
    const isForm = (form: string) => (form.length > SHORT ? dump.includes(form) : standsAlone(dump, form));
    return forms.some(isForm) || inBase64(text).some((part) => part.length > SHORT && dump.includes(part));
  });
}

/** What every base64 of a longer text has of this one, wherever it begins there. */
function inBase64(text: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    const whole = Math.floor((bytes.length * 8) / 6);
    const part = bytes.toString('base64').slice(Math.ceil((before * 8) / 6), whole);
    return [part, part.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** A few characters stand inside a sealed text by chance: they are found as a whole word alone. */
const SHORT = 7;

function standsAlone(dump: string, form: string): boolean {
  const escaped = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w+/=-])${escaped}(?![\\w+/=-])`).test(dump);
}

/** What every operation of a port whose store is away must throw. */
export const unavailable = { name: 'ServiceError', code: 'store_unavailable', status: 503 };
