/** An answer without a body says nothing of its type (RFC 9110 §8.3): client libraries read what it announces. */
import type { Middleware } from '../request-state.ts';

export const emptyAnswers: Middleware = async (ctx, next) => {
  await next();
  if (ctx.body === '') ctx.remove('Content-Type');
};
