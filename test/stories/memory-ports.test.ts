/** What the stories are tested on keeps the promises of its ports. */
import type { AuditLog } from '../../src/ports/audit-log.ts';
import { describeAccounts } from '../contracts/accounts.ts';
import { type Backend, movableClock, testVault } from '../contracts/backends.ts';
import { describePasswordChanges, type ReadableAccounts } from '../contracts/password-changes.ts';
import { describeRecoverableAccounts } from '../contracts/recoverable-accounts.ts';
import { createMemoryAccounts } from './support/accounts.ts';
import { createMemoryJobs } from './support/jobs.ts';
import { createTestAuditLog } from './support/monitoring.ts';

/** An event that PostgreSQL would not take is not taken here either. */
function refusing(audit: AuditLog): AuditLog {
  return {
    async record(event) {
      if (event.accountId === 'no uuid') throw new Error('invalid input syntax for type uuid');
      await audit.record(event);
    },
  };
}

const opening = {
  async open(): Promise<Backend<ReadableAccounts>> {
    const [clock, audit] = [movableClock(), createTestAuditLog()];
    const jobs = createMemoryJobs(audit);
    const accounts = createMemoryAccounts({ vault: testVault(), clock, jobs, audit: refusing(audit) });
    const countWarnings = async () => jobs.added.filter(({ name }) => name === 'tell-password-changed').length;
    return {
      port: { ...accounts, clock, countWarnings, countEvents: async () => audit.events.length },
      pass: async (seconds) => clock.move(seconds),
      atRest: async () => accounts.atRest(),
      close: async () => {},
    };
  },
};

describeAccounts('memory', opening);
describePasswordChanges('memory', opening);
describeRecoverableAccounts('memory', opening);
