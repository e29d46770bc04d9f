import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts';
import { migrate, pendingMigrations } from '../../src/adapters/postgres/migrations.ts';
import { createApp } from '../../src/app/create-app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { projectRoot } from '../../src/project-root.ts';
import { testSecrets } from '../support/service.ts';
import { cloneDatabase, emptyDatabase } from '../support/services.ts';
import { eventually } from '../support/wait.ts';

const folder = path.join(projectRoot, 'migrations');

/** Each column, index and constraint of ours, in a line. */
async function schemaOf(database: Database): Promise<readonly string[]> {
  const { rows } = await database.raw(`
    select concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) as line
      from information_schema.columns where table_schema = 'public' and table_name not like 'knex%'
    union all select indexdef from pg_indexes where schemaname = 'public' and tablename not like 'knex%'
    union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
      where connamespace = 'public'::regnamespace and conrelid::regclass::text not like 'knex%'`);
  return (rows as { line: string }[]).map(({ line }) => line).sort();
}

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
    const url = await emptyDatabase();
    await assert.rejects(start(url), /schema is behind by \d+ migration\(s\): run mon-compte-identity migrate/);
    await on(url, async (database) => {
      await eventually('the end of its connections', async () => {
        const { rows } = await database.raw(
          'select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        );
        return rows.length === 0;
      });
    });
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

  it('wait for one that runs, by a lock of this database that ends with its connection', async () => {
    const url = await emptyDatabase();
    const runs = new pg.Client({ connectionString: url });
    await runs.connect();
    await runs.query('select pg_advisory_lock(5730914)');
    let done = false;
    const waiting = on(url, migrate).then((names) => {
      done = true;
      return names;
    });
    const askedAt = async (): Promise<number> => {
      const { rows } = await runs.query(
        `select query_start from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
          and query like '%pg_try_advisory_lock%'`,
      );
      return rows[0]?.query_start.getTime() ?? 0;
    };
    const first = await eventually('somebody who asks', async () => (await askedAt()) || undefined);
    await eventually('who asks again', async () => (await askedAt()) > first);
    assert.equal(done, false);
    assert.equal((await runs.query("select to_regclass('accounts') as made")).rows[0].made, null);
    await runs.end();
    assert.ok((await waiting).length > 0);
  });

  it('let go of the lock when one fails, and say what failed', async () => {
    const url = await emptyDatabase();
    await on(url, async (database) => {
      await database.raw('create table audit_events (in_the_way int)');
      await assert.rejects(migrate(database), /audit_events/);
      assert.equal((await database.raw("select to_regclass('accounts') as made")).rows[0].made, null);
      await database.raw('drop table audit_events');
      assert.ok((await migrate(database)).includes('0001-accounts'));
    });
  });

  it('make the schema that is written down, each column, index and constraint of it', async () => {
    const written = readFileSync(path.join(import.meta.dirname, 'schema.txt'), 'utf8')
      .trimEnd()
      .split('\n');
    await on(await emptyDatabase(), async (database) => {
      await migrate(database);
      assert.deepEqual(await schemaOf(database), written);
    });
  });

  it('can be taken back, one after the other, and made again: the schema is then the same', async () => {
    const files = readdirSync(folder).sort();
    await on(await cloneDatabase(), async (database) => {
      const before = await schemaOf(database);
      assert.ok(before.length > 60);
      const steps = await Promise.all(files.map((file) => import(pathToFileURL(path.join(folder, file)).href)));
      for (const { down } of steps.toReversed()) await down(database);
      const left = await database('pg_tables').where({ schemaname: 'public' }).pluck<string[]>('tablename');
      assert.deepEqual(
        left.filter((name) => !name.startsWith('knex_')),
        [],
      );
      for (const { up } of steps) await up(database);
      assert.deepEqual(await schemaOf(database), before);
    });
  });

  it('record the keys of all that is there when they come to be recorded, of each table and of jobs', async () => {
    await on(await cloneDatabase(), async (database) => {
      const keys = await import(pathToFileURL(path.join(folder, '0005-keys.ts')).href);
      await keys.down(database);
      const [account_id, id] = [randomUUID(), randomUUID()];
      await database('accounts').insert({ account_id, state: 'active', identity_verified: true, locale: 'fr' });
      const named = { blind_index: 'x', account_id };
      await database('identifiers').insert({ ...named, identifier_id: id, type: 'nir', sealed: 'k1.x' });
      await database('civil_identities').insert({ account_id, sealed: 'k2.x' });
      await database('contact_points').insert({ ...named, contact_point_id: id, kind: 'email', sealed: 'k3.x' });
      const message = { kind: 'sms', template: 'x' };
      await database('messages').insert({ ...message, message_id: randomUUID(), sealed: 'k4.x' });
      await database('messages').insert({ ...message, message_id: randomUUID() });
      await database.raw(`select graphile_worker.add_job('x', '{"sealed":"k5.x"}')`);
      await database.raw(`select graphile_worker.add_job('y', '{}')`);
      await database('credentials').insert({
        account_id,
        credential_id: id,
        kind: 'password',
        hash: 'x',
        pepper_id: 'p1',
      });
      await keys.up(database);
      const recorded = await database('keys').select('role', 'key_id', 'fingerprint', 'used').orderBy('key_id');
      const row = (role: string, key_id: string) => ({ role, key_id, fingerprint: null, used: true });
      assert.deepEqual(recorded, [
        ...['k1', 'k2', 'k3', 'k4', 'k5'].map((key) => row('sealing', key)),
        row('pepper', 'p1'),
      ]);
    });
  });

  it('build the index of costs anew where one was left half built', async () => {
    await on(await cloneDatabase(), async (database) => {
      const { up, config } = await import(pathToFileURL(path.join(folder, '0006-hash-costs.ts')).href);
      await up(database);
      assert.deepEqual(config, { transaction: false }, 'beside the writes of a service that runs');
    });
  });

  it('are recorded without an extension, so that the build and the sources are the same', async () => {
    const names = await on(await cloneDatabase(), (database) => database('knex_migrations').pluck<string[]>('name'));
    for (const name of names) assert.match(name, /^\d{4}-[\w-]+$/);
  });
});
