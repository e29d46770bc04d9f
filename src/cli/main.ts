/** The package's `bin`, mon-compte-identity. One file a command: each adds itself to the program. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { projectRoot } from '../project-root.ts';
import { addConfigCheck } from './config-check.ts';
import { addKeysForget } from './keys-forget.ts';
import { addMessagesList } from './messages-list.ts';
import { addMessagesResend } from './messages-resend.ts';
import { addMigrate } from './migrate.ts';
import { addSecrets } from './secrets.ts';

const HELP = `
A first production, in order:
  $ mon-compte-identity secrets > .env                   once, to a file that only you can read (umask 077)
  $ mon-compte-identity config check --dotenv .env     until it finds no fault
  $ mon-compte-identity migrate --dotenv .env          before each new version starts

Exit codes:
  0   done
  1   a failure: a store that does not answer, a command or an option that does not exist
  78  a fault of configuration, named on the way

From a clone of the sources, write \`npx mon-compte-identity\`. docs/operations.md tells the rest.
`;

export function createProgram(): Command {
  const { version } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string };
  const program = new Command('mon-compte-identity')
    .description('What is done around the identity service of Mon Compte: its schema, configuration and secrets.')
    .version(version)
    .addHelpText('after', HELP)
    .showHelpAfterError('(--help tells what there is)');
  addMigrate(program);
  addConfigCheck(program.command('config').description('The configuration'));
  addSecrets(program);
  addKeysForget(program.command('keys').description('The keys that the database was filled with'));
  const messages = program.command('messages').description('What became of messages');
  addMessagesList(messages);
  addMessagesResend(messages);
  return program;
}

/** @param argv as Node gives it. */
export async function run(argv: readonly string[]): Promise<void> {
  await createProgram().parseAsync([...argv]);
}
