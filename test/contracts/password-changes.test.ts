import { createAccounts } from '../../src/adapters/postgres/accounts.ts';
import { onPostgres } from './backends.ts';
import { describePasswordChanges } from './password-changes.ts';

describePasswordChanges(
  'PostgreSQL',
  onPostgres((database, vault, clock) => ({
    ...createAccounts(database, vault, clock),
    clock,
    async countWarnings() {
      const { rows } = await database.raw(
        "select count(*)::int as count from graphile_worker.jobs where task_identifier = 'tell-password-changed'",
      );
      return rows[0].count;
    },
    countEvents: async () => (await database('audit_events').where({ kind: 'password-recovery' })).length,
  })),
);
