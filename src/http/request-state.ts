/** What our middleware knows of a request; Koa's `ctx.state`, typed. */
import type { RouterMiddleware } from '@koa/router';
import type { ParameterizedContext } from 'koa';
import type { ClientAddress } from '../domain/client-address.ts';
import type { Place } from './place.ts';

export interface RequestState {
  requestId: string;
  clientAddress: ClientAddress;
  /** The operation of the contract, once it is known. */
  operation?: string;
  /** Where the step happens, once it is loaded. */
  place?: Place;
  /** Whether the answer is a screen or JSON. */
  wantsHtml: boolean;
}

export type Context = ParameterizedContext<RequestState>;

/** What every request passes through; the routes of a router are one of them. */
export type Middleware = RouterMiddleware<RequestState>;
