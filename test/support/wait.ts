/** Waits for what happens elsewhere. */
import { setTimeout as delay } from 'node:timers/promises';

/** @returns the first value that is there. @throws Error after the time, naming what did not come. */
export async function eventually<Value>(
  what: string,
  find: () => Value | undefined | false | Promise<Value | undefined | false>,
  seconds = 10,
): Promise<Value> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await find();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await delay(25);
  }
}
