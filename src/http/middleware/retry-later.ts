/** What the provider answers itself when a store is away says when to try again, too. */
import { STORE_RETRY_SECONDS } from '../../errors.ts';
import type { Middleware } from '../request-state.ts';

export const retryLater: Middleware = async (ctx, next) => {
  await next();
  if (ctx.status === 503 && !ctx.response.get('Retry-After')) ctx.set('Retry-After', String(STORE_RETRY_SECONDS));
};
