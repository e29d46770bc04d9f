/**
 * Jobs that no process takes: of a name that an older or a newer version uses. They would wait for ever without a word, so
 * an alarm names them. Names are ours; payloads are not read.
 */
import type pg from 'pg';
import type { Logger } from '../../ports/monitoring.ts';

/** While versions change, another process takes what this one does not know: that is not nobody. */
const WAITED_SECONDS = 60;
const ALARM_EVERY_MS = 300_000;

const OF_NOBODY = `select task_identifier as name, count(*)::int from graphile_worker.jobs
  where task_identifier <> all($1) and locked_at is null and attempts < max_attempts
    and run_at < now() - $2 * interval '1 second'
  group by 1 order by 1`;

/**
 * @param names all that this process takes.
 * @returns what looks, once in five minutes however often it is called. It throws what the database throws.
 */
export function watchJobsOfNobody(pool: pg.Pool, names: readonly string[], log: Logger): () => Promise<void> {
  let looksAt = 0;
  return async () => {
    if (performance.now() < looksAt) return;
    looksAt = performance.now() + ALARM_EVERY_MS;
    const { rows } = await pool.query<{ name: string; count: number }>(OF_NOBODY, [names, WAITED_SECONDS]);
    if (rows.length === 0) return;
    const details = { names: Object.fromEntries(rows.map(({ name, count }) => [name, count])) };
    log.error({ event: 'jobs_of_nobody', details }, 'jobs wait under names that nobody takes');
  };
}
