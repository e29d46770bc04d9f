/** One line a request: what was asked by its name, never by its address, which holds identifiers of interactions. */
import type { Logger } from '../../ports/monitoring.ts';
import type { Context, Middleware } from '../request-state.ts';

/** @param nameOf names a request for no operation of ours: those of the protocol. */
export function logRequest(log: Logger, nameOf: (ctx: Context) => string | undefined = () => undefined): Middleware {
  return async (ctx, next) => {
    const startedAt = performance.now();
    try {
      await next();
    } finally {
      ctx.state.operation ??= nameOf(ctx);
      const durationMs = Math.round(performance.now() - startedAt);
      const { method, status } = ctx;
      const code = isClientGone(ctx) ? 'client_gone' : undefined;
      log.info({ event: 'request', ...logFields(ctx), code, method, status, durationMs }, 'request');
    }
  };
}

/** Whether the connection ended before the answer: in the middle of a body, or while the client waited. */
export function isClientGone({ req }: Context): boolean {
  return req.socket.destroyed;
}

/** What every line about a request says. */
export function logFields({ state }: Context) {
  return { requestId: state.requestId, operation: state.operation, clientId: state.place?.wayBack.clientId };
}
