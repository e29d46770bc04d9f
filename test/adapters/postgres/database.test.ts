import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { type Database, openDatabase, orUnavailable } from '../../../src/adapters/postgres/database.ts';
import { distanceFromPostgres, probePostgres } from '../../../src/adapters/postgres/probe.ts';
import { ServiceError } from '../../../src/errors.ts';
import { cloneDatabase } from '../../support/services.ts';

describe('the pool of PostgreSQL', () => {
  let url: string;
  const opened: Database[] = [];
  const open = (size: number, options?: { patient: boolean }) => {
    const database = openDatabase(url, size, options);
    opened.push(database);
    return database;
  };
  before(async () => {
    url = await cloneDatabase();
  });
  after(() => Promise.all(opened.map((database) => database.destroy())));

  async function shown(database: Database, setting: string): Promise<string> {
    const { rows } = await database.raw(`show ${setting}`);
    return rows[0][setting];
  }

  it('has PostgreSQL end a statement that takes too long, unless it is patient', async () => {
    assert.equal(await shown(open(1), 'statement_timeout'), '1300ms');
    assert.equal(await shown(open(1, { patient: true }), 'statement_timeout'), '0');
  });

  it('gives a query up that PostgreSQL does not end, unless it is patient, and says who asks', async () => {
    const { connection } = open(1).client.config;
    const { connection: patient } = open(1, { patient: true }).client.config;
    const always = { connectionTimeoutMillis: 800, keepAlive: true, keepAliveInitialDelayMillis: 5000 };
    for (const [key, value] of Object.entries({ ...always, query_timeout: 3000 })) assert.equal(connection[key], value);
    for (const [key, value] of Object.entries({ ...always, query_timeout: undefined }))
      assert.equal(patient[key], value, key);
    assert.equal(await shown(open(1), 'application_name'), 'mon-compte-identity');
  });

  it('gives up a connection that is silent for a second and a half when it was asked, unless it is patient', async () => {
    for (const [patient, silenceMs] of [
      [false, 1500],
      [true, 0],
    ] as const) {
      const database = open(1, { patient });
      const connection = await database.client.acquireConnection();
      assert.equal(connection.connection.stream.timeout ?? 0, silenceMs);
      await database.client.releaseConnection(connection);
    }
  });

  it('has as many connections as it was told, and says that it is busy, within a second, for one more', async () => {
    const database = open(2);
    const held: Knex.Transaction[] = [];
    try {
      for (let times = 0; times < 2; times++) held.push(await database.transaction());
      const startedAt = performance.now();
      await assert.rejects(orUnavailable(database.raw('select 1')), (thrown) => {
        assert.ok(thrown instanceof ServiceError);
        assert.deepEqual([thrown.code, thrown.details], ['store_unavailable', { store: 'postgres', reason: 'busy' }]);
        return true;
      });
      const waitedMs = performance.now() - startedAt;
      assert.ok(waitedMs > 500 && waitedMs < 1500, `${waitedMs} ms`);
    } finally {
      for (const transaction of held) await transaction.rollback();
    }
    await orUnavailable(database.raw('select 1'));
  });

  describe('asked whether it does what a sign-in needs', () => {
    let database: Database;
    before(() => {
      database = open(1);
    });

    it('says yes, and keeps nothing of it', async () => {
      await probePostgres(database);
      assert.equal((await database('audit_events')).length, 0);
    });

    for (const table of ['audit_events', 'identifiers', 'accounts', 'credentials'])
      it(`says no without the table ${table}, and yes when it is back`, async () => {
        await database.raw(`alter table ${table} rename to elsewhere`);
        try {
          await assert.rejects(probePostgres(database), { code: '42P01' });
        } finally {
          await database.raw(`alter table elsewhere rename to ${table}`);
        }
        await probePostgres(database);
      });

    it('says no when what it writes is refused, and why', async () => {
      await database.raw(`create function refuse() returns trigger language plpgsql as
        $$ begin raise exception 'full' using errcode = 'disk_full'; end $$`);
      await database.raw('create trigger on_write before insert on audit_events execute function refuse()');
      try {
        await assert.rejects(probePostgres(database), { code: 'store_unavailable', details: FULL });
      } finally {
        await database.raw('drop function refuse cascade');
      }
    });
  });

  describe('tells how far a clock is from its own', () => {
    const distance = (aheadMs: number, tookMs = 0) => {
      let asked = 0;
      // The second look is later by what the way there took.
      const now = () => new Date(Date.now() + aheadMs + (asked++ === 0 ? -tookMs : 0));
      return distanceFromPostgres(open(1), now);
    };

    for (const aheadMs of [60_000, -60_000])
      it(`when it is ${aheadMs} ms ahead`, async () => {
        const far = await distance(aheadMs);
        assert.ok(Math.abs(far - 60_000) < 1000, `${far} ms`);
      });

    it('when it is right: it is not, however long the way there is', async () => {
      assert.ok((await distance(0)) < 50);
      assert.equal(await distance(30_000, 60_000), 0);
    });
  });
});

const FULL = { store: 'postgres', reason: 'full', code: '53100' };
