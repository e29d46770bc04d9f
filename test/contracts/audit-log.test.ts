import { createAuditLog } from '../../src/adapters/postgres/audit-log.ts';
import type { Database } from '../../src/adapters/postgres/database.ts';
import type { AuditEvent } from '../../src/ports/audit-log.ts';
import { describeAuditLog, type ReadableAuditLog } from './audit-log.ts';
import { onPostgres } from './backends.ts';

describeAuditLog(
  'PostgreSQL',
  onPostgres((database) => ({ ...createAuditLog(database), events: eventsOf(database) })),
);

const COLUMNS = {
  kind: 'kind',
  outcome: 'outcome',
  accountId: 'account_id',
  clientId: 'client_id',
  requestId: 'request_id',
  clientAddressIndex: 'client_address_index',
  details: 'details',
};

function eventsOf(database: Database): ReadableAuditLog['events'] {
  return async () => {
    const rows = await database('audit_events').select<Record<string, unknown>[]>(COLUMNS).orderBy('event_id');
    return rows.map(
      (row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as AuditEvent,
    );
  };
}
