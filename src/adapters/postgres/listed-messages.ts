/** What became of messages, for operators. */
import type { ListedMessage, MessageFilter } from '../../ports/messages.ts';
import { type Database, orUnavailable } from './database.ts';
import { IS_KEPT, type MessageRow, selectMessages, toRecord, toState } from './message-rows.ts';

export const MAXIMUM_LISTED = 1000;

/** The newest first, at most `MAXIMUM_LISTED`. */
export async function listMessages(
  database: Database,
  { status, kind, since, isKept }: MessageFilter,
): Promise<readonly ListedMessage[]> {
  const query = selectMessages(database).orderBy('created_at', 'desc').limit(MAXIMUM_LISTED);
  if (status) query.where({ status });
  if (kind) query.where({ kind });
  if (since) query.where('created_at', '>=', since);
  if (isKept !== undefined) query.whereRaw(isKept ? IS_KEPT : `not coalesce(${IS_KEPT}, false)`);
  return (await orUnavailable(query)).map(toListed);
}

function toListed(row: MessageRow): ListedMessage {
  return {
    ...toRecord(row),
    ...toState(row),
    createdAt: row.created_at,
    ...(row.sent_at && { sentAt: row.sent_at }),
    ...(row.ended_at && { endedAt: row.ended_at }),
    isKept: row.is_kept,
  };
}
