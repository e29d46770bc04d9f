/** Mocha's global fixture: ends the servers that the run started. */
import { endAll } from './at-end.ts';

export async function mochaGlobalTeardown(): Promise<void> {
  await endAll();
}
