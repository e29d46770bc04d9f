/** The process: configuration, start, signals, exit codes. The only file with effects at its top level. */
import { createApp } from './app/create-app.ts';
import { loadConfig } from './config/config.ts';
import { isEmbedded, readEnvironment } from './config/environment.ts';
import { ConfigurationError, EXIT_CONFIGURATION } from './config/fault.ts';

try {
  await run();
} catch (error) {
  // Nothing is up yet, and nobody typed anything: the whole message helps, and quotes no person.
  console.error(error instanceof ConfigurationError ? error.message : error);
  process.exit(error instanceof ConfigurationError ? EXIT_CONFIGURATION : 1);
}

async function run(): Promise<void> {
  const embedded = isEmbedded() ? await (await import('./embedded/embedded.ts')).startEmbedded() : undefined;
  try {
    const config = loadConfig(readEnvironment(), embedded?.environment);
    const app = await createApp(config);
    if (embedded) await (await import('./embedded/demo-accounts.ts')).loadDemoAccounts(app.ports);
    await app.start();
    if (embedded) {
      embedded.startRelyingParty(config.issuer);
      console.log((await import('./embedded/embedded.ts')).welcome(config.issuer));
    }
    stopOnSignals(async () => {
      await app.stop();
      await embedded?.stop();
    });
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) process.exit(1);
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
