/** Sends again what has failed, when an operator asks for it. */
import type { Resending } from '../../ports/messages.ts';
import type { Vault } from '../../ports/vault.ts';
import { recordEvent } from './audit-log.ts';
import { type Database, orUnavailable } from './database.ts';
import { addJob } from './jobs.ts';
import { openMessage, selectMessages } from './message-rows.ts';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Queues a message that failed once more, past no limit, with the job that delivers it and an audit event, as one: of any
 * number of callers at once one does.
 * @param queuedAtMs since when it waits: now.
 */
export async function resendMessage(
  database: Database,
  vault: Vault,
  messageId: string,
  queuedAtMs: number,
): Promise<Resending> {
  if (!UUID.test(messageId)) return { resent: false, because: 'unknown' };
  return orUnavailable(
    database.transaction(async (transaction): Promise<Resending> => {
      const [row] = await selectMessages(transaction).where({ message_id: messageId }).forUpdate();
      if (!row) return { resent: false, because: 'unknown' };
      if (row.status !== 'failed') return { resent: false, because: 'not-failed' };
      const kept = openMessage(vault, row);
      if (!kept) return { resent: false, because: 'not-kept' };
      // Neither its count nor the other contact point is touched again: nobody asked.
      const { countedAtMs: _counted, otherwise: _otherwise, ...message } = kept;
      // It is kept until it has left: its delivery notes then whether it is of use still.
      await transaction('messages')
        .where({ message_id: messageId })
        .update({ status: 'queued', reason: null, sent_at: null, ended_at: null });
      await addJob(transaction, vault, `deliver-${message.kind}`, { ...message, queuedAtMs });
      const { accountId, template, kind } = message;
      await recordEvent(transaction, {
        kind: 'message',
        outcome: 'resent',
        accountId,
        details: { messageId, template, kind },
      });
      return { resent: true };
    }),
  );
}
