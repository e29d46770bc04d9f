/**
 * What is kept of messages, on PostgreSQL. The row of a message is its lock: whoever sends holds it, and a process that
 * dies lets go of it with its connection. So no two send it at once, nobody sends it after its sending was noted, and none
 * is forgotten. One whose process or connection ends between the yes of the gateway and the commit is sent twice, with the
 * same id. While a message may have to be sent again its row keeps it, sealed and bound to the row.
 */
import { setTimeout as delay } from 'node:timers/promises';
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

/** A gateway may report before its yes is noted here: so often, and so far apart, it is looked whether it is by now. */
const REPORT = { looks: 11, everyMs: 100 };

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

  /** The row as nobody else changes it; undefined when it is unknown. @throws ServiceError busy while it is held. */
  async function lock<Row>(transaction: Knex.Transaction, messageId: string, columns: readonly string[]) {
    const one = transaction('messages').where({ message_id: messageId });
    const row = await one
      .clone()
      .forUpdate()
      .skipLocked()
      .first<Row | undefined>(...columns);
    if (!row && (await one.first('message_id'))) throw new ServiceError('busy', { details: { messageId } });
    return row;
  }

  function noteReport(messageId: string, status: 'delivered' | 'failed') {
    return orUnavailable(
      database.transaction(async (transaction) => {
        const row = await lock<MessageRow>(transaction, messageId, ['*']);
        if (row?.status !== 'sent') return undefined;
        const end =
          status === 'delivered' ? { status, reason: null, ...NOT_KEPT } : { status, reason: 'not_delivered' };
        await transaction('messages')
          .where({ message_id: messageId })
          .update({ ...end, ended_at: transaction.fn.now() });
        if (status === 'failed') await addJob(transaction, vault, 'message-undelivered', toRecord(row));
        return { kind: row.kind, purpose: row.purpose ?? ('unknown' as const) };
      }),
    );
  }

  return {
    note,

    async deliver(message, send) {
      const { messageId } = message;
      await note(message);
      return orUnavailable(
        database.transaction(async (transaction): Promise<MessageState> => {
          const row = await lock<StateRow>(transaction, messageId, ['status', 'reason']);
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

    /** Without a connection while it waits: they are for those that send. */
    async report(messageId, status) {
      for (let look = 1; ; look++) {
        try {
          return await noteReport(messageId, status);
        } catch (error) {
          if (!(error instanceof ServiceError && error.code === 'busy') || look === REPORT.looks) throw error;
          await delay(REPORT.everyMs);
        }
      }
    },

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
