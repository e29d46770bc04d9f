/** Whether PostgreSQL does what a sign-in needs of it, and what time it is there. */
import { type Database, orUnavailable } from './database.ts';

/**
 * Writes an audit event and takes it back: nobody ever sees the row, but its transaction is committed, so that the disk
 * and a replica that the commit waits for are asked too. The numbers of the error are ours, of no class of PostgreSQL.
 */
const WRITE = `do $$ begin
  insert into audit_events (kind, outcome, details) values ('probe', 'none', '{}');
  raise exception 'taken back' using errcode = 'MC001';
exception when sqlstate 'MC001' then null;
end $$`;

const READ = 'select exists (select from identifiers), exists (select from accounts), exists (select from credentials)';

/** @throws what PostgreSQL, or the way to it, answered. */
export async function probePostgres(database: Database): Promise<void> {
  await orUnavailable(database.raw(WRITE));
  await orUnavailable(database.raw(READ));
}

/** How far `now` is from the time of PostgreSQL, in milliseconds, whatever the way there takes. */
export async function distanceFromPostgres(database: Database, now: () => Date): Promise<number> {
  const before = now().getTime();
  const { rows } = await orUnavailable<{ rows: { now: Date }[] }>(database.raw('select clock_timestamp() as now'));
  const after = now().getTime();
  const there = rows[0]?.now.getTime() ?? Number.NaN;
  return Math.max(0, before - there, there - after);
}
