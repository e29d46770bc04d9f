/** An interaction, as a place. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Interactions, PendingInteraction } from '../../oidc/interactions/interactions.ts';
import type { Place, Surface } from '../place.ts';

export const INTERACTIONS = '/interactions/';

export interface InteractionPlace extends Place {
  /** The request asks for consent and for nothing else. */
  readonly asksForConsentAlone: boolean;
  consent(): Promise<string>;
  /** Begins anew: nothing is proved any more. */
  restart(): Promise<void>;
}

/**
 * @param restarts one that has ended by time begins anew.
 * @throws ServiceError interaction_not_found, interaction_expired, interaction_elsewhere.
 */
export async function loadInteraction(
  interactions: Interactions,
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
  uid: string,
  restarts = false,
): Promise<InteractionPlace> {
  return toPlace(await interactions.load(req, res, uid, restarts), () => interactions.findEnd(req, uid));
}

export function interactionSurface(interactions: Interactions): Surface {
  return { prefix: INTERACTIONS, findWayBack: interactions.findWayBack };
}

function toPlace(pending: PendingInteraction, findEnd: Place['findEnd']): InteractionPlace {
  const { uid, client, loginHint } = pending;
  return {
    base: INTERACTIONS + uid,
    cookiePath: INTERACTIONS.slice(0, -1),
    placeId: uid,
    wayBack: client,
    exits: ['cancelInteraction'],
    asksForConsentAlone: pending.prompt === 'consent',
    locales() {
      const { locale } = pending.state();
      return locale ? [locale, ...pending.uiLocales] : pending.uiLocales;
    },
    facts() {
      const { proofs = {}, reached, steps: taken = 0 } = pending.state();
      return { placeId: uid, clientId: client.clientId, taken, loginHint, proofs, reached };
    },
    draft: () => pending.state().draft,
    describe: (locale) => ({
      interaction: {
        uid,
        client: { clientId: client.clientId, name: client.name },
        scopes: pending.scopes,
        locale,
        expiresAt: pending.timeLeft().endsAt.toISOString(),
      },
    }),
    isRestarted: pending.isRestarted,
    timeLeft: pending.timeLeft,
    begin: pending.begin,
    end: pending.end,
    save: pending.save,
    touch: pending.touch,
    isLeft: () => pending.state().finished === true,
    findEnd,
    leave: (how) => (how.status === 'cancelled' ? pending.cancel() : pending.finish(how)),
    consent: pending.consent,
    restart: pending.restart,
  };
}
