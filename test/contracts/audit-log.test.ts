import { createAuditLog } from '../../src/adapters/postgres/audit-log.ts';
import type { Database } from '../../src/adapters/postgres/database.ts';
import type { RecordedEvent } from '../support/audit.ts';
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
    const rows = await database('audit_events').select<RecordedEvent[]>(COLUMNS).orderBy('event_id');
    return JSON.parse(JSON.stringify(rows, (_name, value) => value ?? undefined));
  };
}
