/**
 * Messages as files in a folder: the default of the demo, whose page shows them, and of tests. A file appears whole or
 * not at all, and a message that is sent twice leaves one.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Message, Notifier } from '../../../ports/messages.ts';
import type { Clock } from '../../../ports/system.ts';
import { away } from '../http.ts';

export interface SpooledMessage extends Message {
  /** ISO 8601. */
  readonly sentAt: string;
}

export function createSpool(folder: string, clock: Clock): Notifier {
  return {
    async send({ messageId, kind, to, subject, text }) {
      if (!/^[\w-]+$/.test(messageId)) throw new Error('not the id of a message');
      const spooled: SpooledMessage = { messageId, kind, to, subject, text, sentAt: clock.now().toISOString() };
      const file = path.join(folder, `${messageId}.json`);
      // A name of its own: two workers may write the same message at once.
      const draft = path.join(folder, `.${randomUUID()}`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(draft, JSON.stringify(spooled, undefined, 2), { mode: 0o600 });
        await rename(draft, file);
      } catch (cause) {
        throw away('spool', { cause });
      }
      return { sent: true };
    },
  };
}

/** The messages of a folder, the newest first; none when nothing was ever sent. */
export async function listSpool(folder: string): Promise<readonly SpooledMessage[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = names.filter((name) => name.endsWith('.json'));
  const messages = await Promise.all(
    files.map(async (name) => JSON.parse(await readFile(path.join(folder, name), 'utf8')) as SpooledMessage),
  );
  return messages.sort((one, other) => other.sentAt.localeCompare(one.sentAt));
}
