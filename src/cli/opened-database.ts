/** The database of a command, from DATABASE_URL alone; what goes wrong with it is said in one line, without its address. */
import { type Database, openDatabase } from '../adapters/postgres/database.ts';
import { createVault } from '../adapters/vault.ts';
import { type Environment, readSecret } from '../config/environment.ts';
import { EXIT_CONFIGURATION } from '../config/fault.ts';
import { settings } from '../config/settings.ts';
import type { Vault } from '../ports/vault.ts';

/**
 * @param failed begins the line of a failure.
 * @returns the exit code: that of `work`, 1 for a failure, 78 without an address.
 */
export async function withDatabase(
  environment: Environment,
  failed: string,
  work: (database: Database) => Promise<number>,
): Promise<number> {
  const faults: string[] = [];
  const url = readSecret('DATABASE_URL', environment, faults);
  if (!url) {
    console.error(faults[0] ?? 'DATABASE_URL: required, and has no default');
    return EXIT_CONFIGURATION;
  }
  const database = openDatabase(url, 1, { patient: true });
  try {
    return await work(database);
  } catch (error) {
    console.error(`${failed}: ${describe(error)}`);
    return 1;
  } finally {
    await database.destroy();
  }
}

/** @param faults grows by what is missing or cannot be read. @returns undefined where there is a fault. */
export function readVault(environment: Environment, faults: string[]): Vault | undefined {
  const read = <Value>({ variable, parse }: { variable: string; parse(text: string): Value }): Value | undefined => {
    const text = readSecret(variable, environment, faults);
    try {
      if (text) return parse(text);
      faults.push(`${variable}: required, and has no default`);
    } catch (error) {
      faults.push(`${variable}: ${describe(error)}`);
    }
    return undefined;
  };
  const sealingKeys = read(settings.secrets.sealingKeys);
  const indexKey = read(settings.secrets.indexKey);
  return sealingKeys && indexKey && faults.length === 0 ? createVault({ sealingKeys, indexKey }) : undefined;
}

/** The deepest message: an error as a whole may hold the address, with its password. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  if (error.cause instanceof Error) return describe(error.cause);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
