/**
 * Jobs: what is done after the answer. They are rows that graphile-worker takes, so that a job exists exactly when the
 * transaction that added it is committed. Payloads are sealed and bound to the job's name: this module alone seals and
 * opens them, so that nobody forgets to.
 */
import type { Knex } from 'knex';
import type { JobAttempt, JobName, JobPayloads, Jobs } from '../../ports/jobs.ts';
import type { Vault } from '../../ports/vault.ts';
import { recordEvent } from './audit-log.ts';
import { type Database, orUnavailable } from './database.ts';

export interface JobOptions {
  /** Not before. */
  readonly runAt?: Date;
  readonly maxAttempts?: number;
  /** While a job with this key waits, adding another replaces it. */
  readonly key?: string;
}

/**
 * Does one job. Written as a method, so that each handler may name the type of its own payload: only what was added
 * under its name comes back to it.
 */
export type JobHandler = { run(payload: unknown, attempt: JobAttempt): Promise<unknown> }['run'];

export type QueueHandlers = Readonly<Record<string, JobHandler>>;

/** Waits between attempts grow by e: 3 s, 7 s, 20 s, 55 s, 2 min, 7 min, 18 min. */
const MAX_ATTEMPTS = 8;

/** Adds a job of ours, as part of the transaction when it is given one. */
export function addJob<Name extends JobName>(
  connection: Database | Knex.Transaction,
  vault: Vault,
  name: Name,
  payload: JobPayloads[Name],
): Promise<void> {
  return insertJob(connection, vault, name, payload);
}

/** What the queue does, for a job of any name. */
export async function insertJob(
  connection: Database | Knex.Transaction,
  vault: Vault,
  name: string,
  payload: object,
  { runAt, maxAttempts = MAX_ATTEMPTS, key }: JobOptions = {},
): Promise<void> {
  const sealed = vault.seal(JSON.stringify(payload), bindingOf(name));
  await orUnavailable(
    connection.raw(
      `select graphile_worker.add_job(identifier => ?, payload => ?::json, run_at => ?::timestamptz,
        max_attempts => ?::int, job_key => ?::text)`,
      [name, JSON.stringify({ sealed }), runAt?.toISOString() ?? null, maxAttempts, key ?? null],
    ),
  );
}

export function createJobs(database: Database, vault: Vault): Jobs {
  return {
    add(name, payload, event) {
      if (!event) return addJob(database, vault, name, payload);
      return orUnavailable(
        database.transaction(async (transaction) => {
          await addJob(transaction, vault, name, payload);
          await recordEvent(transaction, event);
        }),
      );
    },
  };
}

/** @throws Error when the payload was altered, or belongs to another job. */
export function openPayload(vault: Vault, name: string, payload: unknown): unknown {
  const { sealed } = payload as { sealed: string };
  return JSON.parse(vault.open(sealed, bindingOf(name)));
}

const bindingOf = (name: string) => `jobs.payload:${name}`;
