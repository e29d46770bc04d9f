/** A step's context, made by hand: for pieces of the kit that no story stands around. */
import type { ClientAddress } from '../../../src/domain/client-address.ts';
import type { BrowserTokens } from '../../../src/stories/kit/browser.ts';
import type { PlaceFacts, StepContext } from '../../../src/stories/kit/context.ts';

interface Facts {
  readonly clientAddress?: ClientAddress;
  readonly browser?: BrowserTokens;
  readonly place?: Partial<PlaceFacts>;
}

export function contextOf({
  clientAddress = { address: '192.0.2.7', shared: false },
  browser = {},
  place,
}: Facts = {}): StepContext {
  return {
    request: { requestId: 'request-1', locale: 'fr', clientAddress, browser },
    place: { placeId: 'place-1', clientId: 'mon-compte', taken: 0, proofs: {}, ...place },
  };
}
