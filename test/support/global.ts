/** Mocha's global fixture: ends the servers that the run started. */
import { closeChromium } from './chromium.ts';
import { stopServices } from './services.ts';

export async function mochaGlobalTeardown(): Promise<void> {
  await closeChromium();
  await stopServices();
}
