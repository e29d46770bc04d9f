/** What our middleware knows of a request; Koa's `ctx.state`, typed. */
import type { ParameterizedContext } from 'koa';
import type { PendingInteraction } from '../oidc/interactions.ts';
import type { ClientAddress } from './middleware/client-address.ts';

export interface RequestState {
  requestId: string;
  client: ClientAddress;
  /** The operation of the contract, once it is known. */
  operation?: string;
  /** The interaction, once it is loaded. */
  pending?: PendingInteraction;
  /** Whether the answer is a screen or JSON. */
  wantsHtml: boolean;
}

export type Context = ParameterizedContext<RequestState>;
