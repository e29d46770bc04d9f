/**
 * Runs jobs with graphile-worker. A job is taken by one worker, tried again with growing waits, and taken over from a
 * worker that died. What an error says stays out of the database and of the log: it may quote what a person typed.
 */
import type { JobHelpers, Task } from 'graphile-worker';
import pg from 'pg';
import { ServiceError } from '../../errors.ts';
import type { Logger } from '../../ports/monitoring.ts';
import type { Vault } from '../../ports/vault.ts';
import type { HeartbeatTimes } from './job-heartbeat.ts';
import { type JobRunner, startRunner } from './job-runner.ts';
import { openPayload, type QueueHandlers } from './jobs.ts';
import { watchJobsOfNobody } from './jobs-of-nobody.ts';
import { endWhenSilent, KEEP_ALIVE } from './silence.ts';

export interface WorkerOptions {
  /** Jobs at once, of those that have no slots of their own. */
  readonly concurrency?: number;
  /** Jobs at once of these names, whatever else runs or hangs. */
  readonly ownSlots?: Readonly<Record<string, number>>;
  readonly heartbeat?: HeartbeatTimes;
  /** How long stopping waits for what runs. */
  readonly stopTimeoutMs?: number;
}

export interface JobWorker {
  /** Takes nothing more and waits for what runs. What does not end in time is another worker's, soon. */
  stop(): Promise<void>;
}

const DEFAULTS = {
  concurrency: 4,
  ownSlots: {},
  heartbeat: { everySeconds: 5, goneAfterSeconds: 20 },
  stopTimeoutMs: 8000,
};

/** Each runner holds a connection that listens; taking jobs and noting their ends is short, and shared. */
const SHARED_CONNECTIONS = 6;

/** Longer than a statement of the library takes: one that was given up is not known to have been done or not. */
const SILENCE_MS = 3000;

/** How long a stop waits for the connections to be closed. */
const LEAVE_MS = 1000;

/** @throws Error when the database does not answer; once started, the worker comes back by itself. */
export async function startWorker(
  databaseUrl: string,
  vault: Vault,
  handlers: QueueHandlers,
  log: Logger,
  options: WorkerOptions = {},
): Promise<JobWorker> {
  const settings = { ...DEFAULTS, ...options };
  const groups = groupsOf(Object.keys(handlers), settings);
  const pool = openPool(databaseUrl, groups.length + SHARED_CONNECTIONS, log);
  const alsoAtBeat = watchJobsOfNobody(pool, Object.keys(handlers), log);
  const runners: JobRunner[] = [];
  const stopAll = () => Promise.all(runners.map((runner) => runner.stop(settings.stopTimeoutMs)));
  try {
    for (const { names, concurrency } of groups) {
      const taskList = Object.fromEntries(names.map((name) => [name, toTask(name, vault, handlers, log)]));
      runners.push(await startRunner(pool, { taskList, concurrency, heartbeat: settings.heartbeat, alsoAtBeat }, log));
    }
  } catch (error) {
    await stopAll();
    await pool.end();
    throw error;
  }
  return {
    async stop() {
      const inTime = (await stopAll()).every(Boolean);
      if (!inTime) log.warn({ event: 'job_worker_stop' }, 'a job did not end in time: another worker will take it');
      // A connection that is dead would keep it for ever.
      await Promise.race([pool.end(), after(LEAVE_MS)]);
    },
  };
}

/** Names that share slots. */
function groupsOf(names: readonly string[], { concurrency, ownSlots }: Required<WorkerOptions>) {
  const own = names.filter((name) => ownSlots[name] !== undefined);
  const others = names.filter((name) => ownSlots[name] === undefined);
  return [
    ...(others.length > 0 ? [{ names: others, concurrency }] : []),
    ...own.map((name) => ({ names: [name], concurrency: ownSlots[name] ?? concurrency })),
  ];
}

function toTask(name: string, vault: Vault, handlers: QueueHandlers, log: Logger): Task {
  return async (payload, helpers) => {
    const { job } = helpers;
    const startedAt = performance.now();
    const last = job.attempts >= job.max_attempts;
    let againInSeconds: number | undefined;
    const putOff = (seconds: number) => {
      againInSeconds = seconds;
    };
    try {
      await handlers[name]?.(openPayload(vault, name, payload), { last, putOff });
      if (againInSeconds !== undefined) await putBack(helpers, payload, againInSeconds);
    } catch (error) {
      const code = error instanceof ServiceError ? error.code : 'internal_error';
      const durationMs = Math.round(performance.now() - startedAt);
      log[last ? 'error' : 'warn']({ event: 'job_failed', operation: name, code, durationMs, error }, 'a job failed');
      // The library writes the message next to the job: the code alone.
      throw new Error(code);
    }
  };
}

/**
 * A job of its own, as new, before this one is noted as done: a process that dies between the two leaves it twice, which
 * its handler must bear anyway.
 */
async function putBack({ job, query }: JobHelpers, payload: unknown, seconds: number): Promise<void> {
  await query(
    `select graphile_worker.add_job(identifier => $1, payload => $2::json,
      run_at => clock_timestamp() + $3 * interval '1 second', max_attempts => $4)`,
    [job.task_identifier, JSON.stringify(payload), seconds, job.max_attempts],
  );
}

function openPool(connectionString: string, max: number, log: Logger): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: 5000,
    application_name: 'mon-compte-jobs',
    ...KEEP_ALIVE,
  });
  const onError = (error: Error) => log.warn({ event: 'job_connection', error }, 'a connection of the worker was lost');
  return pool.on('error', onError).on('connect', (client) => {
    client.on('error', onError);
    endWhenSilent(client, SILENCE_MS);
  });
}

const after = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
