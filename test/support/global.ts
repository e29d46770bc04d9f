/** Mocha's global fixture: ends the servers that the run started. */
import { stopServices } from './services.ts';

export async function mochaGlobalTeardown(): Promise<void> {
  await stopServices();
}
