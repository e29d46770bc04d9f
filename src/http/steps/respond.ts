/**
 * The one place where an outcome or a refusal becomes an answer: JSON, or a screen or a 303 for browsers (never 307: the
 * body holds a password). It saves what was kept and leaves the place; it knows stories and places by their tables alone.
 */
import type { Config } from '../../config/config.ts';
import { ServiceError } from '../../errors.ts';
import type { Reached } from '../../ports/flow-states.ts';
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
import { type Contract, JSON_TYPE } from '../contract/contract.ts';
import type { OperationId } from '../contract/operations.ts';
import type { Locale } from '../locale.ts';
import { byPage } from '../middleware/leave-by-page.ts';
import { logFields } from '../middleware/log-request.ts';
import type { Pages } from '../pages/pages.ts';
import type { Place } from '../place.ts';
import { toServiceError } from '../problem.ts';
import type { Context } from '../request-state.ts';
import { writeBrowser } from './browser-cookies.ts';
import { createStepContext, localeOfStep, localeToKeep } from './context.ts';
import type { FormTokens } from './form-token.ts';
import type { FilledForm } from './forms.ts';
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

/** A step that is shown as it is has no `typed`: nothing was typed on it yet. */
type ShownForm = Omit<FilledForm, 'typed'> & Pick<StepPage, 'typed'>;

export type Responder = ReturnType<typeof createResponder>;

/** How long an upstream provider may keep the browser. */
const RETURN_SECONDS = 60 * 60;

export function createResponder(parts: ResponderParts) {
  const { config, contract, pages, formTokens, registry, nextStep, upstreamReturns, log } = parts;
  const secure = isHttps(config.issuer);

  /** Answers with the outcome of a step that was taken. */
  async function respond(ctx: Context, place: Place, result: StepResult | Cancelled): Promise<void> {
    if (isCancelled(result)) return leave(ctx, place, result);
    if (isRedirect(result)) return sendAway(ctx, place, result);
    if (!isProved(result)) return result.isDone ? tell(ctx, place, result) : goOn(ctx, place, result);
    try {
      await leadOn(ctx, place, result);
    } catch (error) {
      if (!result.otherwise) throw error;
      log.error({ ...logFields(ctx), event: 'place_not_left', error }, 'a person was not led on after a change');
      // A store that is away is not asked twice.
      if (toServiceError(error).code === 'store_unavailable') tellHere(ctx, place, result.otherwise);
      else await tell(ctx, place, result.otherwise);
    }
  }

  async function goOn(ctx: Context, place: Place, outcome: AnyOutcome): Promise<void> {
    const isKept = await keep(ctx, place, outcome.kept, publicHalfOf(outcome));
    await (isKept ? show(ctx, place, outcome) : showReached(ctx, place));
  }

  /** What is done is told: where it cannot be shown from its own address, here and once. */
  async function tell(ctx: Context, place: Place, outcome: AnyOutcome): Promise<void> {
    const isKept = await keep(ctx, place, outcome.kept, publicHalfOf(outcome), true).catch((error) => {
      log.error({ ...logFields(ctx), event: 'place_not_saved', error }, 'a place was not saved after a change');
      return false;
    });
    if (isKept) show(ctx, place, outcome);
    else tellHere(ctx, place, outcome);
  }

  function tellHere(ctx: Context, place: Place, outcome: AnyOutcome): void {
    if (ctx.state.wantsHtml) renderScreen(ctx, place, { outcome, typed: undefined });
    else show(ctx, place, outcome);
  }

  /** Another request of this place took a step while this one was under way: it is shown what that one reached. */
  async function showReached(ctx: Context, place: Place): Promise<void> {
    if (place.isLeft()) {
      const end = await place.findEnd();
      if (end === undefined) throw new ServiceError('interaction_not_found');
      return leadBack(ctx, end, localeOfStep(ctx, place));
    }
    const context = createStepContext(ctx, place);
    const { reached } = context.place;
    const outcome = await registry.show(reached?.status ?? nextStep.current(context), context);
    if (!ctx.state.wantsHtml && !mayAnswer(ctx, toJson(ctx, place, outcome)))
      throw new ServiceError('step_not_available');
    show(ctx, place, outcome);
  }

  /** A program is answered what the contract says of what it asked for, and nothing else. */
  function mayAnswer({ state }: Context, body: object): boolean {
    return state.operation !== undefined && contract.faultOfAnswer(state.operation, 200, JSON_TYPE, body) === undefined;
  }

  /** Whoever comes to a place that was left is led where it led. A form leads out by a page (ADR 0030). */
  function leadBack(ctx: Context, end: string, locale?: Locale): void {
    if (ctx.state.wantsHtml && ctx.method === 'POST') pages.renderLeaving(ctx, end, locale);
    else lead(ctx, 'authenticated', end);
  }

  /** Shows what was asked for: no step is taken. */
  async function showAsked(ctx: Context, place: Place, outcome: StepResult): Promise<void> {
    if (isProved(outcome) || isRedirect(outcome)) return respond(ctx, place, outcome);
    if (outcome.kept?.browser) writeBrowser(ctx, outcome.kept.browser, place.cookiePath, secure);
    await place.touch({ locale: localeToKeep(ctx, place), proofs: outcome.kept?.proofs });
    if (ctx.state.wantsHtml) renderScreen(ctx, place, { outcome, typed: undefined });
    else ctx.body = toJson(ctx, place, outcome);
  }

  /** Shows a form that waits, with what was typed and why it was refused. */
  async function showWaiting(ctx: Context, place: Place, form: FilledForm): Promise<void> {
    await place.touch({ locale: localeToKeep(ctx, place) });
    renderScreen(ctx, place, form);
  }

  /** Leads the browser to a form that waits. */
  function leadTo(ctx: Context, place: Place, path: string): void {
    ctx.redirect(addressOf(place, path));
    ctx.status = 303;
  }

  /** To what the proved person owes, or back to who asked. */
  async function leadOn(ctx: Context, place: Place, proved: Proved): Promise<void> {
    const next = await nextStep.after(createStepContext(ctx, place), proved);
    if (next.status === 'authenticated') return leave(ctx, place, next);
    if (!(await keep(ctx, place, next.kept, { status: next.step }))) return showReached(ctx, place);
    show(ctx, place, await registry.show(next.step, createStepContext(ctx, place)));
  }

  /** @returns false where another step was taken meanwhile. */
  async function keep(
    ctx: Context,
    place: Place,
    { proofs, browser }: Kept = {},
    reached?: Reached,
    isDone?: boolean,
  ): Promise<boolean> {
    if (browser) writeBrowser(ctx, browser, place.cookiePath, secure);
    return place.save({ locale: localeToKeep(ctx, place), proofs, reached }, isDone);
  }

  /** A screen that a step led to is fetched anew: reloading it posts nothing. */
  function show(ctx: Context, place: Place, outcome: AnyOutcome): void {
    if (ctx.state.wantsHtml) leadTo(ctx, place, registry.viewOf(outcome.status).path(outcome));
    else ctx.body = toJson(ctx, place, outcome);
  }

  function renderScreen(ctx: Context, place: Place, { outcome, refusal, typed }: ShownForm): void {
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
      timeLeft: place.timeLeft(),
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
    if (!(await keep(ctx, place, kept))) return showReached(ctx, place);
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

  return { respond, showReached, showAsked, showWaiting, leadTo, leadBack };
}

function publicHalfOf({ kept: _kept, isDone: _isDone, ...reached }: AnyOutcome): Reached {
  return reached;
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
