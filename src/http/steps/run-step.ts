/**
 * Runs an operation of a story in its place: body, form token, contract, step, answer, in the order of `runStep`. What a
 * browser is refused is shown on its form; what a program is refused is a problem.
 */
import { type ErrorCode, ServiceError } from '../../errors.ts';
import type { ProofChange } from '../../ports/flow-states.ts';
import type { StepContext } from '../../stories/kit/context.ts';
import type { NextStep } from '../../stories/kit/next-step.ts';
import { isProved, isRedirect } from '../../stories/kit/outcome.ts';
import { type Contract, FORM_TYPE, JSON_TYPE } from '../contract/contract.ts';
import type { OperationId } from '../contract/operations.ts';
import type { Place } from '../place.ts';
import { setRetryAfter, toServiceError } from '../problem.ts';
import type { Context } from '../request-state.ts';
import { checkBody } from './check-body.ts';
import { createStepContext, localeToKeep } from './context.ts';
import type { FormTokens } from './form-token.ts';
import type { StepOperation, StepRegistry } from './registry.ts';
import type { Responder } from './respond.ts';

interface StepParts {
  readonly contract: Contract;
  readonly registry: StepRegistry;
  readonly nextStep: NextStep;
  readonly responder: Responder;
  readonly formTokens: FormTokens;
}

type Body = Readonly<Record<string, unknown>>;

export function createStepRunner({ contract, registry, nextStep, responder, formTokens }: StepParts) {
  return async function runStep(ctx: Context, place: Place, id: OperationId, operation: StepOperation): Promise<void> {
    const context = createStepContext(ctx, place);
    const { submit } = operation;
    let body: Body = {};
    try {
      if (ctx.method === 'POST') body = readBody(ctx, place);
      if (ctx.is('urlencoded') && submit?.buttons.some((name) => name in body))
        return await showForm(ctx, place, operation, context, body);
      if (ctx.method === 'POST') await checkBody(contract, id, mediaTypeOf(ctx), submit, context, body);
      const input = { body: contract.toJsonBody(id, body), query: ctx.query };
      await responder.respond(ctx, place, await operation.run(context, input));
    } catch (error) {
      const refusal = toServiceError(error);
      // A refused step is a step: whoever waits for a lock to end still has the form.
      if (refusal.status < 500 && !ctx.headerSent)
        await place.touch({ locale: localeToKeep(ctx, place), proofs: droppedBy(refusal, operation, context) });
      if (!ctx.state.wantsHtml || !operation.view || !SHOWN_ON_THE_FORM.has(refusal.code)) throw error;
      setRetryAfter(ctx, refusal);
      await showForm(ctx, place, operation, context, body, refusal);
    }
  };

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

  /** The form again: after a refusal, or because one of its other buttons asked for it. */
  async function showForm(
    ctx: Context,
    place: Place,
    { submit, view }: StepOperation,
    context: StepContext,
    body: Body,
    refusal?: ServiceError,
  ): Promise<void> {
    const again = async (why?: ServiceError) =>
      submit?.again?.(context, body, why) ?? view?.show?.run(context, { body: {}, query: ctx.query });
    let why = refusal;
    const outcome = await again(why).catch((error) => {
      // What the form needs has a limit of its own: the form says so, and keeps what was typed.
      const limit = toServiceError(error);
      if (limit.code !== 'too_many_requests' || !submit?.again) throw error;
      setRetryAfter(ctx, limit);
      why = limit;
      return again(limit);
    });
    if (!outcome || isProved(outcome) || isRedirect(outcome)) throw why ?? new ServiceError('internal_error');
    responder.refuse(ctx, place, outcome, why, typedOf(body, submit?.keeps ?? []));
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

const LONGEST_KEPT = 100;

function typedOf(body: Body, keeps: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    keeps.flatMap((name) => {
      const value = body[name];
      return typeof value === 'string' ? [[name, value.slice(0, LONGEST_KEPT)]] : [];
    }),
  );
}

function mediaTypeOf(ctx: Context): string {
  if (ctx.is('json')) return JSON_TYPE;
  if (ctx.is('urlencoded')) return FORM_TYPE;
  throw new ServiceError('unsupported_media_type');
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
