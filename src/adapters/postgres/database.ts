/** The PostgreSQL pool, and what its failures mean. */
import knex, { type Knex } from 'knex';
import type pg from 'pg';
import { ServiceError, storeUnavailable } from '../../errors.ts';
import { describePostgresFault } from './faults.ts';
import { endWhenSilent, KEEP_ALIVE } from './silence.ts';

export type Database = Knex;

const ACQUIRE_TIMEOUT_MS = 800;

/** How long a statement may take: the server ends it; where the server says nothing, the connection is given up. */
const STATEMENT_TIMEOUT_MS = 1300;
const SILENCE_MS = 1500;

/**
 * Opens a pool; connections are made when they are first needed.
 * @param patient a statement may take as long as it takes: for migrations and commands, which nobody waits for at a screen.
 */
export function openDatabase(url: string, poolSize: number, { patient = false } = {}): Database {
  const connectedAt = new WeakMap<pg.Client, number>();
  let silentAt = -1;
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      connectionTimeoutMillis: ACQUIRE_TIMEOUT_MS,
      application_name: 'mon-compte-identity',
      ...KEEP_ALIVE,
      // The second is for the first query of all, which the pool sends before it hands the connection to us.
      ...(patient ? {} : { statement_timeout: STATEMENT_TIMEOUT_MS, query_timeout: 2 * SILENCE_MS }),
    },
    pool: {
      min: 0,
      max: poolSize,
      propagateCreateError: true,
      afterCreate(client: pg.Client, done: (error: null, client: pg.Client) => void) {
        connectedAt.set(client, performance.now());
        const onSilence = () => {
          silentAt = performance.now();
        };
        if (!patient) endWhenSilent(client, SILENCE_MS, onSilence);
        done(null, client);
      },
      // What cut one connection off has cut its elders too: they are not tried one by one, at so many seconds each.
      validate: (client: pg.Client) => (connectedAt.get(client) ?? 0) > silentAt,
    },
    acquireConnectionTimeout: ACQUIRE_TIMEOUT_MS,
    asyncStackTraces: false,
    // What fails is thrown, and logged by us; knex would write it to the console as well.
    log: { debug() {}, deprecate() {}, error() {}, warn() {} },
  });
}

const UNIQUE_VIOLATION = '23505';

/** Runs a query. @throws ServiceError store_unavailable when the database, and not the query, is at fault. */
export async function orUnavailable<Value>(query: PromiseLike<Value>): Promise<Value> {
  try {
    return await query;
  } catch (cause) {
    if (isFaultOfQuery(cause)) throw cause;
    throw storeUnavailable({ cause, details: { store: 'postgres', ...describePostgresFault(cause) } });
  }
}

/** Whether this unique constraint refused a row. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  const refused = error as { code?: unknown; constraint?: unknown } | null;
  return refused?.code === UNIQUE_VIOLATION && refused.constraint === constraint;
}

/**
 * SQLSTATE classes 22 (data), 23 (constraint) and 42 (syntax) blame the query; the rest, and no SQLSTATE, do not. Nor
 * does 42501: a right that the database took away.
 */
function isFaultOfQuery(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return error instanceof ServiceError || (typeof code === 'string' && /^(22|23|42)(?!501)[0-9A-Z]{3}$/.test(code));
}
