/**
 * Runs jobs with graphile-worker. A job is taken by one worker, tried again with growing waits, and taken over from a
 * worker that died. What an error says stays out of the database and of the log: it may quote what a person typed.
 */
import { EventEmitter } from 'node:events';
import { Logger as LibraryLogger, type Runner, run, type Task, type WorkerEvents } from 'graphile-worker';
import pg from 'pg';
import { ServiceError } from '../../errors.ts';
import type { Logger } from '../../ports/monitoring.ts';
import type { Vault } from '../../ports/vault.ts';
import { type Heartbeat, type HeartbeatTimes, startHeartbeat } from './job-heartbeat.ts';
import { openPayload, type QueueHandlers } from './jobs.ts';
import { endWhenSilent, KEEP_ALIVE } from './silence.ts';

export interface WorkerOptions {
  /** Jobs at once. */
  readonly concurrency?: number;
  readonly heartbeat?: HeartbeatTimes;
  /** How long stopping waits for what runs. */
  readonly stopTimeoutMs?: number;
}

export interface JobWorker {
  /** Takes nothing more and waits for what runs. What does not end in time is another worker's, soon. */
  stop(): Promise<void>;
}

const DEFAULTS = { concurrency: 4, heartbeat: { everySeconds: 5, goneAfterSeconds: 20 }, stopTimeoutMs: 8000 };
const RESTART_MS = 2000;
const POLL_MS = 1000;

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
  const pool = openPool(databaseUrl, settings.concurrency + 3, log);
  const taskList = Object.fromEntries(
    Object.entries(handlers).map(([name]) => [name, toTask(name, vault, handlers, log)]),
  );
  let current: { runner: Runner; heartbeat: Heartbeat };
  let stopping = false;
  let restart: NodeJS.Timeout | undefined;
  let starting: Promise<void>;

  async function start() {
    const events: WorkerEvents = new EventEmitter();
    let workerId = '';
    events.once('pool:create', ({ workerPool }) => {
      workerId = workerPool.id;
    });
    // Its promise may never settle when the database is the cause; that it has begun to end is enough to know.
    let ending = false;
    events.once('pool:gracefulShutdown', () => {
      ending = true;
    });
    const runner = await run({
      pgPool: pool,
      taskList,
      parsedCronItems: [],
      concurrency: settings.concurrency,
      pollInterval: POLL_MS,
      noHandleSignals: true,
      events,
      logger: quiet(log),
      // Unbatched, a failure to note that a job is done is a rejection that nobody catches, and ends the process.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    });
    // How it ended was said by its events; a promise that fails unwatched would end the process.
    runner.promise.catch(() => {});
    const heartbeat = await startHeartbeat(pool, workerId, settings.heartbeat, log);
    current = { runner, heartbeat };
    if (ending) comeBack(heartbeat);
    else events.once('pool:gracefulShutdown', () => comeBack(heartbeat));
  }

  /** The library gives up when it cannot note that a job is done (the database was away); we do not. */
  async function comeBack(heartbeat: Heartbeat) {
    if (stopping) return;
    log.warn({ event: 'job_worker_ended' }, 'the worker ended, and starts again');
    await heartbeat.stop();
    const tryAgain = () => {
      if (stopping) return;
      restart = setTimeout(() => {
        starting = start();
        starting.catch(tryAgain);
      }, RESTART_MS);
    };
    tryAgain();
  }

  try {
    starting = start();
    await starting;
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    async stop() {
      stopping = true;
      clearTimeout(restart);
      await starting.catch(() => {});
      const done = current.runner.stop().then(
        () => true,
        () => true,
      );
      const inTime = await Promise.race([done, after(settings.stopTimeoutMs)]);
      if (!inTime) log.warn({ event: 'job_worker_stop' }, 'a job did not end in time: another worker will take it');
      // A connection that is dead would keep both for ever.
      await Promise.race([current.heartbeat.stop().then(() => pool.end()), after(LEAVE_MS)]);
    },
  };
}

function toTask(name: string, vault: Vault, handlers: QueueHandlers, log: Logger): Task {
  return async (payload, { job }) => {
    const startedAt = performance.now();
    const last = job.attempts >= job.max_attempts;
    try {
      await handlers[name]?.(openPayload(vault, name, payload), { last });
    } catch (error) {
      const code = error instanceof ServiceError ? error.code : 'internal_error';
      const durationMs = Math.round(performance.now() - startedAt);
      log[last ? 'error' : 'warn']({ event: 'job_failed', operation: name, code, durationMs, error }, 'a job failed');
      // The library writes the message next to the job: the code alone.
      throw new Error(code);
    }
  };
}

/** The library's own lines quote errors whole; ours have said what matters, by allow-list. */
function quiet(log: Logger): LibraryLogger {
  return new LibraryLogger(() => (level, _message, meta) => {
    if (level === 'error' && meta && !meta.failure)
      log.warn({ event: 'job_library', error: meta.error ?? meta.fatalError }, 'the job library reports an error');
  });
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

const after = (milliseconds: number) =>
  new Promise<false>((resolve) => setTimeout(resolve, milliseconds, false).unref());
