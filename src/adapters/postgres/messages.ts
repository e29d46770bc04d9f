/**
 * What is kept of messages, on PostgreSQL. The row of a message is its lock: whoever sends holds it, and a process that
 * dies lets go of it with its connection, so that a message is neither sent twice nor forgotten.
 */
import { ServiceError } from '../../errors.ts';
import type { MessageRecord, MessageState, MessageStatus, Messages } from '../../ports/messages.ts';
import { type Database, orUnavailable } from './database.ts';

interface MessageRow {
  status: MessageStatus;
  reason: string | null;
}

/**
 * @param database each delivery under way holds a connection: a pool of the worker's own keeps them from starving the
 * requests.
 */
export function createMessages(database: Database): Messages {
  async function note({ messageId, accountId, kind, template }: MessageRecord) {
    await orUnavailable(
      database('messages')
        .insert({ message_id: messageId, account_id: accountId ?? null, kind, template })
        .onConflict('message_id')
        .ignore(),
    );
  }

  return {
    async deliver(record, send) {
      await note(record);
      return orUnavailable(
        database.transaction(async (transaction): Promise<MessageState> => {
          const row = await transaction('messages')
            .where({ message_id: record.messageId })
            .forUpdate()
            .skipLocked()
            .first<MessageRow | undefined>('status', 'reason');
          if (!row) throw new ServiceError('busy', { details: { messageId: record.messageId } });
          if (row.status !== 'queued') return toState(row);
          const result = await send();
          const now = transaction.raw('clock_timestamp()');
          await transaction('messages')
            .where({ message_id: record.messageId })
            .update(
              result.sent
                ? { status: 'sent', sent_at: now }
                : { status: 'failed', reason: result.reason, ended_at: now },
            );
          return result.sent ? { status: 'sent' } : { status: 'failed', reason: result.reason };
        }),
      );
    },

    async report(messageId, status) {
      const changed = await orUnavailable(
        database('messages')
          .where({ message_id: messageId })
          .whereIn('status', ['queued', 'sent'])
          .update({ status, reason: status === 'failed' ? 'not_delivered' : null, ended_at: database.fn.now() }),
      );
      return changed === 1;
    },

    async find(messageId) {
      const row = await orUnavailable(
        database('messages').where({ message_id: messageId }).first<MessageRow | undefined>('status', 'reason'),
      );
      return row && toState(row);
    },
  };
}

function toState({ status, reason }: MessageRow): MessageState {
  return reason === null ? { status } : { status, reason };
}
