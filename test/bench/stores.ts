/**
 * The stores of the benchmark, and how their work is counted: at PostgreSQL by pg_stat_statements, at Redis by MONITOR,
 * which marks the commands that run inside scripts. PostgreSQL keeps its defaults: each commit reaches the disk.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts';
import { migrate } from '../../src/adapters/postgres/migrations.ts';
import { startEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { startRedis } from '../support/services.ts';

/** Text of a statement, or name of a command and what its key is for → how often in one sign-in. */
export type Counts = ReadonlyMap<string, number>;

export interface StoreWork {
  readonly statements: Counts;
  /** Commands that the service sends; a script counts as one. */
  readonly commands: Counts;
  /** Commands that Redis runs inside scripts. */
  readonly insideScripts: Counts;
}

export interface Stores {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Counts what `work`, which does `repeats` sign-ins, asks of the stores. */
  count(repeats: number, work: () => Promise<void>): Promise<StoreWork>;
  stop(): Promise<void>;
}

export async function startStores(): Promise<Stores> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-bench-'));
  // PostgreSQL may run as another user, who passes through here; where it could not, its files would stay elsewhere.
  chmodSync(folder, 0o711);
  const redis = await startRedis();
  const postgres = await startEmbeddedPostgres({
    dataFolder: path.join(folder, 'postgres'),
    password: randomBytes(8).toString('hex'),
    settings: ['shared_preload_libraries=pg_stat_statements'],
  });
  const database = openDatabase(postgres.url, 1, { patient: true });
  await migrate(database);
  await database.raw('create extension pg_stat_statements');
  return {
    databaseUrl: postgres.url,
    redisUrl: redis.url,

    async count(repeats, work) {
      const monitor = await monitorRedis(redis.url);
      await database.raw('select pg_stat_statements_reset()');
      await work();
      const statements = await readStatements(database, repeats);
      const { commands, insideScripts } = await monitor.stop(repeats);
      return { statements, commands, insideScripts };
    },

    async stop() {
      await database.destroy();
      await postgres.stop();
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function readStatements(database: Database, repeats: number): Promise<Counts> {
  const { rows } = (await database.raw(
    // The worker asks for jobs by itself, whether anybody signs in or not.
    `select query, calls::int from pg_stat_statements where query not like '%pg_stat_statements%'
      and query not like '%graphile_worker%' and query not like '%job_workers%' order by calls desc`,
  )) as { rows: { query: string; calls: number }[] };
  return new Map(rows.map(({ query, calls }) => [query, calls / repeats]));
}

async function monitorRedis(url: string) {
  const redis = new Redis(url);
  await redis.ping();
  const monitor = await redis.monitor();
  const sent: string[] = [];
  const inside: string[] = [];
  monitor.on('monitor', (_time: string, [name = '', ...args]: string[], source: string) => {
    // EVALSHA digest, number of keys, key …
    const key = args[/^eval/i.test(name) ? 2 : 0];
    if (source === 'lua') inside.push(name.toLowerCase());
    else sent.push(`${name.toLowerCase()} ${familyOf(key)}`);
  });
  return {
    async stop(repeats: number) {
      // What Redis has run is on its way to the monitor.
      await delay(200);
      monitor.disconnect();
      redis.disconnect();
      return { commands: tally(sent, repeats), insideScripts: tally(inside, repeats) };
    },
  };
}

/** What a key is for, without the id that ends it. */
function familyOf(key = ''): string {
  return key.split(/:(?:\{|[\w-]{43}$)/)[0] ?? '';
}

function tally(names: readonly string[], repeats: number): Counts {
  const counts = Map.groupBy(names, (name) => name);
  return new Map([...counts].map(([name, all]) => [name, all.length / repeats]));
}

export function sum(counts: Counts): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
