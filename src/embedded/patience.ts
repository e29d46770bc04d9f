/** A machine may be ten times slower than ours: what takes long is waited for, and said to be waited for. */
import { setTimeout as delay } from 'node:timers/promises';

/** Past it something else is wrong. */
export const PATIENCE_MS = 10 * 60_000;
const SAY_EVERY_MS = 5000;
const AGAIN_AFTER_MS = 500;

/** Says every few seconds that work is under way. @param say where it is told. */
export async function withProgress<Value>(
  what: string,
  work: () => Promise<Value>,
  say: (line: string) => void = console.log,
): Promise<Value> {
  const startedAt = performance.now();
  const timer = setInterval(
    () => say(`${what}… ${Math.round((performance.now() - startedAt) / 1000)} s`),
    SAY_EVERY_MS,
  );
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Does it again while it fails for want of time. @throws what it failed by at last, or of anything else. */
export async function untilInTime<Value>(work: () => Promise<Value>): Promise<Value> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isOfTime(error) || performance.now() > deadline) throw error;
      await delay(AGAIN_AFTER_MS);
    }
  }
}

/** A connection or a statement that took too long (57014, 57P03), by what the driver, the pool or the server says. */
const OF_TIME = /^(ETIMEDOUT|57014|57P03|store_unavailable|busy)$|timeout|timed? ?out|terminated unexpectedly/i;

/** Whether the failure, or what it was caused by, is one of time. */
export function isOfTime(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return OF_TIME.test(code) || OF_TIME.test(error.message) || isOfTime(error.cause);
}
