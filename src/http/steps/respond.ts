/**
 * The one place where an outcome or a refusal becomes an answer: JSON, or a screen or a 303 for browsers (never 307: the
 * body holds a password). It saves what was kept and leaves the place; it knows stories and places by their tables alone.
 */
import type { Config } from '../../config/config.ts';
import type { ServiceError } from '../../errors.ts';
import type { Logger } from '../../ports/monitoring.ts';
import type { UpstreamReturns } from '../../ports/upstream-returns.ts';
import type { StepPage } from '../../screens/page.ts';
import type { NextStep } from '../../stories/kit/next-step.ts';
import {
  type AnyOutcome,
  type Authenticated,
  type Cancelled,
  isCancelled,
  isProved,
  isRedirect,
  type Kept,
  type Proved,
  type Redirect,
} from '../../stories/kit/outcome.ts';
import type { StepResult } from '../../stories/kit/step-table.ts';
import { isHttps } from '../../web-address.ts';
import type { Contract } from '../contract/contract.ts';
import type { OperationId } from '../contract/operations.ts';
import { byPage } from '../middleware/leave-by-page.ts';
import { logFields } from '../middleware/log-request.ts';
import type { Pages } from '../pages/pages.ts';
import type { Place } from '../place.ts';
import type { Context } from '../request-state.ts';
import { writeBrowser } from './browser-cookies.ts';
import { createStepContext, localeOfStep, localeToKeep } from './context.ts';
import type { FormTokens } from './form-token.ts';
import type { StepRegistry } from './registry.ts';

export interface ResponderParts {
  readonly config: Pick<Config, 'issuer'>;
  readonly contract: Contract;
  readonly pages: Pages;
  readonly formTokens: FormTokens;
  readonly registry: StepRegistry;
  readonly nextStep: NextStep;
  readonly upstreamReturns: UpstreamReturns;
  readonly log: Logger;
}

export type Responder = ReturnType<typeof createResponder>;

/** How long an upstream provider may keep the browser. */
const RETURN_SECONDS = 60 * 60;

export function createResponder(parts: ResponderParts) {
  const { config, contract, pages, formTokens, registry, nextStep, upstreamReturns, log } = parts;
  const secure = isHttps(config.issuer);

  /** Answers with an outcome. */
  async function respond(ctx: Context, place: Place, result: StepResult | Cancelled): Promise<void> {
    if (isCancelled(result)) return leave(ctx, place, result);
    if (isRedirect(result)) return sendAway(ctx, place, result);
    if (!isProved(result)) {
      const { kept, isDone } = result;
      await keep(ctx, place, kept).catch((error) => {
        if (!isDone) throw error;
        log.error({ ...logFields(ctx), event: 'place_not_saved', error }, 'a place was not saved after a change');
      });
      return show(ctx, place, result);
    }
    try {
      await leadOn(ctx, place, result);
    } catch (error) {
      if (!result.otherwise) throw error;
      log.error({ ...logFields(ctx), event: 'place_not_left', error }, 'a person was not led on after a change');
      show(ctx, place, result.otherwise);
    }
  }

  /** To what the proved person owes, or back to who asked. */
  async function leadOn(ctx: Context, place: Place, proved: Proved): Promise<void> {
    const next = await nextStep.after(createStepContext(ctx, place), proved);
    if (next.status === 'authenticated') return leave(ctx, place, next);
    await keep(ctx, place, next.kept);
    show(ctx, place, await registry.show(next.step, createStepContext(ctx, place)));
  }

  async function keep(ctx: Context, place: Place, { proofs, browser }: Kept = {}): Promise<void> {
    if (browser) writeBrowser(ctx, browser, place.cookiePath, secure);
    await place.save({ locale: localeToKeep(ctx, place), proofs });
  }

  /** A screen that a form led to is fetched anew: reloading it posts nothing. A last page has no address to fetch. */
  function show(ctx: Context, place: Place, outcome: AnyOutcome): void {
    const view = registry.viewOf(outcome.status);
    if (!ctx.state.wantsHtml) {
      ctx.body = toJson(ctx, place, outcome);
    } else if (ctx.method === 'POST' && view.show) {
      ctx.redirect(addressOf(place, view.path(outcome)));
      ctx.status = 303;
    } else {
      renderScreen(ctx, place, outcome);
    }
  }

  /** Shows the screen of a step again, with its refusal and what the step keeps of what was typed. */
  function refuse(
    ctx: Context,
    place: Place,
    outcome: AnyOutcome,
    refusal: ServiceError | undefined,
    typed: StepPage['typed'],
  ): void {
    ctx.status = refusal?.status ?? 200;
    renderScreen(ctx, place, outcome, refusal, typed);
  }

  function renderScreen(
    ctx: Context,
    place: Place,
    outcome: AnyOutcome,
    refusal?: ServiceError,
    typed?: StepPage['typed'],
  ): void {
    const view = registry.viewOf(outcome.status);
    const locale = localeOfStep(ctx, place);
    const address = addressOf(place, view.path(outcome));
    const otherLanguage = `${address}${address.includes('?') ? '&' : '?'}lang=${locale === 'fr' ? 'en' : 'fr'}`;
    const page: StepPage = {
      ...pages.page(locale, otherLanguage),
      base: place.base,
      formToken: formTokens.create(place.placeId),
      clientName: place.wayBack.name,
      refusal,
      typed,
    };
    ctx.type = 'html';
    ctx.body = view.screen(page, outcome);
  }

  async function leave(ctx: Context, place: Place, how: Authenticated | Cancelled): Promise<void> {
    if (how.status === 'authenticated' && how.kept?.browser)
      writeBrowser(ctx, how.kept.browser, place.cookiePath, secure);
    const to = await place.leave(how);
    lead(ctx, how.status, ctx.state.wantsHtml && ctx.method === 'POST' ? byPage(to) : to);
  }

  async function sendAway(ctx: Context, place: Place, { kept, returns, redirectTo }: Redirect): Promise<void> {
    await keep(ctx, place, kept);
    const to = { placeId: place.placeId, operation: returns.operation };
    await upstreamReturns.save(returns.state, to, RETURN_SECONDS);
    lead(ctx, 'redirect', redirectTo);
  }

  function toJson(ctx: Context, place: Place, outcome: AnyOutcome): object {
    const view = registry.viewOf(outcome.status);
    return {
      status: outcome.status,
      ...place.describe(localeOfStep(ctx, place)),
      ...view.json(outcome, (path) => config.issuer + addressOf(place, path)),
      steps: [...view.next(outcome), ...place.exits].map((operation) => toStep(place, operation)),
    };
  }

  function toStep({ placeId }: Place, operation: OperationId): object {
    const { name, method, path, isShown, takes } = contract.stepOf(operation);
    const href = config.issuer + path.replace(':uid', placeId);
    return { name, method, href, ...(isShown && { shownAt: href }), takes };
  }

  return { respond, refuse };
}

/** Sends the browser on; a program is told where. */
export function lead(ctx: Context, status: 'authenticated' | 'cancelled' | 'redirect', redirectTo: string): void {
  if (ctx.state.wantsHtml) {
    ctx.redirect(redirectTo);
    ctx.status = 303;
  } else {
    ctx.body = { status, redirectTo };
  }
}

function addressOf({ base }: Place, path: string): string {
  return path === '' ? base : `${base}/${path}`;
}
