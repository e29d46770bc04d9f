/**
 * What is kept of messages, on PostgreSQL. The row of a message is its lock: whoever sends holds it, and a process that
 * dies lets go of it with its connection, so that a message is neither sent twice nor forgotten. While a message may have
 * to be sent again its row keeps it, sealed and bound to the row.
 */
import type { Knex } from 'knex';
import { ServiceError } from '../../errors.ts';
import type {
  ListedMessage,
  MessageRecord,
  MessageState,
  MessageStatus,
  Messages,
  OutgoingMessage,
  Resending,
  SendResult,
} from '../../ports/messages.ts';
import type { Vault } from '../../ports/vault.ts';
import { type Database, orUnavailable } from './database.ts';
import { addJob } from './jobs.ts';

interface MessageRow {
  status: MessageStatus;
  reason: string | null;
}

interface ListedRow extends MessageRow {
  message_id: string;
  account_id: string | null;
  kind: MessageRecord['kind'];
  template: string;
  purpose: OutgoingMessage['purpose'] | null;
  sealed: string | null;
  created_at: Date;
  sent_at: Date | null;
  ended_at: Date | null;
  /** What is kept is kept until then. */
  is_kept: boolean;
}

const MAXIMUM_LISTED = 1000;

/**
 * @param database each delivery under way holds a connection: a pool of the worker's own keeps them from starving the
 * requests.
 * @param keepSeconds how long a message that failed, or may yet be reported as not delivered, is kept.
 */
export function createMessages(database: Database, vault: Vault, keepSeconds: number): Messages {
  async function note({ messageId, accountId, kind, template, purpose }: OutgoingMessage) {
    await orUnavailable(
      database('messages')
        .insert({ message_id: messageId, account_id: accountId ?? null, kind, template, purpose })
        .onConflict('message_id')
        .ignore(),
    );
  }

  /** What is of no use any more is not kept: a message that is over, and one whose gateway reports nothing. */
  function kept(transaction: Knex.Transaction, message: OutgoingMessage, result: SendResult) {
    const isKept = result.sent ? result.awaitsReport === true : result.reason !== 'expired';
    if (!isKept) return { sealed: null, sealed_until: null };
    const { expiresAtMs, messageId } = message;
    const ends = expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString();
    return {
      sealed: vault.seal(JSON.stringify(message), bindingOf(messageId)),
      sealed_until: transaction.raw("least(clock_timestamp() + ? * interval '1 second', ?::timestamptz)", [
        keepSeconds,
        ends,
      ]),
    };
  }

  // What the vault opens under the name of a row was sealed under it, above.
  const open = (sealed: string, messageId: string) =>
    JSON.parse(vault.open(sealed, bindingOf(messageId))) as OutgoingMessage;

  const listed = (connection: Database | Knex.Transaction) =>
    connection('messages').select<ListedRow[]>(
      '*',
      database.raw('(sealed is not null and sealed_until > clock_timestamp()) as is_kept'),
    );

  return {
    async deliver(message, send) {
      await note(message);
      return orUnavailable(
        database.transaction(async (transaction): Promise<MessageState> => {
          const row = await transaction('messages')
            .where({ message_id: message.messageId })
            .forUpdate()
            .skipLocked()
            .first<MessageRow | undefined>('status', 'reason');
          if (!row) throw new ServiceError('busy', { details: { messageId: message.messageId } });
          if (row.status !== 'queued') return toState(row);
          const result = await send();
          const now = transaction.raw('clock_timestamp()');
          await transaction('messages')
            .where({ message_id: message.messageId })
            .update({
              ...(result.sent
                ? { status: 'sent', sent_at: now }
                : { status: 'failed', reason: result.reason, ended_at: now }),
              ...kept(transaction, message, result),
            });
          return result.sent ? { status: 'sent' } : { status: 'failed', reason: result.reason };
        }),
      );
    },

    report: (messageId, status) =>
      orUnavailable(
        database.transaction(async (transaction) => {
          const isDelivered = status === 'delivered';
          const [row] = await transaction('messages')
            .where({ message_id: messageId })
            .whereIn('status', ['queued', 'sent'])
            .update({
              status,
              reason: isDelivered ? null : 'not_delivered',
              ended_at: database.fn.now(),
              ...(isDelivered ? { sealed: null, sealed_until: null } : {}),
            })
            .returning<ListedRow[]>('*');
          if (!row) return undefined;
          if (!isDelivered) await addJob(transaction, vault, 'message-undelivered', toRecord(row));
          return { kind: row.kind, purpose: row.purpose ?? 'unknown' };
        }),
      ),

    async find(messageId) {
      const row = await orUnavailable(
        database('messages').where({ message_id: messageId }).first<MessageRow | undefined>('status', 'reason'),
      );
      return row && toState(row);
    },

    async findKept(messageId) {
      const [row] = await orUnavailable(listed(database).where({ message_id: messageId }));
      return row?.sealed && row.is_kept ? open(row.sealed, messageId) : undefined;
    },

    async list({ status, kind, since }) {
      const query = listed(database).orderBy('created_at', 'desc').limit(MAXIMUM_LISTED);
      if (status) query.where({ status });
      if (kind) query.where({ kind });
      if (since) query.where('created_at', '>=', since);
      return (await orUnavailable(query)).map(toListed);
    },

    resend: (messageId, queuedAtMs) =>
      orUnavailable(
        database.transaction(async (transaction): Promise<Resending> => {
          const [row] = await listed(transaction).where({ message_id: messageId }).forUpdate();
          if (!row) return { resent: false, because: 'unknown' };
          if (row.status !== 'failed') return { resent: false, because: 'not-failed' };
          if (!row.sealed || !row.is_kept) return { resent: false, because: 'not-kept' };
          // Neither its count nor the other contact point is touched again: nobody asked.
          const { countedAtMs: _counted, otherwise: _otherwise, ...message } = open(row.sealed, messageId);
          await transaction('messages').where({ message_id: messageId }).update({
            status: 'queued',
            reason: null,
            sent_at: null,
            ended_at: null,
            sealed: null,
            sealed_until: null,
          });
          await addJob(transaction, vault, `deliver-${message.kind}`, { ...message, queuedAtMs });
          return { resent: true, record: toRecord(row) };
        }),
      ),
  };
}

const bindingOf = (messageId: string) => `messages.sealed:${messageId}`;

function toState({ status, reason }: MessageRow): MessageState {
  return reason === null ? { status } : { status, reason };
}

function toRecord(row: ListedRow): MessageRecord {
  const { message_id: messageId, account_id: accountId, kind, template } = row;
  return { messageId, ...(accountId === null ? {} : { accountId }), kind, template };
}

function toListed(row: ListedRow): ListedMessage {
  return {
    ...toRecord(row),
    ...toState(row),
    createdAt: row.created_at,
    ...(row.sent_at && { sentAt: row.sent_at }),
    ...(row.ended_at && { endedAt: row.ended_at }),
    isKept: row.is_kept,
  };
}
