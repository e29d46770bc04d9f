/** The real PostgreSQL and the real redis-server that the tests run against: one of each a run, on free ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { migrate } from '../../src/adapters/postgres/migrations.ts';
import { type EmbeddedPostgres, findFreePort, startEmbeddedPostgres } from '../../src/embedded/postgres.ts';

const TEMPLATE = 'template_migrated';

let postgres: EmbeddedPostgres | undefined;
let sharedRedis: RedisServer | undefined;
const folders: string[] = [];
let clones = 0;

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** SIGSTOP: accepts connections and answers nothing, like a machine that hangs. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** Starts what is not running yet: a run of unit tests never comes here. */
async function startPostgres(): Promise<EmbeddedPostgres> {
  if (postgres) return postgres;
  const folder = temporaryFolder();
  const started = await startEmbeddedPostgres({
    dataFolder: path.join(folder, 'postgres'),
    password: randomBytes(8).toString('hex'),
    settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'],
  });
  postgres = started;
  await query(started.url, `create database ${TEMPLATE}`);
  const database = openDatabase(urlOf(started.url, TEMPLATE), 1);
  await migrate(database);
  await database.destroy();
  return started;
}

/** A database of its own, cloned from the migrated template. @returns its address. */
export async function cloneDatabase(): Promise<string> {
  const { url } = await startPostgres();
  const name = `clone_${process.pid}_${++clones}`;
  await query(url, `create database ${name} template ${TEMPLATE}`);
  return urlOf(url, name);
}

/** An empty database, not migrated. */
export async function emptyDatabase(): Promise<string> {
  const { url } = await startPostgres();
  const name = `empty_${process.pid}_${++clones}`;
  await query(url, `create database ${name}`);
  return urlOf(url, name);
}

/** A PostgreSQL cluster of its own, migrated: for tests that stop it. */
export async function startOwnPostgres(): Promise<EmbeddedPostgres & { restart(): Promise<EmbeddedPostgres> }> {
  const dataFolder = path.join(temporaryFolder(), 'postgres');
  const port = await findFreePort();
  const options = { dataFolder, password: 'test', port, settings: ['fsync=off'] };
  const cluster = await startEmbeddedPostgres(options);
  const database = openDatabase(cluster.url, 1);
  await migrate(database);
  await database.destroy();
  return { ...cluster, restart: () => startEmbeddedPostgres(options) };
}

/** The redis-server that most tests share; keys of different services do not meet. */
export async function redisUrl(): Promise<string> {
  sharedRedis ??= await startRedis();
  return sharedRedis.url;
}

/** A redis-server of its own: for tests that stop it. @param port to come back at the same address. */
export async function startRedis(port?: number): Promise<RedisServer> {
  const chosen = port ?? (await findFreePort());
  const args = ['--port', String(chosen), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
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
    stop: () => end(server),
  };
}

/** Ends everything that this module started. */
export async function stopServices(): Promise<void> {
  await sharedRedis?.stop();
  await postgres?.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** Another user must be able to pass through: PostgreSQL does not run as root. */
function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-test-'));
  chmodSync(folder, 0o711);
  folders.push(folder);
  return folder;
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

async function query(url: string, sql: string): Promise<void> {
  const database = openDatabase(url, 1);
  await database.raw(sql);
  await database.destroy();
}

function urlOf(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}
