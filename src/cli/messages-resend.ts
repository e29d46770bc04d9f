/** `mon-compte-identity messages resend`: has the service send again what has failed. */
import { type Command, Option } from 'commander';
import type { Database } from '../adapters/postgres/database.ts';
import { listMessages } from '../adapters/postgres/listed-messages.ts';
import { resendMessage } from '../adapters/postgres/resent-messages.ts';
import { systemClock } from '../adapters/system.ts';
import { readEnvironment } from '../config/environment.ts';
import { EXIT_CONFIGURATION } from '../config/fault.ts';
import type { Resending } from '../ports/messages.ts';
import type { Vault } from '../ports/vault.ts';
import { type DotenvOption, dotenvOption } from './dotenv.ts';
import { kindOption, type MessageOptions, sinceOption } from './message-options.ts';
import { readVault, withDatabase } from './opened-database.ts';

const HELP = `
The service that runs sends them, as they were: this command only queues them, past no limit of messages, and leaves an
audit event for each. What is on its way again is not queued twice, whoever else asks for it. A message that failed is
kept for MESSAGES_KEEP_FAILED_SECONDS (a day by default); a code that has ended is not sent again: its person asks for
another. Of the configuration it reads DATABASE_URL, SEALING_KEYS and INDEX_KEY (or the files that …_FILE name).

Examples:
  $ mon-compte-identity messages resend 0198c9a4-7a51-4c5e-9d0e-2f6f1b3c4d5e --dotenv .env
  $ mon-compte-identity messages resend --status failed --since 2h --kind sms

Exit codes: 0 queued; 1 one that was named cannot be sent again, or the database does not answer; 78 a fault of configuration.
`;

const WHY: Readonly<Record<(Resending & { resent: false })['because'], string>> = {
  unknown: 'there is no such message',
  'not-failed': 'it has not failed, or is on its way again',
  'not-kept': 'it is not kept any more: it has ended, or failed too long ago',
};

interface ResendOptions extends MessageOptions, DotenvOption {
  readonly status?: 'failed';
}

export function addMessagesResend(messages: Command): void {
  const command = messages
    .command('resend')
    .description('Send again what has failed')
    .argument('[ids...]', 'messages, by their ids')
    .addOption(new Option('--status <status>', 'all that have failed and are kept; needs --since').choices(['failed']))
    .addOption(sinceOption())
    .addOption(kindOption())
    .addOption(dotenvOption())
    .addHelpText('after', HELP)
    .action(async (ids: readonly string[], { dotenv, status, ...filter }: ResendOptions) => {
      if (ids.length > 0 === (status !== undefined))
        command.error('error: name messages by their ids, or all that failed by --status failed --since <time>');
      if (status && !filter.since) command.error('error: --status failed needs --since <time>');
      const environment = readEnvironment(dotenv);
      const faults: string[] = [];
      const vault = readVault(environment, faults);
      if (!vault) {
        for (const fault of faults) console.error(fault);
        process.exitCode = EXIT_CONFIGURATION;
        return;
      }
      process.exitCode = await withDatabase(environment, 'Not all is queued', (database) =>
        status ? resendAll(database, vault, filter) : resendNamed(database, vault, ids),
      );
    });
}

async function resendNamed(database: Database, vault: Vault, ids: readonly string[]): Promise<number> {
  let refused = 0;
  for (const id of ids) {
    const result = await resendMessage(database, vault, id, now());
    if (result.resent) console.log(`${id}: queued`);
    else console.error(`${id}: ${WHY[result.because]}`);
    if (!result.resent) refused += 1;
  }
  return refused > 0 ? 1 : 0;
}

/** What another call has queued meanwhile is that one's. */
async function resendAll(database: Database, vault: Vault, filter: MessageOptions): Promise<number> {
  let queued = 0;
  for (;;) {
    const found = await listMessages(database, { ...filter, status: 'failed', isKept: true });
    let some = 0;
    for (const { messageId } of found)
      if ((await resendMessage(database, vault, messageId, now())).resent) {
        console.log(`${messageId}: queued`);
        some += 1;
      }
    queued += some;
    if (some === 0) break;
  }
  const left = await listMessages(database, { ...filter, status: 'failed', isKept: false });
  if (left.length > 0)
    console.error(`${left.length} that failed are not kept any more: they have ended, or failed too long ago.`);
  console.log(`${queued} queued.`);
  return 0;
}

const now = () => systemClock.now().getTime();
