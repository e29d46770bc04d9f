/** Waits for what happens elsewhere. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from './service.ts';

/** @returns the first value that is there. @throws Error after the time, naming what did not come. */
export async function eventually<Value>(
  what: string,
  find: () => Value | undefined | false | Promise<Value | undefined | false>,
  seconds = 10,
): Promise<Value> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const value = await find();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await delay(25);
  }
}

/** A door that what waits at it passes once it is open. */
export function createGate(): { readonly passed: Promise<void>; open(): void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

/** Waits until the service has found its stores again; a test that moved the time has left that of PostgreSQL behind. */
export async function untilReady(service: Service): Promise<void> {
  await eventually('the service', async () => {
    const answer = await fetch(`${service.url}/health/ready`);
    const { status, failing = [] } = (await answer.json()) as { status: string; failing?: string[] };
    return status !== 'draining' && failing.every((part) => part === 'clock');
  });
}
