/** The real PostgreSQL and the real redis-server that the tests run against: one of each a process, on free ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { type EmbeddedPostgres, findFreePort } from '../../src/embedded/postgres.ts';
import { atEnd } from './at-end.ts';
import { CLUSTER_VARIABLE, clusterToCopy, MIGRATED, removeClusters, startCluster, urlOf } from './clusters.ts';

/** Where a run of several processes says which PostgreSQL they share. Each has a Redis of its own: time passes there. */
const URL_VARIABLE = 'TEST_POSTGRES_URL';

let postgres: Promise<EmbeddedPostgres> | undefined;
let sharedRedis: Promise<RedisServer> | undefined;
let clones = 0;

atEnd(stopServices);

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** SIGSTOP: accepts connections and answers nothing, like a machine that hangs. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** For a run of several processes: starts what they share. @returns what their environment must say. */
export async function startShared(): Promise<Readonly<Record<string, string>>> {
  return { [CLUSTER_VARIABLE]: await clusterToCopy(), [URL_VARIABLE]: await postgresUrl() };
}

/** Starts what is not running yet: a run of unit tests never comes here. */
async function postgresUrl(): Promise<string> {
  const given = process.env[URL_VARIABLE];
  if (given) return given;
  postgres ??= startCluster();
  return (await postgres).url;
}

/** A database of its own, cloned from the migrated one. @returns its address. */
export async function cloneDatabase(): Promise<string> {
  return createDatabase('clone', `template ${MIGRATED}`);
}

/** An empty database, not migrated. */
export async function emptyDatabase(): Promise<string> {
  return createDatabase('empty', '');
}

async function createDatabase(kind: string, template: string): Promise<string> {
  const url = await postgresUrl();
  const name = `${kind}_${process.pid}_${++clones}`;
  const database = openDatabase(url, 1, { patient: true });
  await database.raw(`create database ${name} ${template}`);
  await database.destroy();
  return urlOf(url, name);
}

export interface OwnPostgres extends EmbeddedPostgres {
  restart(): Promise<EmbeddedPostgres>;
  /** SIGSTOP, to every process of the server: it accepts connections and answers nothing. */
  freeze(): void;
  thaw(): void;
}

/** A PostgreSQL cluster of its own, migrated: for tests that stop it. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const cluster = await startCluster();
  const signal = (name: NodeJS.Signals) => {
    for (const pid of [cluster.pid, ...childrenOf(cluster.pid)]) process.kill(pid, name);
  };
  return {
    ...cluster,
    url: urlOf(cluster.url, MIGRATED),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
  };
}

function childrenOf(pid: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.filter((child) => parentOf(child) === pid).map(Number);
}

/** Undefined when it has ended meanwhile. */
function parentOf(pid: string): number | undefined {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

/** The redis-server that most tests share; keys of different services do not meet. */
export async function redisUrl(): Promise<string> {
  sharedRedis ??= startRedis();
  return (await sharedRedis).url;
}

/**
 * A redis-server of its own: for tests that stop it, fill it or have it refuse.
 * @param port to come back at the same address.
 * @param more arguments of redis-server.
 */
export async function startRedis(port?: number, more: readonly string[] = []): Promise<RedisServer> {
  const chosen = port ?? (await findFreePort());
  // Where no file of another server is, which it would load.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-redis-'));
  const args = [
    '--dir',
    folder,
    '--port',
    String(chosen),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    ...more,
  ];
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => {
    server.once('error', () => reject(new Error('redis-server is missing: install the Debian package redis-server')));
  });
  const url = `redis://127.0.0.1:${chosen}`;
  await Promise.race([untilReady(url), failed]);
  return {
    url,
    port: chosen,
    freeze: () => server.kill('SIGSTOP'),
    thaw: () => server.kill('SIGCONT'),
    stop: () => end(server).finally(() => rmSync(folder, { recursive: true, force: true })),
  };
}

/** Ends everything that this process started. */
export async function stopServices(): Promise<void> {
  await (await sharedRedis)?.stop();
  await (await postgres)?.stop();
  removeClusters();
}

async function untilReady(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    redis.on('error', () => {});
    try {
      await redis.connect();
      return;
    } catch {
      await delay(25);
    } finally {
      redis.disconnect();
    }
  }
  throw new Error('redis-server did not start');
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGCONT');
  server.kill('SIGKILL');
  await ended;
}
