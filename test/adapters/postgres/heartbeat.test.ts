/** One beat of a worker, on rows of the ages that matter: a second before and a second after each of its times. */
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Database, openDatabase } from '../../../src/adapters/postgres/database.ts';
import { startHeartbeat } from '../../../src/adapters/postgres/job-heartbeat.ts';
import { insertJob } from '../../../src/adapters/postgres/jobs.ts';
import { watchJobsOfNobody } from '../../../src/adapters/postgres/jobs-of-nobody.ts';
import { collectLog, testVault } from '../../support/delivery.ts';
import { cloneDatabase } from '../../support/services.ts';
import { eventually } from '../../support/wait.ts';

const TIMES = { everySeconds: 3600, goneAfterSeconds: 20 };
const DAY_SECONDS = 24 * 3600;

describe('a worker that says that it lives', () => {
  let database: Database;
  let pool: pg.Pool;
  let log: ReturnType<typeof collectLog>;
  before(async () => {
    const url = await cloneDatabase();
    database = openDatabase(url, 2);
    pool = new pg.Pool({ connectionString: url, max: 2 });
  });
  after(async () => {
    await pool.end();
    await database.destroy();
  });
  beforeEach(async () => {
    log = collectLog();
    await database('job_workers').delete();
    await database.raw('delete from graphile_worker._private_jobs');
  });

  const beat = (times = TIMES) => startHeartbeat(pool, 'me', times, log, async () => {});
  const beatOnce = async () => (await beat()).stop();
  const seen = (workerId: string, secondsAgo: number) =>
    database('job_workers').insert({
      worker_id: workerId,
      seen_at: database.raw("clock_timestamp() - ? * interval '1 second'", [secondsAgo]),
    });

  /** A job that waits, with what stands in its row. */
  async function job(name: string, sets: string, options: object = {}): Promise<void> {
    await insertJob(database, testVault, name, {}, options);
    await database.raw(
      `update graphile_worker._private_jobs set ${sets} where task_id =
        (select id from graphile_worker._private_tasks where identifier = ?)`,
      [name],
    );
  }
  const ago = (seconds: number) => `clock_timestamp() - ${seconds} * interval '1 second'`;
  const locked = (by: string, seconds: number) => `locked_by = '${by}', locked_at = ${ago(seconds)}`;
  const names = async (where = 'true') =>
    (await database('graphile_worker.jobs')
      .whereRaw(where)
      .orderBy('task_identifier')
      .pluck('task_identifier')) as string[];

  it('stands in the table with the time of now while it runs, and is gone when it stops', async () => {
    await seen('me', 500);
    const heartbeat = await beat();
    const { rows } = await database.raw("select seen_at > now() - interval '10 seconds' as now from job_workers");
    assert.deepEqual(rows, [{ now: true }]);
    await seen('another', 0);
    await heartbeat.stop();
    assert.deepEqual(await database('job_workers').pluck('worker_id'), ['another']);
  });

  it('says so again at each interval', async () => {
    const heartbeat = await beat({ ...TIMES, everySeconds: 0.05 });
    const timeOf = async () => (await database('job_workers').where({ worker_id: 'me' }).first())?.seen_at.getTime();
    const first = await timeOf();
    await eventually('another beat', async () => (await timeOf()) > first);
    await heartbeat.stop();
  });

  it('waits for the seconds of its interval, and no longer', async () => {
    const set = mock.method(globalThis, 'setTimeout');
    try {
      await beatOnce();
      assert.ok(set.mock.calls.some(({ arguments: [, milliseconds] }) => milliseconds === TIMES.everySeconds * 1000));
    } finally {
      set.mock.restore();
    }
  });

  it('frees what is locked by a worker that has not said so for the time, and by one that never did', async () => {
    await seen('gone', 21);
    await seen('alive', 18);
    await job('of-the-gone', locked('gone', 21));
    await job('of-the-alive', locked('alive', 3000));
    await job('of-nobody-known', locked('unknown', 21));
    await job('of-one-that-began-just-now', locked('new', 18));
    await beatOnce();
    assert.deepEqual(await names('locked_at is null'), ['of-nobody-known', 'of-the-gone']);
  });

  it('forgets workers that have been silent for an hour, whatever the time after which they are gone', async () => {
    await seen('silent', 3601);
    await seen('quiet', 3590);
    await beatOnce();
    assert.deepEqual(await database('job_workers').pluck('worker_id'), ['quiet']);
    await seen('silent', 7190);
    await (await beat({ ...TIMES, goneAfterSeconds: 7200 })).stop();
    assert.deepEqual((await database('job_workers').pluck('worker_id')).toSorted(), ['quiet', 'silent']);
  });

  it('deletes jobs that nothing tries again, a day after their last attempt, and no others', async () => {
    const spent = (seconds: number) => `attempts = 8, updated_at = ${ago(seconds)}`;
    await job('spent', spent(DAY_SECONDS + 1));
    await job('spent-today', spent(DAY_SECONDS - 10));
    await job('to-be-tried', `attempts = 7, updated_at = ${ago(DAY_SECONDS + 1)}`);
    await job('at-its-last', `${spent(DAY_SECONDS + 1)}, ${locked('me', 1)}`);
    await beatOnce();
    assert.deepEqual(await names(), ['at-its-last', 'spent-today', 'to-be-tried']);
  });

  it('forgets messages at the end of their time, and not before', async () => {
    const message = (message_id: string, left: string) => ({
      ...{ message_id, kind: 'sms', template: 'x', status: 'failed', sealed: 'k.x' },
      sealed_until: database.raw(`now() + interval '${left}'`),
    });
    const [over, kept] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
    await database('messages').insert([message(over, '-1 second'), message(kept, '1 minute')]);
    await beatOnce();
    const rows = await database('messages').select('message_id', 'sealed', 'sealed_until').orderBy('message_id');
    assert.deepEqual(rows[0], { message_id: over, sealed: null, sealed_until: null });
    assert.equal(rows[1]?.sealed, 'k.x');
  });

  it('looks after what else it was given, at each beat, and survives its failure with a warning', async () => {
    let looks = 0;
    const failing = async () => {
      looks += 1;
      throw new Error('away');
    };
    const heartbeat = await startHeartbeat(pool, 'me', { ...TIMES, everySeconds: 0.05 }, log, failing);
    await eventually('a second look', () => looks > 1);
    await heartbeat.stop();
    assert.ok(log.lines.every(({ level, fields }) => level === 'warn' && fields.event === 'job_heartbeat'));
    assert.ok(log.lines.length > 1);
    const before = looks;
    // Twice the interval.
    await delay(100);
    assert.equal(looks, before, 'nothing after the stop');
    assert.deepEqual(await database('job_workers'), []);
  });

  describe('jobs of nobody', () => {
    const waits = (name: string, seconds: number, more = '') => job(name, `run_at = ${ago(seconds)}${more}`);
    const alarms = () => log.lines.map(({ level, fields }) => [level, fields.event, fields.details]);

    it('are those that have waited for a minute under a name of no handler, unlocked, with attempts left', async () => {
      await waits('unknown', 61);
      await waits('unknown', 61);
      await waits('mine', 600);
      await waits('new', 55);
      await waits('under-way', 600, `, ${locked('another', 1)}`);
      await waits('spent', 600, ', attempts = 8');
      await watchJobsOfNobody(pool, ['mine'], log)();
      assert.deepEqual(alarms(), [['error', 'jobs_of_nobody', { names: { unknown: 2 } }]]);
    });

    it('are told of once in five minutes', async () => {
      await waits('unknown', 600);
      const { now } = performance;
      let passedMs = 0;
      performance.now = () => now.call(performance) + passedMs;
      try {
        const look = watchJobsOfNobody(pool, ['mine'], log);
        for (const [milliseconds, told] of [
          [0, 1],
          [0, 1],
          [299_000, 1],
          [302_000, 2],
        ] as const) {
          passedMs = milliseconds;
          await look();
          assert.equal(log.lines.length, told, `${milliseconds} ms`);
        }
      } finally {
        performance.now = now;
      }
    });

    it('raise no alarm where there are none', async () => {
      await waits('mine', 600);
      await watchJobsOfNobody(pool, ['mine'], log)();
      assert.deepEqual(log.lines, []);
    });
  });
});
