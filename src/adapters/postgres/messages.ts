/**
 * What is kept of messages, on PostgreSQL. The row of a message is its lock: whoever sends holds it, and a process that
 * dies lets go of it with its connection, so that a message is neither sent twice nor forgotten. While a message may have
 * to be sent again its row keeps it, sealed and bound to the row.
 */
import type { Knex } from 'knex';
import { ServiceError } from '../../errors.ts';
import type { MessageState, Messages, OutgoingMessage, SendResult } from '../../ports/messages.ts';
import type { Vault } from '../../ports/vault.ts';
import { type Database, orUnavailable } from './database.ts';
import { addJob } from './jobs.ts';
import {
  type MessageRow,
  NOT_KEPT,
  openMessage,
  sealMessage,
  selectMessages,
  toRecord,
  toState,
} from './message-rows.ts';

type StateRow = Pick<MessageRow, 'status' | 'reason'>;

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

  /** What is of no use any more is not kept: a message that has ended, and one whose gateway reports nothing. */
  function kept(transaction: Knex.Transaction, message: OutgoingMessage, result: SendResult) {
    const isOfUse = result.sent ? result.awaitsReport === true : result.reason !== 'expired';
    if (!isOfUse) return NOT_KEPT;
    const ends = message.expiresAtMs === undefined ? null : new Date(message.expiresAtMs).toISOString();
    return {
      sealed: sealMessage(vault, message),
      sealed_until: transaction.raw("least(clock_timestamp() + ? * interval '1 second', ?::timestamptz)", [
        keepSeconds,
        ends,
      ]),
    };
  }

  return {
    async deliver(message, send) {
      const { messageId } = message;
      await note(message);
      return orUnavailable(
        database.transaction(async (transaction): Promise<MessageState> => {
          const row = await transaction('messages')
            .where({ message_id: messageId })
            .forUpdate()
            .skipLocked()
            .first<StateRow | undefined>('status', 'reason');
          if (!row) throw new ServiceError('busy', { details: { messageId } });
          if (row.status !== 'queued') return toState(row);
          const result = await send();
          const now = transaction.raw('clock_timestamp()');
          const end = result.sent
            ? { status: 'sent', sent_at: now }
            : { status: 'failed', reason: result.reason, ended_at: now };
          await transaction('messages')
            .where({ message_id: messageId })
            .update({ ...end, ...kept(transaction, message, result) });
          return result.sent ? { status: 'sent' } : { status: 'failed', reason: result.reason };
        }),
      );
    },

    report: (messageId, status) =>
      orUnavailable(
        database.transaction(async (transaction) => {
          const end =
            status === 'delivered' ? { status, reason: null, ...NOT_KEPT } : { status, reason: 'not_delivered' };
          const [row] = await transaction('messages')
            .where({ message_id: messageId })
            .whereIn('status', ['queued', 'sent'])
            .update({ ...end, ended_at: transaction.fn.now() })
            .returning<MessageRow[]>('*');
          if (!row) return undefined;
          if (status === 'failed') await addJob(transaction, vault, 'message-undelivered', toRecord(row));
          return { kind: row.kind, purpose: row.purpose ?? 'unknown' };
        }),
      ),

    async find(messageId) {
      const row = await orUnavailable(
        database('messages').where({ message_id: messageId }).first<StateRow | undefined>('status', 'reason'),
      );
      return row && toState(row);
    },

    async findKept(messageId) {
      const [row] = await orUnavailable(selectMessages(database).where({ message_id: messageId }));
      return openMessage(vault, row);
    },
  };
}
