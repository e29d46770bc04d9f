/** A place in which nothing happens: for what only reads where it is. */
import type { Place } from '../../src/http/place.ts';

export const HOME = { clientId: 'portal', name: 'Portal', homeUrl: 'https://portal.test' };

export function createPlace(own: Partial<Place> = {}): Place {
  return {
    base: '/interactions/uid',
    cookiePath: '/interactions',
    placeId: 'uid',
    wayBack: HOME,
    exits: ['cancelInteraction'],
    locales: () => [],
    facts: () => ({ placeId: 'uid', clientId: HOME.clientId, taken: 0, proofs: {} }),
    describe: (locale) => ({ interaction: { locale } }),
    isRestarted: false,
    timeLeft: () => ({ endsAt: new Date(0), seconds: 0 }),
    draft: () => undefined,
    begin: async () => true,
    end: async () => {},
    save: async () => true,
    touch: async () => true,
    isLeft: () => false,
    findEnd: async () => undefined,
    leave: async () => HOME.homeUrl,
    ...own,
  };
}
