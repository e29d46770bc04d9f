/**
 * Migrations: their recorded names carry no extension, so that the sources and the build are the same to knex. The
 * library of jobs has a schema and migrations of its own, which follow ours.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runMigrations } from 'graphile-worker';
import type { Knex } from 'knex';
import pg from 'pg';
import { isBuild, projectRoot } from '../../project-root.ts';
import type { Database } from './database.ts';

const folder = path.join(projectRoot, isBuild ? 'dist/migrations' : 'migrations');

const source: Knex.MigrationSource<string> = {
  getMigrations: async () =>
    readdirSync(folder)
      .filter((file) => /^\d{4}-[\w-]+\.[jt]s$/.test(file))
      .map((file) => file.replace(/\.[jt]s$/, ''))
      .sort(),
  getMigrationName: (name) => name,
  getMigration: (name) => import(pathToFileURL(path.join(folder, `${name}.${isBuild ? 'js' : 'ts'}`)).href),
};

/**
 * Brings the schema up to date, that of the jobs included; whoever comes meanwhile waits, and finds nothing to do.
 * @returns the names of the migrations that ran.
 */
export async function migrate(database: Database): Promise<readonly string[]> {
  return alone(database, async () => {
    const jobs = await pendingJobMigrations(database);
    const [, names] = (await database.migrate.latest({ migrationSource: source })) as [number, string[]];
    if (jobs.length > 0) await migrateJobs(database);
    return [...names, ...jobs];
  });
}

/** Any number that no other program locks in this database. */
const LOCK = 5_730_914;
const ASK_AGAIN_MS = 100;

/**
 * The lock of knex does not hold on an empty database: two processes that create its table at once leave two locks there,
 * of which none can be taken any more. That of PostgreSQL ends with its connection.
 */
async function alone<Value>(database: Database, work: () => Promise<Value>): Promise<Value> {
  const client = new pg.Client({ connectionString: addressOf(database) });
  // A lost connection fails the query that used it.
  client.on('error', () => {});
  await client.connect();
  try {
    // Asked again and again: an index that is built beside the writes waits for every statement that is older, and one
    // that waited for the lock would never end.
    while (!(await isLockOurs(client))) await delay(ASK_AGAIN_MS);
    return await work();
  } finally {
    await client.end();
  }
}

async function isLockOurs(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ ours: boolean }>('select pg_try_advisory_lock($1) as ours', [LOCK]);
  return rows[0]?.ours === true;
}

/** The migrations that have not run yet; the service refuses to start while there are any. */
export async function pendingMigrations(database: Database): Promise<readonly string[]> {
  const [, pending] = (await database.migrate.list({ migrationSource: source })) as [
    unknown[],
    (string | { name: string })[],
  ];
  const names = pending.map((migration) => (typeof migration === 'string' ? migration : migration.name));
  return [...names, ...(await pendingJobMigrations(database))];
}

async function migrateJobs(database: Database): Promise<void> {
  const pool = new pg.Pool({ connectionString: addressOf(database), max: 1 });
  // The library asks for both; a lost connection fails the query that used it, which is thrown below.
  pool.on('error', () => {}).on('connect', (client) => client.on('error', () => {}));
  try {
    await runMigrations({ pgPool: pool });
  } finally {
    await pool.end();
  }
}

function addressOf(database: Database): string {
  return (database.client.config.connection as { connectionString: string }).connectionString;
}

/** The library's migrations are files of its package, numbered; it records the numbers. */
async function pendingJobMigrations(database: Database): Promise<readonly string[]> {
  const shipped = readdirSync(fileURLToPath(new URL('../sql', import.meta.resolve('graphile-worker'))))
    .filter((file) => /^\d{6}\.sql$/.test(file))
    .sort();
  const { rows } = (await database.raw("select to_regclass('graphile_worker.migrations') is not null as present")) as {
    rows: { present: boolean }[];
  };
  const ran = new Set(rows[0]?.present ? await database('graphile_worker.migrations').pluck<number[]>('id') : []);
  return shipped.filter((file) => !ran.has(Number(file.slice(0, 6)))).map((file) => `jobs-${file.slice(0, 6)}`);
}
