/** Where a refused person is: in the place that was loaded, or in one that its address tells of. */
import type { ServiceError } from '../errors.ts';
import type { WayBack } from '../oidc/interactions/interactions.ts';
import { chosenLocale, localeOf } from './locale.ts';
import type { Whereabouts } from './middleware/handle-errors.ts';
import type { Surface } from './place.ts';
import type { Context } from './request-state.ts';
import { localeOfStep } from './steps/context.ts';

const PLACE_ID = /^[\w-]{1,64}/;

/** Leads a lost person back to the relying party they came from, as far as it is remembered. */
export function createFindWhereabouts(surfaces: readonly Surface[]) {
  return async function findWhereabouts(ctx: Context, error: ServiceError): Promise<Whereabouts> {
    const { place } = ctx.state;
    if (place) return { locale: localeOfStep(ctx, place), home: homeOf(place.wayBack) };
    const wayBack = error.status < 500 ? await findWayBack(ctx.path) : undefined;
    return { locale: chosenLocale(ctx) ?? wayBack?.locale ?? localeOf(ctx), home: wayBack && homeOf(wayBack) };
  };

  async function findWayBack(path: string): Promise<WayBack | undefined> {
    const surface = surfaces.find(({ prefix }) => path.startsWith(prefix));
    const placeId = surface && PLACE_ID.exec(path.slice(surface.prefix.length))?.[0];
    return placeId ? surface.findWayBack(placeId).catch(() => undefined) : undefined;
  }
}

function homeOf({ name, homeUrl }: WayBack): Whereabouts['home'] {
  return { name, url: homeUrl };
}
