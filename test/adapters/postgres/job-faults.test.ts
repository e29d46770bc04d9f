import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { type Database, openDatabase } from '../../../src/adapters/postgres/database.ts';
import { startWorker, type WorkerOptions } from '../../../src/adapters/postgres/job-worker.ts';
import { insertJob, type QueueHandlers } from '../../../src/adapters/postgres/jobs.ts';
import { ageWorkers } from '../../support/clock.ts';
import { collectLog, testVault } from '../../support/delivery.ts';
import { cloneDatabase, startOwnPostgres } from '../../support/services.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { createGate, eventually } from '../../support/wait.ts';

/** Without a sign for this long, a worker is dead: what the worker itself takes when it is told nothing else. */
const GONE_SECONDS = 20;

describe('jobs, when something fails', () => {
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
  const jobs = () => database('graphile_worker.jobs').select<{ attempts: number; last_error: string | null }[]>('*');
  beforeEach(async () => {
    url = await cloneDatabase();
    database = openDatabase(url, 4);
    log = collectLog();
    stops = [() => database.destroy()];
  });
  afterEach(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  it('of a name that nobody takes raise an alarm, once in a while, with the name and how many', async () => {
    const HOUR_AGO = new Date(Date.now() - 3600 * 1000);
    for (let times = 0; times < 2; times++) await add('of-a-name-before', { secret: 's3cret' }, { runAt: HOUR_AGO });
    await add('of-a-name-to-come', {}, { runAt: new Date(Date.now() + 3600 * 1000) });
    await add('just-now', {});
    // Of a name with slots of its own: it waits for its turn, and is somebody's.
    for (let times = 0; times < 2; times++) await add('beside', {}, { runAt: HOUR_AGO });
    const busy = createGate();
    const handlers = { hello: async () => {}, beside: () => busy.passed };
    await start(handlers, {
      ownSlots: { beside: 1 },
      heartbeat: { everySeconds: 0.05, goneAfterSeconds: GONE_SECONDS },
    });
    await eventually('beats', async () => (await database('job_workers')).length === 2);
    const { rows } = await database.raw('select clock_timestamp() as now');
    await eventually(
      'more beats',
      async () => (await database('job_workers').where('seen_at', '>', rows[0].now)).length === 2,
    );
    busy.open();
    const alarms = log.lines.filter(({ fields }) => fields.event === 'jobs_of_nobody');
    assert.deepEqual(
      alarms.map(({ level, fields }) => [level, fields.details]),
      [['error', { names: { 'of-a-name-before': 2 } }]],
    );
  });

  it('that do not end in time are taken over by another worker', async () => {
    const stuck = createGate();
    let taken = false;
    const hung = await startWorker(
      url,
      testVault,
      {
        hello: () => {
          taken = true;
          return stuck.passed;
        },
      },
      log,
      { stopTimeoutMs: 200 },
    );
    await add('hello', {});
    await eventually('the job', () => taken);
    await hung.stop();
    await ageWorkers(database, GONE_SECONDS);
    let done = false;
    const finish = async () => {
      done = true;
    };
    await start({ hello: finish });
    await eventually('the other worker', () => done, 15);
    stuck.open();
  });

  it('of a worker that lives are not taken over, however long they last', async () => {
    const heartbeat = { everySeconds: 0.05, goneAfterSeconds: GONE_SECONDS };
    const slow = createGate();
    let runs = 0;
    const hello = () => {
      runs++;
      return slow.passed;
    };
    await start({ hello, beside: async () => {} }, { heartbeat });
    await start({ hello, beside: async () => {} }, { heartbeat });
    await add('hello', {});
    await eventually('the job', () => runs > 0);
    await database.raw("update graphile_worker._private_jobs set locked_at = locked_at - interval '1 day'");
    const { rows } = await database.raw('select clock_timestamp() as now');
    const beatsSince = () => database('job_workers').where('seen_at', '>', rows[0].now);
    await eventually('a beat of both', async () => (await beatsSince()).length === 2);
    await add('beside', {});
    await eventually('a look at what waits', async () => (await jobs()).length === 1);
    slow.open();
    await eventually('its end', async () => (await jobs()).length === 0);
    assert.equal(runs, 1);
  });

  it('go on after the database has cut every connection, while a job was under way too', async () => {
    let [begun, done] = [0, 0];
    const gate = createGate();
    await start({
      hello: async () => {
        begun++;
        await gate.passed;
        done++;
      },
    });
    await add('hello', {});
    await eventually('its beginning', () => begun > 0);
    for (let times = 0; times < 3; times++) {
      await database.raw(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'mon-compte-jobs'",
      );
      await delay(100);
    }
    gate.open();
    await eventually('the end of the first', async () => done > 0 && (await jobs()).length === 0, 28);
    const before = done;
    await add('hello', {});
    await eventually('the second', () => done > before, 15);
  });

  it('go on when every connection is swallowed, and nobody closes it', async () => {
    const proxy = await startTcpProxy(url);
    stops.push(() => proxy.stop());
    let done = 0;
    const hello = async () => void done++;
    const worker = await startWorker(proxy.url, testVault, { hello }, log);
    stops.push(() => worker.stop());
    await add('hello', {});
    await eventually('the first', () => done === 1);
    proxy.swallow('open');
    await add('hello', {});
    await eventually('the second', () => done === 2, 20);
  });

  it('go on when the end of one could not be noted: the worker begins again', async () => {
    let [begun, done] = [0, 0];
    const gate = createGate();
    const hello = async () => {
      begun++;
      await gate.passed;
      done++;
    };
    await start({ hello }, { heartbeat: { everySeconds: 0.2, goneAfterSeconds: 1 } });
    await add('hello', {});
    await eventually('its beginning', () => begun > 0);
    await database.raw('alter table graphile_worker._private_jobs rename to elsewhere');
    gate.open();
    await eventually('the end of the worker', () =>
      log.lines.some(({ fields }) => fields.event === 'job_worker_ended'),
    );
    await database.raw('alter table graphile_worker.elsewhere rename to _private_jobs');
    await eventually('the job, again', async () => done === 2 && (await jobs()).length === 0, 20);
  });
});

describe('a worker', () => {
  it('refuses to start without its database', async () => {
    const url = 'postgres://nobody@127.0.0.1:1/none';
    await assert.rejects(startWorker(url, testVault, { hello: async () => {} }, collectLog()), {
      code: 'ECONNREFUSED',
    });
  });

  it('comes back by itself after its database was away', async () => {
    const postgres = await startOwnPostgres();
    let restarted: { stop(): Promise<void> } | undefined;
    const database = openDatabase(postgres.url, 2);
    const seen: unknown[] = [];
    const log = collectLog();
    const worker = await startWorker(postgres.url, testVault, { hello: async (job) => seen.push(job) }, log);
    try {
      await insertJob(database, testVault, 'hello', { n: 1 });
      await eventually('the first', () => seen.length === 1);
      await postgres.stop();
      await eventually('its notice', () => log.lines.some(({ level }) => level === 'warn'));
      restarted = await postgres.restart();
      await eventually('the second', () =>
        insertJob(database, testVault, 'hello', { n: 2 })
          .then(() => true)
          .catch(() => false),
      );
      await eventually('the second', () => seen.length === 2, 25);
    } finally {
      await worker.stop();
      await database.destroy();
      await (restarted ?? postgres).stop();
    }
  }).timeout(60_000);
});
