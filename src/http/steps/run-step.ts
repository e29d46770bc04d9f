/**
 * Runs an operation of a story in its place: body, form token, contract, step, answer, in the order of `runStep`. What a
 * browser is refused waits on its form; what a program is refused is a problem. Whoever was beside a step that was taken
 * is shown what that one reached.
 */
import { type ErrorCode, ServiceError } from '../../errors.ts';
import type { ProofChange } from '../../ports/flow-states.ts';
import type { StepContext } from '../../stories/kit/context.ts';
import type { NextStep } from '../../stories/kit/next-step.ts';
import type { Submit } from '../../stories/kit/step-table.ts';
import { type Contract, FORM_TYPE, JSON_TYPE } from '../contract/contract.ts';
import type { OperationId } from '../contract/operations.ts';
import { firstKnownLocale, type Locale } from '../locale.ts';
import type { Place } from '../place.ts';
import { toServiceError } from '../problem.ts';
import type { Context } from '../request-state.ts';
import { checkBody } from './check-body.ts';
import { createStepContext, localeToKeep } from './context.ts';
import type { FormTokens } from './form-token.ts';
import type { FilledForm, Form, Forms } from './forms.ts';
import type { StepOperation, StepRegistry } from './registry.ts';
import type { Responder } from './respond.ts';

interface StepParts {
  readonly contract: Contract;
  readonly registry: StepRegistry;
  readonly nextStep: NextStep;
  readonly responder: Responder;
  readonly formTokens: FormTokens;
  readonly forms: Forms;
}

type Body = Readonly<Record<string, unknown>>;

