/** What a step may know: of the request that it answers, and, apart from it, of the place where it happens. */
import type { ClientAddress } from '../../domain/client-address.ts';
import type { Proofs, Reached } from '../../ports/flow-states.ts';
import type { BrowserTokens } from './browser.ts';

export interface StepContext {
  readonly request: RequestFacts;
  readonly place: PlaceFacts;
}

export interface RequestFacts {
  readonly requestId: string;
  readonly locale: 'fr' | 'en';
  readonly clientAddress: ClientAddress;
  readonly browser: BrowserTokens;
}

/** An interaction today; a person's own pages, over the session, can be another place. */
export interface PlaceFacts {
  /** Opaque and random; captchas are bound to it. */
  readonly placeId: string;
  readonly clientId: string;
  /** How many steps were taken there, a new beginning among them: the same for requests that come at once. */
  readonly taken: number;
  /** What the relying party sent as `login_hint`, as it came: a story takes the values that it knows. */
  readonly loginHint?: string;
  readonly proofs: Partial<Proofs>;
  /** The step that the last one taken led to. */
  readonly reached?: Reached;
}
