/**
 * One runner of graphile-worker: some jobs at once, of the names that it is given. It comes back by itself when the library
 * gives up, and says that it lives.
 */
import { EventEmitter } from 'node:events';
import { Logger as LibraryLogger, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker';
import type pg from 'pg';
import type { Logger } from '../../ports/monitoring.ts';
import { type Heartbeat, type HeartbeatTimes, startHeartbeat } from './job-heartbeat.ts';

export interface RunnerSettings {
  readonly taskList: TaskList;
  /** Jobs at once. */
  readonly concurrency: number;
  readonly heartbeat: HeartbeatTimes;
  readonly alsoAtBeat: () => Promise<void>;
}

export interface JobRunner {
  /** Takes nothing more. @returns whether all that ran has ended within the time. */
  stop(timeoutMs: number): Promise<boolean>;
}

const RESTART_MS = 2000;
const POLL_MS = 1000;

/** How long a stop waits for the last word to the database. */
const LEAVE_MS = 1000;

/** @throws Error when the database does not answer; once started, it comes back by itself. */
export async function startRunner(pool: pg.Pool, settings: RunnerSettings, log: Logger): Promise<JobRunner> {
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
      taskList: settings.taskList,
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
    const heartbeat = await startHeartbeat(pool, workerId, settings.heartbeat, log, settings.alsoAtBeat);
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

  starting = start();
  await starting;
  return {
    async stop(timeoutMs) {
      stopping = true;
      clearTimeout(restart);
      await starting.catch(() => {});
      const done = current.runner.stop().then(
        () => true,
        () => true,
      );
      const inTime = await Promise.race([done, after(timeoutMs)]);
      // A connection that is dead would keep it for ever.
      await Promise.race([current.heartbeat.stop(), after(LEAVE_MS)]);
      return inTime;
    },
  };
}

/** The library's own lines quote errors whole; ours have said what matters, by allow-list. */
function quiet(log: Logger): LibraryLogger {
  return new LibraryLogger(() => (level, _message, meta) => {
    if (level === 'error' && meta && !meta.failure)
      log.warn({ event: 'job_library', error: meta.error ?? meta.fatalError }, 'the job library reports an error');
  });
}

const after = (milliseconds: number) =>
  new Promise<false>((resolve) => setTimeout(resolve, milliseconds, false).unref());
