/** `mon-compte-identity messages list`: what became of messages; neither their words nor where they went. */
import { type Command, Option } from 'commander';
import { listMessages, MAXIMUM_LISTED } from '../adapters/postgres/listed-messages.ts';
import { readEnvironment } from '../config/environment.ts';
import type { ListedMessage, MessageStatus } from '../ports/messages.ts';
import { type DotenvOption, dotenvOption } from './dotenv.ts';
import { kindOption, type MessageOptions, sinceOption } from './message-options.ts';
import { withDatabase } from './opened-database.ts';

const HELP = `
One line a message, the newest first, ${MAXIMUM_LISTED} at most. Names, numbers, addresses and words are in none. "kept" says whether a message
that failed can be sent again. Of the configuration it reads DATABASE_URL alone (or the file that DATABASE_URL_FILE names).

Examples:
  $ mon-compte-identity messages list --status failed --since 2h
  $ mon-compte-identity messages list --kind sms --since 2026-03-01T08:00Z --dotenv .env

Exit codes: 0 listed; 1 the database does not answer, or an option cannot be read; 78 DATABASE_URL is missing.
`;

const COLUMNS = ['id', 'kind', 'template', 'status', 'reason', 'created', 'sent', 'ended', 'kept'];

interface ListOptions extends MessageOptions, DotenvOption {
  readonly status?: MessageStatus;
}

export function addMessagesList(messages: Command): void {
  messages
    .command('list')
    .description('Tell what became of messages')
    .addOption(new Option('--status <status>', 'that are').choices(['queued', 'sent', 'delivered', 'failed']))
    .addOption(sinceOption())
    .addOption(kindOption())
    .addOption(dotenvOption())
    .addHelpText('after', HELP)
    .action(async ({ dotenv, ...filter }: ListOptions) => {
      process.exitCode = await withDatabase(readEnvironment(dotenv), 'Nothing is listed', async (database) => {
        const found = await listMessages(database, filter);
        console.log(found.length === 0 ? 'No message.' : table([COLUMNS, ...found.map(cells)]));
        if (found.length === MAXIMUM_LISTED) console.error(`The newest ${MAXIMUM_LISTED}: choose fewer by --since.`);
        return 0;
      });
    });
}

function cells(message: ListedMessage): readonly string[] {
  const { messageId, kind, template, status, reason, createdAt, sentAt, endedAt, isKept } = message;
  const times = [createdAt, sentAt, endedAt].map((time) => time?.toISOString() ?? '-');
  return [messageId, kind, template, status, reason ?? '-', ...times, isKept ? 'yes' : 'no'];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = COLUMNS.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
