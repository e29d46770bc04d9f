/**
 * The form that a refusal is shown on, or that one of its other buttons or the other language asks for. It waits as a
 * draft in the state of its place, and is shown by the GET that the browser is led to, as often as that is asked (ADR 0025).
 */
import { ServiceError } from '../../errors.ts';
import type { Draft } from '../../ports/flow-states.ts';
import type { Clock } from '../../ports/system.ts';
import type { StepContext } from '../../stories/kit/context.ts';
import { type AnyOutcome, isProved, isRedirect } from '../../stories/kit/outcome.ts';
import type { AnyStepView, Submit } from '../../stories/kit/step-table.ts';
import type { Place } from '../place.ts';
import { toServiceError } from '../problem.ts';
import { isOf, refusalOf, toRefusalOfDraft, typedOf } from './draft.ts';
import type { StepOperation, StepRegistry } from './registry.ts';

type Body = Readonly<Record<string, unknown>>;

/** A form of a row, and what takes it. */
export interface Form {
  readonly view: AnyStepView;
  readonly submit: Submit | undefined;
}

/** A form with what it repeats. */
export interface FilledForm {
  readonly outcome: AnyOutcome;
  readonly refusal?: ServiceError;
  readonly typed: Draft['typed'];
}

export type Forms = ReturnType<typeof createForms>;

export function createForms(registry: StepRegistry, clock: Clock) {
  /**
   * The form of a row again.
   * @param body not checked, or refused: what somebody sent, or the draft that was made of it.
   * @throws ServiceError of what shows it.
   */
  async function fill(
    { view, submit }: Form,
    context: StepContext,
    query: object,
    body: Body,
    refusal: ServiceError | undefined,
  ): Promise<FilledForm> {
    const again = async (why: ServiceError | undefined) =>
      submit?.again?.(context, body, why) ?? view.show.run(context, { body: {}, query });
    let why = refusal;
    const outcome = await again(why).catch((error) => {
      // What the form needs has a limit of its own: the form says so, and keeps what was typed.
      const limit = toServiceError(error);
      if (limit.code !== 'too_many_requests' || !submit?.again) throw error;
      why = limit;
      return again(limit);
    });
    if (isProved(outcome) || isRedirect(outcome)) throw why ?? new ServiceError('internal_error');
    return { outcome, refusal: why, typed: typedOf(body, submit?.keeps ?? []) };
  }

  return {
    fill,

    toDraft({ outcome, refusal, typed }: FilledForm): Draft {
      return {
        step: outcome.status,
        path: registry.viewOf(outcome.status).path(outcome),
        typed: { ...typed, ...outcome.kept?.form },
        refusal: refusal && toRefusalOfDraft(refusal, clock.now()),
      };
    },

    /** The form that waits, where it is the one that is asked for. */
    async findWaiting(
      place: Place,
      context: StepContext,
      step: string,
      query: Readonly<Record<string, unknown>>,
    ): Promise<FilledForm | undefined> {
      const draft = place.draft();
      if (!draft || !isOf(draft, step, query)) return undefined;
      const why = refusalOf(draft, clock.now());
      const view = registry.viewOf(step);
      const form = await fill({ view, submit: view.submit }, context, query, draft.typed, why);
      return { ...form, typed: draft.typed };
    },

    /**
     * The form of an operation that was asked for or sent once the time was over, with what waited or was sent.
     * @returns undefined where it is a form of what is proved no longer.
     */
    async fillAnew(
      place: Place,
      { view, submit, shows }: StepOperation,
      context: StepContext,
      query: Readonly<Record<string, unknown>>,
      body: Body,
      refusal: ServiceError,
    ): Promise<FilledForm | undefined> {
      const step = shows?.(context);
      const draft = place.draft();
      const asked = step === undefined ? view : registry.viewOf(step);
      if (!asked) return undefined;
      const waits = step !== undefined && draft !== undefined && isOf(draft, step, query);
      try {
        // A form of which nothing was typed is told by its address alone, such as which identifier it asks for.
        if (step !== undefined && !waits)
          return await fill({ view: asked, submit: undefined }, context, query, {}, refusal);
        return await fill(
          { view: asked, submit: submit ?? asked.submit },
          context,
          query,
          waits ? draft.typed : body,
          refusal,
        );
      } catch (error) {
        if (toServiceError(error).code !== 'step_not_available') throw error;
        return undefined;
      }
    },

    /** The form as it was left, for the other language or for more time: what it was refused for is said there too. */
    async fillAsLeft(place: Place, asked: Form, context: StepContext, query: object, body: Body): Promise<FilledForm> {
      const draft = place.draft();
      const why = draft && refusalOf(draft, clock.now());
      const form = await fill(asked, context, query, body, why);
      const isSame = draft?.step === form.outcome.status && draft.path === asked.view.path(form.outcome);
      return isSame || form.refusal !== why ? form : { ...form, refusal: undefined };
    },
  };
}
