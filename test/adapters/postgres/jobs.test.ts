import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Database, openDatabase } from '../../../src/adapters/postgres/database.ts';
import { startWorker, type WorkerOptions } from '../../../src/adapters/postgres/job-worker.ts';
import { createJobs, insertJob, type QueueHandlers } from '../../../src/adapters/postgres/jobs.ts';
import { migrate, pendingMigrations } from '../../../src/adapters/postgres/migrations.ts';
import { ServiceError } from '../../../src/errors.ts';
import { changedEvent } from '../../support/audit.ts';
import { ageJobs } from '../../support/clock.ts';
import { collectLog, NUMBER, testVault } from '../../support/delivery.ts';
import { cloneDatabase, emptyDatabase } from '../../support/services.ts';
import { createGate, eventually } from '../../support/wait.ts';

/** Longer than the library waits before any of the attempts here. */
const RETRY_SECONDS = 60;
const HOUR_SECONDS = 3600;

describe('jobs', () => {
  let url: string;
  let database: Database;
  let stops: (() => Promise<unknown>)[];
  let log: ReturnType<typeof collectLog>;
  const start = async (handlers: QueueHandlers, options?: WorkerOptions) => {
    const worker = await startWorker(url, testVault, handlers, log, options);
    stops.push(() => worker.stop());
    return worker;
  };
  const add = (name: string, payload: Record<string, unknown>, options = {}) =>
    insertJob(database, testVault, name, payload, options);
  const jobs = () =>
    database('graphile_worker.jobs').select<{ last_error: string | null; locked_at: Date | null }[]>('*');
  beforeEach(async () => {
    url = await cloneDatabase();
    database = openDatabase(url, 4);
    log = collectLog();
    stops = [() => database.destroy()];
  });
  afterEach(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  it('come back to their handler with the payload that was added, and are gone when done', async () => {
    const seen: unknown[] = [];
    await start({ 'tell-password-changed': async (payload, { last }) => seen.push([payload, last]) });
    await createJobs(database, testVault).add('tell-password-changed', { accountId: 'Élodie' });
    await eventually('the job', () => seen.length === 1);
    assert.deepEqual(seen, [[{ accountId: 'Élodie' }, false]]);
    await eventually('its end', async () => (await jobs()).length === 0);
  });

  it('exist with the event that was recorded with them, or neither does', async () => {
    const queue = createJobs(database, testVault);
    const event = { ...changedEvent, outcome: 'code-sent' } as const;
    const add = (accountId?: string) => queue.add('tell-password-changed', { accountId: 'a' }, { ...event, accountId });
    await assert.rejects(add('no uuid'));
    assert.deepEqual([(await jobs()).length, (await database('audit_events')).length], [0, 0]);
    await add();
    assert.deepEqual([(await jobs()).length, (await database('audit_events')).length], [1, 1]);
  });

  it('exist exactly when the transaction that added them is committed', async () => {
    const seen: unknown[] = [];
    await start({ hello: async (payload) => seen.push(payload) });
    await assert.rejects(
      database.transaction(async (transaction) => {
        await insertJob(transaction, testVault, 'hello', { n: 1 });
        throw new Error('rolled back');
      }),
    );
    await database.transaction(async (transaction) => {
      await insertJob(transaction, testVault, 'hello', { n: 2 });
      await add('hello', { n: 3 });
      await eventually('the job beside it', () => seen.length > 0);
      assert.deepEqual(seen, [{ n: 3 }], 'not before the commit');
    });
    await eventually('the job', () => seen.length > 1);
    assert.deepEqual(seen, [{ n: 3 }, { n: 2 }]);
  });

  it('keep their payload sealed at rest, and open it under no other name', async () => {
    await add('hello', { to: NUMBER, code: '482913' });
    const text = JSON.stringify(await database('graphile_worker._private_jobs').select('*'));
    assert.ok(text.includes('sealed') && !text.includes('33612345678') && !text.includes('482913'), text);
    await database.raw("select graphile_worker.add_job('other', payload) from graphile_worker._private_jobs");
    const seen: unknown[] = [];
    await start({ other: async (payload) => seen.push(payload), hello: async () => {} });
    await eventually('the refusal', () => log.lines.some(({ fields }) => fields.operation === 'other'));
    assert.deepEqual(seen, []);
  });

  it('are tried again after a failure, whose words stay out of the database and of the log', async () => {
    let tries = 0;
    const written = (['log', 'info', 'warn', 'error'] as const).map((method) => mock.method(console, method, () => {}));
    stops.push(async () => mock.restoreAll());
    await start({
      hello: async () => {
        tries += 1;
        if (tries === 1) throw new Error(`no such mailbox: ${NUMBER}`);
        if (tries === 2) throw new ServiceError('busy');
      },
    });
    await add('hello', {});
    await eventually('the first failure', async () => (await jobs())[0]?.last_error === 'internal_error');
    await ageJobs(database, RETRY_SECONDS);
    await eventually('the second failure', async () => (await jobs())[0]?.last_error === 'busy');
    await ageJobs(database, RETRY_SECONDS);
    await eventually('the end', async () => (await jobs()).length === 0, 15);
    assert.equal(tries, 3);
    const said = JSON.stringify(log.lines.map(({ fields, message }) => ({ ...fields, error: undefined, message })));
    assert.ok(said.includes('job_failed') && !said.includes('33612345678'), said);
    // What the library would say of it by itself, in words of its own.
    assert.deepEqual(
      written.flatMap(({ mock: { calls } }) => calls.map((call) => call.arguments)),
      [],
    );
  });

  it('know their last attempt', async () => {
    const seen: boolean[] = [];
    await start({
      hello: async (_payload, { last }) => {
        seen.push(last);
        throw new Error('no');
      },
      beside: async () => {},
    });
    await add('hello', {}, { maxAttempts: 2 });
    for (let attempt = 1; attempt <= 2; attempt++) {
      await eventually('the failure', async () => seen.length === attempt && (await jobs())[0]?.locked_at === null);
      await ageJobs(database, RETRY_SECONDS);
    }
    await add('beside', {});
    await eventually('a look at what waits', async () => (await jobs()).length === 1);
    assert.deepEqual(seen, [false, true]);
    const told = log.lines.map(({ level, fields }) => [level, fields.event, fields.operation, fields.code]);
    const failed = ['job_failed', 'hello', 'internal_error'];
    assert.deepEqual(told, [
      ['warn', ...failed],
      ['error', ...failed],
    ]);
  });

  it('are tried eight times where nothing else is said, from now on', async () => {
    await add('hello', {});
    const { rows } = await database.raw(
      "select max_attempts, attempts, run_at <= now() as now, key from graphile_worker.jobs where run_at > now() - interval '1 minute'",
    );
    assert.deepEqual(rows, [{ max_attempts: 8, attempts: 0, now: true, key: null }]);
  });

  it('that are put off go back as they were, cost no attempt, and come again when it is time', async () => {
    const seen: unknown[] = [];
    await start({
      hello: async (payload, { last, putOff }) => {
        seen.push([payload, last]);
        if (seen.length < 4) putOff(HOUR_SECONDS);
      },
    });
    await add('hello', { n: 1 }, { maxAttempts: 2 });
    for (let times = 1; times < 4; times++) {
      await eventually('its turn', async () => seen.length === times && (await jobs())[0]?.locked_at === null);
      assert.equal((await jobs()).length, 1);
      const { rows } = await database.raw(
        'select attempts, max_attempts, extract(epoch from run_at - now())::int as wait from graphile_worker.jobs',
      );
      const [{ attempts, max_attempts, wait }] = rows;
      assert.deepEqual([attempts, max_attempts], [0, 2]);
      assert.ok(wait > HOUR_SECONDS - 10 && wait <= HOUR_SECONDS, `${wait} s`);
      await ageJobs(database, HOUR_SECONDS);
    }
    await eventually('its end', async () => (await jobs()).length === 0);
    assert.deepEqual(seen, Array(4).fill([{ n: 1 }, false]));
    assert.deepEqual(log.lines, []);
  });

  it('of a name that has slots of its own neither hold up others nor wait for them', async () => {
    const gate = createGate();
    const running = { slow: 0, quick: 0, own: 0 };
    const hang = (name: 'slow' | 'own') => async () => {
      running[name]++;
      await gate.passed;
    };
    await start(
      { slow: hang('slow'), own: hang('own'), beside: async () => void running.quick++ },
      { concurrency: 2, ownSlots: { own: 3, beside: 1 } },
    );
    for (let n = 0; n < 5; n++) for (const name of ['slow', 'own']) await add(name, { n });
    await eventually('all slots', () => running.slow === 2 && running.own === 3);
    await add('beside', {});
    await eventually('the one beside them', () => running.quick === 1);
    assert.deepEqual([running.slow, running.own], [2, 3]);
    gate.open();
    await eventually('the others', () => running.slow === 5 && running.own === 5);
  });

  it('with a key replace one another while they wait, and can be put off', async () => {
    const runAt = new Date(Date.now() + HOUR_SECONDS * 1000);
    await add('hello', { n: 1 }, { key: 'k', runAt });
    await add('hello', { n: 2 }, { key: 'k', runAt });
    const seen: unknown[] = [];
    await start({ hello: async (payload) => seen.push(payload), beside: async () => {} });
    await add('beside', {});
    await eventually('a look at what waits', async () => (await jobs()).length === 1);
    assert.deepEqual(seen, [], 'put off');
    await ageJobs(database, HOUR_SECONDS);
    await eventually('the end of the jobs', async () => (await jobs()).length === 0);
    assert.deepEqual(seen, [{ n: 2 }]);
  });

  it('run as many at once as was asked for', async () => {
    let [running, most, done] = [0, 0, 0];
    await start(
      {
        hello: async () => {
          most = Math.max(most, ++running);
          await delay(50);
          running--;
          done++;
        },
      },
      { concurrency: 3 },
    );
    for (let n = 0; n < 12; n++) await add('hello', { n });
    await eventually('all of them', () => done === 12);
    assert.equal(most, 3);
  });

  it('that run when the worker stops come to their end first, and nothing else is begun', async () => {
    const seen: string[] = [];
    const gate = createGate();
    const worker = await start(
      {
        hello: async (payload) => {
          seen.push(`begun ${(payload as { n: number }).n}`);
          await gate.passed;
          seen.push(`done ${(payload as { n: number }).n}`);
        },
      },
      { concurrency: 1 },
    );
    stops.pop();
    await add('hello', { n: 1 });
    await add('hello', { n: 2 });
    await eventually('the first', () => seen.length === 1);
    let stopped = false;
    const stopping = worker.stop().then(() => {
      stopped = true;
    });
    await delay(100);
    assert.equal(stopped, false, 'it waits for what runs');
    gate.open();
    await stopping;
    assert.deepEqual(seen, ['begun 1', 'done 1']);
    assert.equal((await jobs()).length, 1, 'the second waits for another worker');
    assert.equal((await database('job_workers').select('*')).length, 0);
  });
});

describe('the schema of the jobs', () => {
  it('is migrated with ours, counts as behind until then, and is migrated once', async () => {
    const database = openDatabase(await emptyDatabase(), 2, { patient: true });
    try {
      const pending = await pendingMigrations(database);
      assert.ok(pending.includes('0002-messages') && pending.some((name) => name.startsWith('jobs-')), String(pending));
      assert.deepEqual(await migrate(database), pending);
      assert.deepEqual(await pendingMigrations(database), []);
      assert.deepEqual(await migrate(database), []);
      await database('graphile_worker.migrations').where('id', '>', 18).delete();
      assert.deepEqual(await pendingMigrations(database), ['jobs-000019', 'jobs-000020']);
    } finally {
      await database.destroy();
    }
  });
});
