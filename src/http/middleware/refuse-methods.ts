/** A path that is known, with a method that it does not have: a problem like any other. */
import type Router from '@koa/router';
import { ServiceError } from '../../errors.ts';
import type { Middleware, RequestState } from '../request-state.ts';

/** @param router any one: a request carries what every router before this one has matched. */
export function refuseMethods(router: Router<RequestState>): Middleware {
  const refused = () => new ServiceError('method_not_allowed');
  return router.allowedMethods({ throw: true, methodNotAllowed: refused, notImplemented: refused });
}
