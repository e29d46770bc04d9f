/** What a step is given of its request and of its place. */
import type { StepContext } from '../../stories/kit/context.ts';
import { firstKnownLocale, type Locale, localeOf } from '../locale.ts';
import type { Place } from '../place.ts';
import type { Context } from '../request-state.ts';
import { readBrowser } from './browser-cookies.ts';

export function createStepContext(ctx: Context, place: Place): StepContext {
  return {
    request: {
      requestId: ctx.state.requestId,
      locale: localeOfStep(ctx, place),
      clientAddress: ctx.state.clientAddress,
      browser: readBrowser(ctx),
    },
    place: place.facts(),
  };
}

/** The language that the link asks for, then what was chosen or asked for in this place, then Accept-Language. */
export function localeOfStep(ctx: Context, place: Place): Locale {
  const asked = typeof ctx.query.lang === 'string' ? [ctx.query.lang] : [];
  return firstKnownLocale([...asked, ...place.locales()]) ?? localeOf(ctx);
}

/** A language chosen by its link holds for the rest of the place. */
export function localeToKeep(ctx: Context, place: Place): Locale | undefined {
  return ctx.query.lang === undefined ? undefined : localeOfStep(ctx, place);
}
