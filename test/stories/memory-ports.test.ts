/** What the stories are tested on keeps the promises of its ports. */

import { describeAccounts } from '../contracts/accounts.ts';
import { movableClock, testVault } from '../contracts/backends.ts';
import { createMemoryAccounts } from './support/accounts.ts';
import { createMemoryJobs } from './support/jobs.ts';

describeAccounts('memory', {
  async open() {
    const clock = movableClock();
    const port = createMemoryAccounts({ vault: testVault(), clock, jobs: createMemoryJobs() });
    return {
      port,
      pass: async (seconds) => clock.move(seconds),
      atRest: async () => port.atRest(),
      close: async () => {},
    };
  },
});
