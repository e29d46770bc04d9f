/**
 * The SMS and mails of the embedded demo, which would reach people's telephones: a newcomer reads « theirs » here. No
 * part of a real relying party.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export interface DemoMessage {
  readonly kind: 'sms' | 'mail';
  readonly to: string;
  readonly text: string;
  readonly sentAt: string;
}

/** The newest first. @param folder the spool of the identity service. */
export async function readDemoMessages(folder: string): Promise<readonly DemoMessage[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json'));
  const messages = await Promise.all(
    files.map(async (name) => JSON.parse(await readFile(path.join(folder, name), 'utf8')) as DemoMessage),
  );
  return messages.sort((one, other) => other.sentAt.localeCompare(one.sentAt)).slice(0, 50);
}
