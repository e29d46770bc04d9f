/** `mon-compte-identity migrate`: brings the schema of DATABASE_URL up to date. */
import type { Command } from 'commander';
import { openDatabase } from '../adapters/postgres/database.ts';
import { migrate } from '../adapters/postgres/migrations.ts';
import { readEnvironment, readSecret } from '../config/environment.ts';
import { EXIT_CONFIGURATION } from '../config/fault.ts';
import { type DotenvOption, dotenvOption } from './dotenv.ts';

const HELP = `
Run it before a new version starts: the service refuses to start while a migration is missing. A second run finds
nothing to do, and two runs at once do each migration once. Of the configuration it reads DATABASE_URL alone (or the
file that DATABASE_URL_FILE names).

Examples:
  $ DATABASE_URL=postgres://identity@db/identity mon-compte-identity migrate
  $ mon-compte-identity migrate --dotenv .env

Exit codes: 0 up to date; 1 the database does not answer, or a migration failed; 78 DATABASE_URL is missing.
`;

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('Bring the schema of the database up to date')
    .addOption(dotenvOption())
    .addHelpText('after', HELP)
    .action(async ({ dotenv }: DotenvOption) => {
      process.exitCode = await runMigrations(dotenv);
    });
}

async function runMigrations(dotenv?: string): Promise<number> {
  const faults: string[] = [];
  const url = readSecret('DATABASE_URL', readEnvironment(dotenv), faults);
  if (!url) {
    console.error(faults[0] ?? 'DATABASE_URL: required, and has no default');
    return EXIT_CONFIGURATION;
  }
  const database = openDatabase(url, 1, { patient: true });
  try {
    const names = await migrate(database);
    console.log(names.length === 0 ? 'The schema is up to date.' : `Ran ${names.join(', ')}.`);
    return 0;
  } catch (error) {
    console.error(`The migrations did not run: ${describe(error)}`);
    return 1;
  } finally {
    await database.destroy();
  }
}

/** The message alone: an error as a whole may hold the address, with its password. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  const code = 'code' in error ? String(error.code) : error.name;
  return error.message || code;
}