export function createStepRunner({ contract, registry, nextStep, responder, formTokens, forms }: StepParts) {
  return async function runStep(ctx: Context, place: Place, id: OperationId, operation: StepOperation): Promise<void> {
    const { submit, view, shows } = operation;
    if (!shows && !(await place.begin())) return responder.showReached(ctx, place);
    const context = createStepContext(ctx, place);
    let body: Body = {};
    try {
      if (ctx.method === 'POST') body = readBody(ctx, place);
      if (place.isRestarted && (submit || shows)) throw new ServiceError('interaction_expired');
      if (view && asksAgain(ctx, submit, body)) return await askAgain(ctx, place, { view, submit }, context, body);
      if (ctx.method === 'POST') await checkBody(contract, id, mediaTypeOf(ctx), submit, context, body);
      if (shows && ctx.state.wantsHtml) {
        const waiting = await forms.findWaiting(place, context, shows(context), ctx.query);
        if (waiting) return await responder.showWaiting(ctx, place, waiting);
      }
      const outcome = await operation.run(context, { body: contract.toJsonBody(id, body), query: ctx.query });
      await (shows ? responder.showAsked : responder.respond)(ctx, place, outcome);
    } catch (error) {
      await refuse(ctx, place, operation, context, body, error);
    } finally {
      if (!shows) await place.end();
    }
  };

  /** A step that refuses. @throws what was thrown, where it belongs to no form. */
  async function refuse(
    ctx: Context,
    place: Place,
    operation: StepOperation,
    context: StepContext,
    body: Body,
    error: unknown,
  ): Promise<void> {
    if (ctx.headerSent) throw error;
    const refusal = toServiceError(error);
    const proofs = droppedBy(refusal, operation, context);
    let why = error;
    const form = await findForm(ctx, place, operation, context, body, refusal, proofs).catch((thrown) => {
      why = thrown;
      return undefined;
    });
    const draft = form && forms.toDraft(form);
    // A refused step is a step: whoever waits for a lock to end still has the form.
    if (refusal.status < 500 || draft) {
      const isAlone = await place.touch({ locale: languageOf(body) ?? localeToKeep(ctx, place), proofs, draft });
      if (!isAlone && !operation.shows) return responder.showReached(ctx, place);
    }
    if (draft) return responder.leadTo(ctx, place, draft.path);
    // Back from a last page, and another tab that stayed behind: the browser is shown where the place stands.
    const isOfForm = operation.view !== undefined || operation.shows !== undefined;
    const isBehind = refusal.code === 'step_not_available' && isOfForm && context.place.reached !== undefined;
    if (!isBehind || !ctx.state.wantsHtml) throw why;
    await responder.showReached(ctx, place);
  }

  /** The form that a refusal is shown on. What is owed no longer has none: the first step says why. */
  async function findForm(
    ctx: Context,
    place: Place,
    operation: StepOperation,
    context: StepContext,
    body: Body,
    refusal: ServiceError,
    dropped: ProofChange | undefined,
  ): Promise<FilledForm | undefined> {
    const { view, submit } = operation;
    if (!ctx.state.wantsHtml) return undefined;
    if (refusal.code === 'interaction_expired') return fillAnew(ctx, place, operation, context, body, refusal);
    if (!view || !SHOWN_ON_THE_FORM.has(refusal.code)) return undefined;
    if (!dropped) return forms.fill({ view, submit }, context, ctx.query, body, refusal);
    const facts = context.place;
    const now = { ...context, place: { ...facts, proofs: { ...facts.proofs, ...dropped } } };
    return { outcome: await registry.show(nextStep.current(now), now), refusal, typed: {} };
  }

  /** Once the time was over: the form that was asked for or sent; the first one, where it needs what is proved no longer. */
  async function fillAnew(
    { query }: Context,
    place: Place,
    operation: StepOperation,
    context: StepContext,
    body: Body,
    refusal: ServiceError,
  ): Promise<FilledForm> {
    const form = await forms.fillAnew(place, operation, context, query, body, refusal);
    return form ?? { outcome: await registry.show(nextStep.current(context), context), refusal, typed: {} };
  }

  /** The form again, because one of its other buttons asks for it, or the other language does. */
  async function askAgain(ctx: Context, place: Place, asked: Form, context: StepContext, body: Body): Promise<void> {
    const locale = languageOf(body);
    const form = isLeft(body)
      ? await forms.fillAsLeft(place, asked, context, ctx.query, body)
      : await forms.fill(asked, context, ctx.query, body, undefined);
    const draft = forms.toDraft(form);
    const isAlone = await place.touch({ locale: locale ?? localeToKeep(ctx, place), draft });
    if (!isAlone) return responder.showReached(ctx, place);
    responder.leadTo(ctx, place, draft.path);
  }

  /** What is owed and cannot be given any more is owed no longer: the place stands at its first step again. */
  function droppedBy(refusal: ServiceError, { view }: StepOperation, context: StepContext): ProofChange | undefined {
    const isOver = refusal.code === 'step_not_available' || refusal.code === 'account_unavailable';
    return isOver && view === registry.viewOf(nextStep.current(context)) ? { proved: undefined } : undefined;
  }

  /** @throws ServiceError malformed_body, unsupported_media_type, form_token_invalid. */
  function readBody(ctx: Context, place: Place): Body {
    const { body } = ctx.request;
    if (!isObject(body)) throw new ServiceError('malformed_body');
    if (mediaTypeOf(ctx) !== FORM_TYPE) return body;
    formTokens.check(place.placeId, body.csrf);
    // Browsers send every field of a form: an empty one is an absent one.
    return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== ''));
  }
}

/** Refusals that belong to a form: whoever reads them can mend what they typed, wait, or go another way from there. */
const SHOWN_ON_THE_FORM: ReadonlySet<ErrorCode> = new Set([
  'validation_failed',
  'sign_in_failed',
  'sign_in_locked',
  'captcha_required',
  'code_wrong',
  'code_tries_exceeded',
  'code_asked_too_early',
  'too_many_requests',
  'account_unavailable',
  'form_token_invalid',
  'busy',
]);

/** Whether a form asks for itself again: by a button of its own, or by that of the other language. */
function asksAgain(ctx: Context, submit: Submit | undefined, body: Body): boolean {
  if (!ctx.is('urlencoded')) return false;
  return isLeft(body) || submit?.buttons.some((name) => name in body) === true;
}

/** By a button outside the step: the other language, or more time. They are none of the step's fields. */
function isLeft(body: Body): boolean {
  return languageOf(body) !== undefined || 'stay' in body;
}

/** The language that the button outside the step asks for: it is none of the step's fields. */
function languageOf({ lang }: Body): Locale | undefined {
  return typeof lang === 'string' ? firstKnownLocale([lang]) : undefined;
}

function mediaTypeOf(ctx: Context): string {
  if (ctx.is('json')) return JSON_TYPE;
  if (ctx.is('urlencoded')) return FORM_TYPE;
  throw new ServiceError('unsupported_media_type');
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
