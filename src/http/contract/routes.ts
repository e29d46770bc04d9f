/**
 * The routes of a contract: each operation that has a handler is served at its path. The name of the operation is kept
 * for the log, its query is checked, and the handler is given what the contract says it is given.
 */
import Router, { type RouterOptions } from '@koa/router';
import type { Context, Middleware, RequestState } from '../request-state.ts';
import type { Contract } from './contract.ts';
import type { OperationId, Operations, QueryOf } from './operations.ts';

/** The names of the path of an operation. Their values are text: whoever looks them up says that there is no such thing. */
export type ParamsOf<Id extends OperationId> = Operations[Id] extends {
  readonly parameters: { readonly path: infer Path };
}
  ? { readonly [Name in keyof Path]: string }
  : Readonly<Record<never, never>>;

export interface OperationRequest<Id extends OperationId> {
  readonly params: ParamsOf<Id>;
  readonly query: QueryOf<Id>;
}

/** Operation → what answers it, by `ctx.body` or by throwing. */
export type Handlers = {
  readonly [Id in OperationId]?: (ctx: Context, request: OperationRequest<Id>) => unknown;
};

/** @throws Error for an operation that the contract does not have. */
/** A path is read letter for letter. */
export const LITERAL: RouterOptions = { sensitive: true, strict: true };

/** @throws Error for an operation that the contract does not have. */
export function createRoutes(contract: Contract, handlers: Handlers): Router<RequestState> {
  const router = new Router<RequestState>(LITERAL);
  for (const [operationId, handler] of Object.entries(handlers) as [string, Handler][]) {
    const { method, path } = contract.routeOf(operationId);
    const run: Middleware = async (ctx) => {
      ctx.state.operation = operationId;
      contract.checkQuery(operationId, ctx.query);
      await handler(ctx, { params: ctx.params, query: ctx.query });
    };
    router.register(path, [method], run, { name: operationId });
  }
  return router;
}

/** The paths that a router serves, in its own spelling. */
export function pathsOf(router: Router<RequestState>): readonly string[] {
  return router.stack.map(({ path }) => String(path));
}

/** Names the operation that is asked for, for what must know it before it is run. */
export function nameOperation(router: Router<RequestState>): Middleware {
  return (ctx, next) => {
    ctx.state.operation = router.match(ctx.path, ctx.method).pathAndMethod[0]?.name;
    return next();
  };
}

/** A handler without its name: the contract has checked what its type says. */
type Handler = (ctx: Context, request: { readonly params: object; readonly query: object }) => unknown;
