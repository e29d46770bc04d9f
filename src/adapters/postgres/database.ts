/** The PostgreSQL pool, and what its failures mean. */
import knex, { type Knex } from 'knex';
import { ServiceError, storeUnavailable } from '../../errors.ts';

export type Database = Knex;

const ACQUIRE_TIMEOUT_MS = 800;
const STATEMENT_TIMEOUT_MS = 3000;

/** Opens a pool; connections are made when they are first needed. */
export function openDatabase(url: string, poolSize: number): Database {
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      connectionTimeoutMillis: ACQUIRE_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: STATEMENT_TIMEOUT_MS,
      application_name: 'mon-compte-identity',
    },
    pool: { min: 0, max: poolSize, propagateCreateError: true },
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
    throw storeUnavailable({ cause, details: { store: 'postgres' } });
  }
}

/** Whether this unique constraint refused a row. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  const refused = error as { code?: unknown; constraint?: unknown } | null;
  return refused?.code === UNIQUE_VIOLATION && refused.constraint === constraint;
}

/** SQLSTATE classes 22 (data), 23 (constraint) and 42 (syntax) blame the query; the rest, and no SQLSTATE, do not. */
function isFaultOfQuery(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return error instanceof ServiceError || (typeof code === 'string' && /^(22|23|42)[0-9A-Z]{3}$/.test(code));
}
