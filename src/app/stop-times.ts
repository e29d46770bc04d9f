/**
 * How long the parts of a stop may last, one after the other. Their sum, with the drain, is less than the time after
 * which an orchestrator kills: docs/operations.md and docker-compose.yml say 30 seconds, and a test adds up.
 */
export const STOP_MS = {
  /** What was asked for is answered; then connections are closed. */
  requests: 8000,
  /** Jobs under way end; what does not is another worker's, soon. */
  jobs: 8000,
  /** Their worker leaves: it takes its name away, and closes its connections. */
  worker: 2000,
  /** Connections to the stores are closed. */
  stores: 2000,
} as const;

/** The longest stop. */
export function longestStopMs(drainSeconds: number): number {
  return drainSeconds * 1000 + Object.values(STOP_MS).reduce((sum, part) => sum + part, 0);
}

/** Waits for work that may never end, but not longer than this. @returns whether it ended. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  const ended = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([ended, over]);
  } finally {
    clearTimeout(timer);
  }
}
