/**
 * A worker that is killed leaves its jobs locked, and the library frees them after four hours: a code would come the
 * next morning. So each worker says that it lives, and takes away the locks of those that have not said so for a while.
 */
import type pg from 'pg';
import type { Logger } from '../../ports/monitoring.ts';

export interface HeartbeatTimes {
  readonly everySeconds: number;
  /** Several beats: a worker that one slow query holds up is not taken for dead. */
  readonly goneAfterSeconds: number;
}

export interface Heartbeat {
  stop(): Promise<void>;
}

const BEAT = `insert into job_workers (worker_id, seen_at) values ($1, clock_timestamp())
  on conflict (worker_id) do update set seen_at = excluded.seen_at`;

/** A lock of which nobody that lives is the owner; a worker that has only just begun may not have beaten yet. */
const UNLOCK = `select graphile_worker.force_unlock_workers(array(
    select distinct jobs.locked_by from graphile_worker.jobs
    where jobs.locked_at < now() - $1 * interval '1 second' and not exists (
      select from job_workers
      where worker_id = jobs.locked_by and seen_at > now() - $1 * interval '1 second')))`;

const FORGET_WORKERS = "delete from job_workers where seen_at < now() - greatest($1, 3600) * interval '1 second'";

/** Nothing tries these again: their sealed payloads have no reason to stay. The library spares what is locked. */
const DELETE_SPENT = `select graphile_worker.complete_jobs(array(
    select id from graphile_worker.jobs
    where attempts >= max_attempts and locked_at is null and updated_at < now() - interval '1 day'))`;

/** Messages are kept to be sent again, and no longer. */
const FORGET_MESSAGES = 'update messages set sealed = null, sealed_until = null where sealed_until < now()';

/**
 * Beats at once, then at each interval, until stopped.
 * @param alsoAtBeat what else is looked after.
 */
export async function startHeartbeat(
  pool: pg.Pool,
  workerId: string,
  times: HeartbeatTimes,
  log: Logger,
  alsoAtBeat: () => Promise<void>,
): Promise<Heartbeat> {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let beating: Promise<void> = Promise.resolve();

  async function beat() {
    try {
      await pool.query(BEAT, [workerId]);
      await pool.query(UNLOCK, [times.goneAfterSeconds]);
      await pool.query(FORGET_WORKERS, [times.goneAfterSeconds]);
      await pool.query(DELETE_SPENT);
      await pool.query(FORGET_MESSAGES);
      await alsoAtBeat();
    } catch (error) {
      // The next beat says it; a worker that the database does not hear has no lock worth keeping anyway.
      log.warn({ event: 'job_heartbeat', error }, 'the worker could not say that it lives');
    }
    if (!stopped) timer = setTimeout(run, times.everySeconds * 1000);
  }
  const run = () => {
    beating = beat();
    return beating;
  };
  await run();

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await beating;
      await pool.query('delete from job_workers where worker_id = $1', [workerId]).catch(() => {});
    },
  };
}
