/** Migrations: their recorded names carry no extension, so that the sources and the build are the same to knex. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
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

/** Brings the schema up to date. @returns the names of the migrations that ran. */
export async function migrate(database: Database): Promise<readonly string[]> {
  const [, names] = (await database.migrate.latest({ migrationSource: source })) as [number, string[]];
  return names;
}

/** The migrations that have not run yet; the service refuses to start while there are any. */
export async function pendingMigrations(database: Database): Promise<readonly string[]> {
  const [, pending] = (await database.migrate.list({ migrationSource: source })) as [
    unknown[],
    (string | { name: string })[],
  ];
  return pending.map((migration) => (typeof migration === 'string' ? migration : migration.name));
}
