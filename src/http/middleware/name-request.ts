/** A request has an id, in its answer and in every line of the log, and wants a page or JSON. */
import { randomUUID } from 'node:crypto';
import type { Middleware } from '../request-state.ts';

export const nameRequest: Middleware = (ctx, next) => {
  ctx.state.requestId = randomUUID();
  ctx.state.wantsHtml = ctx.accepts('json', 'html') === 'html';
  ctx.set('X-Request-Id', ctx.state.requestId);
  return next();
};
