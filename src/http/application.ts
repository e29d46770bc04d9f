/** A Koa application: a table of middleware, in the order that every request passes through. */
import Koa from 'koa';
import type { Logger } from '../ports/monitoring.ts';
import { isClientGone } from './middleware/log-request.ts';
import type { Context, Middleware, RequestState } from './request-state.ts';

export type Order = readonly (readonly [name: string, middleware: Middleware])[];

/** @param cookieKeys sign the cookies of the application, the newest first. */
export function createApplication(order: Order, log: Logger, cookieKeys: readonly string[] = []): Koa<RequestState> {
  const application = new Koa<RequestState>();
  application.proxy = true;
  application.keys = [...cookieKeys];
  for (const [, middleware] of order) application.use(middleware);
  application.on('error', (error, ctx?: Context) => {
    // Nothing of ours: the line of the request says it.
    if (!ctx || !isClientGone(ctx)) log.error({ event: 'unhandled', error }, 'an error reached Koa');
  });
  return application;
}
