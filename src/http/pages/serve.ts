/** Serves what is no operation of the contract. */
import type Router from '@koa/router';
import { ServiceError } from '../../errors.ts';
import type { Context, RequestState } from '../request-state.ts';

/**
 * @param operation its name in the log.
 * @param send answers; false says that there is nothing of this name, the last part of the path.
 */
export function serve(
  router: Router<RequestState>,
  path: string | string[],
  operation: string,
  send: (ctx: Context, name: string) => boolean,
): void {
  router.get(path, (ctx) => {
    ctx.state.operation = operation;
    if (!send(ctx, ctx.params.name ?? '')) throw new ServiceError('not_found');
  });
}
