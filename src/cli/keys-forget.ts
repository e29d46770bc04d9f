/** `mon-compte-identity keys forget`: takes a retired key out of what the database asks for at each start. */
import { Argument, type Command } from 'commander';
import { openDatabase } from '../adapters/postgres/database.ts';
import { forgetKey } from '../adapters/postgres/key-register.ts';
import { readEnvironment, readSecret } from '../config/environment.ts';
import { EXIT_CONFIGURATION } from '../config/fault.ts';
import { type DotenvOption, dotenvOption } from './dotenv.ts';

const HELP = `
The service refuses to start without a sealing key or a pepper that a row may need. Forget one once it is behind another
on every process, and before it leaves the configuration. Every row is looked at first: while one names the key,
nothing is forgotten. Of the configuration it reads DATABASE_URL alone (or the file that DATABASE_URL_FILE names).

Examples:
  $ mon-compte-identity keys forget pepper p1 --dotenv .env
  $ mon-compte-identity keys forget sealing k1

Exit codes: 0 forgotten; 1 a row needs it, it is not recorded, or the database does not answer; 78 DATABASE_URL is missing.
`;

export function addKeysForget(keys: Command): void {
  keys
    .command('forget')
    .description('Let the service start without a key that no row needs any more')
    .addArgument(new Argument('<role>', 'what the key is for').choices(['sealing', 'pepper']))
    .argument('<id>', 'the id that stands before the colon')
    .addOption(dotenvOption())
    .addHelpText('after', HELP)
    .action(async (role: 'sealing' | 'pepper', id: string, { dotenv }: DotenvOption) => {
      process.exitCode = await forget(role, id, dotenv);
    });
}

async function forget(role: 'sealing' | 'pepper', id: string, dotenv?: string): Promise<number> {
  const faults: string[] = [];
  const url = readSecret('DATABASE_URL', readEnvironment(dotenv), faults);
  if (!url) {
    console.error(faults[0] ?? 'DATABASE_URL: required, and has no default');
    return EXIT_CONFIGURATION;
  }
  const database = openDatabase(url, 1, { patient: true });
  try {
    const result = await forgetKey(database, role, id);
    if (result === 'forgotten') console.log(`The ${role} key ${id} is forgotten: the configuration may drop it.`);
    else if (result === 'used') console.error(`A row needs the ${role} key ${id}: it is not forgotten.`);
    else console.error(`No ${role} key ${id} is recorded.`);
    return result === 'forgotten' ? 0 : 1;
  } catch (error) {
    // The message alone: an error as a whole may hold the address, with its password.
    console.error(`Nothing is forgotten: ${error instanceof Error ? error.message : 'unknown failure'}`);
    return 1;
  } finally {
    await database.destroy();
  }
}
