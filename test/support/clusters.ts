/** The PostgreSQL clusters of the tests: copies of one that was made and migrated once. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { migrate } from '../../src/adapters/postgres/migrations.ts';
import { type EmbeddedPostgres, findFreePort, startEmbeddedPostgres } from '../../src/embedded/postgres.ts';

/** Where a run of several processes says which cluster they all copy. */
export const CLUSTER_VARIABLE = 'TEST_POSTGRES_CLUSTER';

/** The database of each cluster that has our schema and no row. */
export const MIGRATED = 'migrated';

const PASSWORD = 'test';
const SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];

const folders: string[] = [];
let original: Promise<string> | undefined;

/** The cluster that others are copies of, at rest; made where nobody has yet. @returns its folder. */
export async function clusterToCopy(): Promise<string> {
  const given = process.env[CLUSTER_VARIABLE];
  if (given) return given;
  original ??= createOriginal();
  return original;
}

async function createOriginal(): Promise<string> {
  const dataFolder = path.join(temporaryFolder(), 'postgres');
  const cluster = await startEmbeddedPostgres({ dataFolder, password: PASSWORD, settings: SETTINGS });
  const server = openDatabase(cluster.url, 1, { patient: true });
  await server.raw(`create database ${MIGRATED}`);
  await server.destroy();
  const database = openDatabase(urlOf(cluster.url, MIGRATED), 1, { patient: true });
  await migrate(database);
  await database.destroy();
  await cluster.stop();
  return dataFolder;
}

/** A running copy. */
export async function startCluster(): Promise<EmbeddedPostgres & { restart(): Promise<EmbeddedPostgres> }> {
  const dataFolder = path.join(temporaryFolder(), 'postgres');
  execFileSync('cp', ['-a', await clusterToCopy(), dataFolder]);
  const options = { dataFolder, password: PASSWORD, port: await findFreePort(), settings: SETTINGS };
  return { ...(await startEmbeddedPostgres(options)), restart: () => startEmbeddedPostgres(options) };
}

export function removeClusters(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

export function urlOf(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}

/** Another user must be able to pass through: PostgreSQL does not run as root. */
function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-test-'));
  chmodSync(folder, 0o711);
  folders.push(folder);
  return folder;
}
