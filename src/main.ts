/** The process: configuration, start, signals, exit codes. The only file with effects at its top level. */
import { findNodeFault } from './node-version.ts';

const nodeFault = findNodeFault(process.versions.node);
if (nodeFault) {
  console.error(nodeFault);
  process.exit(1);
}

// What follows is read by a Node that can: an older one would fail here, and say why in words of its own.
const { createApp } = await import('./app/create-app.ts');
const { stopOnSignals } = await import('./app/signals.ts');
const { StartError } = await import('./app/start-failures.ts');
const { longestStopMs } = await import('./app/stop-times.ts');
const { loadConfig } = await import('./config/config.ts');
const { isEmbedded, readEnvironment } = await import('./config/environment.ts');
const { ConfigurationError, EXIT_CONFIGURATION } = await import('./config/fault.ts');

// A console that nobody reads any more, or that breaks, is no reason to stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  await run();
} catch (error) {
  // Nothing is up yet, and nobody typed anything: the message helps, and quotes no person. Of a fault that is ours, all does.
  const exitCode = error instanceof ConfigurationError ? EXIT_CONFIGURATION : exitCodeOf(error);
  const isExplained = error instanceof StartError || exitCode !== undefined;
  console.error(isExplained ? (error as Error).message : error);
  process.exit(exitCode ?? 1);
}

/** An error of the embedded default says itself how the process ends: its file is not read where nothing is embedded. */
function exitCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'exitCode' in error ? Number(error.exitCode) : undefined;
}

async function run(): Promise<void> {
  const embedded = isEmbedded() ? await (await import('./embedded/embedded.ts')).startEmbedded() : undefined;
  try {
    const config = loadConfig(readEnvironment(), embedded?.environment);
    const app = embedded ? await embedded.startPatiently(() => createApp(config)) : await createApp(config);
    if (!embedded) await app.start();
    if (embedded) {
      embedded.startRelyingParty(config.issuer);
      console.log((await import('./embedded/embedded.ts')).welcome(config.issuer));
    }
    const stopOnce = stopOnSignals(longestStopMs(config.listen.drainSeconds), async () => {
      await app.stop();
      await embedded?.stop();
    });
    embedded?.whenLeftByNpm(stopOnce);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}
