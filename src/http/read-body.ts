/** The bodies that operations of ours read: JSON and forms, as long as a form of ours can be. */
import { bodyParser } from '@koa/bodyparser';
import { ServiceError } from '../errors.ts';
import { toServiceError } from './problem.ts';
import type { Context } from './request-state.ts';

const LIMIT = '16kb';

const parse = bodyParser({
  enableTypes: ['json', 'form'],
  jsonLimit: LIMIT,
  formLimit: LIMIT,
  onError: (error) => {
    throw unreadableBody(error);
  },
});

/** Leaves it in `ctx.request.body`. @throws ServiceError body_too_large, unsupported_media_type, malformed_body. */
export async function readBody(ctx: Context): Promise<void> {
  await parse(ctx, async () => {});
}

/** The body of an operation that takes JSON alone. @throws ServiceError as `readBody`. */
export async function readJson(ctx: Context): Promise<object> {
  await readBody(ctx);
  if (!ctx.is('json')) throw new ServiceError('unsupported_media_type');
  const { body } = ctx.request;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ServiceError('malformed_body');
  return body;
}

/** What the parser throws is always the client's fault: too long, in an unknown encoding, or not what it says it is. */
function unreadableBody(error: Error): ServiceError {
  const known = toServiceError(Object.assign(error, { expose: true }));
  return known.status < 500 ? known : new ServiceError('malformed_body', { cause: error });
}
