/** How the signals of whoever runs the process end it: in order, in time, and at once for who asks twice. */

interface Ending {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  exit(code: number): unknown;
}

/** A stop that is worth waiting for has ended by itself before. */
const GRACE_MS = 1000;

/**
 * @param longestMs past it the process ends, whatever keeps it; a second signal ends it at once.
 * @param ending the process; a test has its own.
 * @returns what the first signal does.
 */
export function stopOnSignals(longestMs: number, stop: () => Promise<void>, ending: Ending = process): () => unknown {
  let stopping = false;
  const onSignal = () => {
    if (stopping) return ending.exit(1);
    stopping = true;
    setTimeout(() => ending.exit(1), longestMs + GRACE_MS).unref();
    return stop().then(
      () => ending.exit(0),
      (error) => {
        console.error(error);
        ending.exit(1);
      },
    );
  };
  ending.on('SIGTERM', onSignal);
  ending.on('SIGINT', onSignal);
  return () => stopping || onSignal();
}
