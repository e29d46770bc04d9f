/** What the stories are tested on keeps the promises of its ports. */
import { describeAccounts } from '../contracts/accounts.ts';
import { type Backend, movableClock, testVault } from '../contracts/backends.ts';
import { describePasswordChanges, type ReadableAccounts } from '../contracts/password-changes.ts';
import { describeRecoverableAccounts } from '../contracts/recoverable-accounts.ts';
import { createMemoryAccounts } from './support/accounts.ts';
import { createMemoryJobs } from './support/jobs.ts';

const opening = {
  async open(): Promise<Backend<ReadableAccounts>> {
    const [clock, jobs] = [movableClock(), createMemoryJobs()];
    const accounts = createMemoryAccounts({ vault: testVault(), clock, jobs });
    const countWarnings = async () => jobs.added.filter(({ name }) => name === 'tell-password-changed').length;
    return {
      port: { ...accounts, clock, countWarnings },
      pass: async (seconds) => clock.move(seconds),
      atRest: async () => accounts.atRest(),
      close: async () => {},
    };
  },
};

describeAccounts('memory', opening);
describePasswordChanges('memory', opening);
describeRecoverableAccounts('memory', opening);
