/**
 * A process that is about to stop says so with each answer (RFC 9112 §9.6): whoever sends requests over one connection
 * opens the next one elsewhere, and none is lost with this one.
 */
import type { Middleware } from '../request-state.ts';

/** @param isDraining whether the process is about to stop, when the answer is ready. */
export function sayGoodbye(isDraining: () => boolean): Middleware {
  return async (ctx, next) => {
    await next();
    if (isDraining()) ctx.set('Connection', 'close');
  };
}
