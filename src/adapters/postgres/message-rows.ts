/** Rows of messages, and what is sealed in them. */
import type { Knex } from 'knex';
import type { MessageRecord, MessageState, MessageStatus, OutgoingMessage } from '../../ports/messages.ts';
import type { Vault } from '../../ports/vault.ts';
import type { Database } from './database.ts';

export interface MessageRow {
  readonly message_id: string;
  readonly account_id: string | null;
  readonly kind: MessageRecord['kind'];
  readonly template: string;
  readonly purpose: OutgoingMessage['purpose'] | null;
  readonly status: MessageStatus;
  readonly reason: string | null;
  readonly sealed: string | null;
  readonly created_at: Date;
  readonly sent_at: Date | null;
  readonly ended_at: Date | null;
  /** What is sealed is not to be forgotten yet. */
  readonly is_kept: boolean;
}

export const IS_KEPT = '(sealed is not null and sealed_until > clock_timestamp())';

/** What a row holds when nothing is kept. */
export const NOT_KEPT = { sealed: null, sealed_until: null };

export function selectMessages(connection: Database | Knex.Transaction) {
  return connection('messages').select<MessageRow[]>('*', connection.raw(`${IS_KEPT} as is_kept`));
}

export function sealMessage(vault: Vault, message: OutgoingMessage): string {
  return vault.seal(JSON.stringify(message), bindingOf(message.messageId));
}

/** @returns undefined when it is not kept. @throws Error when it was altered, or belongs to another row. */
export function openMessage(vault: Vault, row: MessageRow | undefined): OutgoingMessage | undefined {
  if (!row?.sealed || !row.is_kept) return undefined;
  // What opens under the name of a row was sealed under it, above.
  return JSON.parse(vault.open(row.sealed, bindingOf(row.message_id))) as OutgoingMessage;
}

export function toState({ status, reason }: Pick<MessageRow, 'status' | 'reason'>): MessageState {
  return reason === null ? { status } : { status, reason };
}

export function toRecord(row: MessageRow): MessageRecord {
  const { message_id: messageId, account_id: accountId, kind, template } = row;
  return { messageId, ...(accountId === null ? {} : { accountId }), kind, template };
}

const bindingOf = (messageId: string) => `messages.sealed:${messageId}`;
