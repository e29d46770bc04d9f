/** Audit events on PostgreSQL: written once, never changed, purged after their time. */
import type { AuditEvent, AuditLog } from '../../ports/audit-log.ts';
import { type Database, orUnavailable } from './database.ts';

export function createAuditLog(database: Database): AuditLog {
  return { record: (event) => recordEvent(database, event) };
}

/** Records an event, as part of the transaction of what it tells when it is given one. */
export async function recordEvent(connection: Database, event: AuditEvent): Promise<void> {
  await orUnavailable(
    connection('audit_events').insert({
      kind: event.kind,
      outcome: event.outcome,
      account_id: event.accountId ?? null,
      client_id: event.clientId ?? null,
      request_id: event.requestId ?? null,
      client_address_index: event.clientAddressIndex ?? null,
      details: event.details ?? {},
    }),
  );
}
