import assert from 'node:assert/strict';
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts';
import { migrate, pendingMigrations } from '../../src/adapters/postgres/migrations.ts';
import { createApp } from '../../src/app/create-app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { testSecrets } from '../support/service.ts';
import { cloneDatabase, emptyDatabase } from '../support/services.ts';

describe('the migrations', () => {
  async function on<Value>(url: string, work: (database: Database) => Promise<Value>): Promise<Value> {
    const database = openDatabase(url, 2, { patient: true });
    try {
      return await work(database);
    } finally {
      await database.destroy();
    }
  }

  const start = (url: string) =>
    createApp(loadConfig({}, { ...testSecrets, DATABASE_URL: url, LOG_LEVEL: 'silent' })).then((app) => app.stop());

  it('refuse to start the service on an empty database, and say what to do', async () => {
    await assert.rejects(
      start(await emptyDatabase()),
      /schema is behind by \d+ migration\(s\): run mon-compte-identity migrate/,
    );
  });

  it('refuse to start the service on a schema that lacks the last migration', async () => {
    const url = await cloneDatabase();
    await on(url, async (database) => {
      const last = await database('knex_migrations').max('id as id').first();
      await database('knex_migrations').where({ id: last?.id }).delete();
    });
    await assert.rejects(start(url), /schema is behind by 1 migration/);
  });

  it('start the service on a schema that is up to date', async () => {
    await start(await cloneDatabase());
  });

  it('say which store does not answer when there is none', async () => {
    await assert.rejects(start('postgres://127.0.0.1:1/none'), /^StartError: PostgreSQL at 127\.0\.0\.1:1: nobody/);
  });

  it('run once: a second run finds nothing to do and keeps what is there', async () => {
    await on(await emptyDatabase(), async (database) => {
      const pending = await pendingMigrations(database);
      assert.ok(pending.length > 0);
      assert.deepEqual(await migrate(database), pending);
      await database('audit_events').insert({ kind: 'sign-in', outcome: 'authenticated', details: {} });
      assert.deepEqual(await migrate(database), []);
      assert.deepEqual(await pendingMigrations(database), []);
      assert.equal((await database('audit_events').select()).length, 1);
    });
  });

  it('run once also when two processes begin at the same time', async () => {
    const url = await emptyDatabase();
    const runs = await Promise.all([on(url, migrate), on(url, migrate)]);
    assert.deepEqual(runs.map(({ length }) => length > 0).sort(), [false, true], 'one does all, the other nothing');
    await on(url, async (database) => {
      assert.deepEqual(await pendingMigrations(database), []);
      const names = await database('knex_migrations').pluck<string[]>('name');
      assert.equal(new Set(names).size, names.length);
    });
  });

  it('are recorded without an extension, so that the build and the sources are the same', async () => {
    const names = await on(await cloneDatabase(), (database) => database('knex_migrations').pluck<string[]>('name'));
    for (const name of names) assert.match(name, /^\d{4}-[\w-]+$/);
  });
});
