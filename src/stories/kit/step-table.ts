/**
 * The table of a story: one row for each status that its steps can return. A row says where its screen stands, what
 * shows it, what a form on it submits, what can be asked next, and both renderings. The edge runs the rows of all
 * stories alike and knows none by name; the compiler refuses a row that lacks a part.
 */
import { type FieldError, fieldsOf, ServiceError } from '../../errors.ts';
import type { AnswerOf, BodyOf, OperationId, QueryOf } from '../../http/contract/operations.ts';
import type { StepPage } from '../../screens/page.ts';
import type { StepContext } from './context.ts';
import { type GuardedStep, guardOf } from './guard.ts';
import type { AnyOutcome, CommonOutcome, Redirect } from './outcome.ts';

/** What the edge has of a request once the contract has accepted it. */
export interface StepInput {
  readonly body: unknown;
  readonly query: object;
}

export type StepResult = AnyOutcome | CommonOutcome;

const made: unique symbol = Symbol('made');

/** An operation of a story, as the edge runs it. Only `show`, `submit` and `action` make one: the mark is not exported. */
export interface Runnable {
  readonly [made]: true;
  readonly operation: OperationId;
  run(context: StepContext, input: StepInput): Promise<StepResult>;
}

/** What takes what a person typed. */
export interface Submit extends Runnable {
  /** The kind of the audit event of the guard that it stands behind. */
  readonly guardedBy: string;
  /** What was typed and is shown again after a refusal; everything else (passwords, codes) is typed again. */
  readonly keeps: readonly string[];
  /** Fields that this browser must send although the contract lets others leave them out. */
  requires(context: StepContext, body: object): readonly string[];
  /**
   * What is wrong with what was typed, field by field, told with the faults of shape: pure. @param body the fields whose
   * shape is right. The step refuses all of it by itself too.
   */
  faults(context: StepContext, body: object): readonly FieldError[];
  /** Behind a guard: what a form that has faults already is still checked for. @param body its fields without a fault. */
  besides?(context: StepContext, body: object): Promise<readonly FieldError[]>;
  /** A form's other buttons: they ask for the form again. */
  readonly buttons: readonly string[];
  /** The form that a refusal is shown on; that of the row without it. */
  again?(context: StepContext, body: object, refusal: ServiceError | undefined): Promise<AnyOutcome>;
}

/** A body that the contract has not accepted, or has refused: whatever somebody sent, under the names that it may have. */
type Unchecked<Body> = { readonly [Name in keyof Body]?: unknown };

interface SubmitOptions<Body> {
  readonly keeps?: readonly (keyof Body & string)[];
  readonly requires?: (context: StepContext, body: Unchecked<Body>) => readonly (keyof Body & string)[];
  readonly faults?: (context: StepContext, body: Partial<Body>) => readonly FieldError[];
  /** Where this field is given. */
  readonly besides?: { readonly of: keyof Body; readonly step: GuardedStep<Partial<Body>, never> };
  readonly buttons?: readonly string[];
  readonly again?: (
    context: StepContext,
    body: Unchecked<Body>,
    refusal: ServiceError | undefined,
  ) => Promise<AnyOutcome>;
}

export interface StepView<Outcome extends AnyOutcome> {
  /** Below the place's own address. */
  path(outcome: Outcome): string;
  /** That of a last page is `showReached`. */
  readonly show: Runnable;
  readonly submit?: Submit;
  /** Other forms on its screen. */
  readonly others?: readonly Submit[];
  /** What can be asked from here; the place adds its own way out. */
  next(outcome: Outcome): readonly OperationId[];
  /** The public half, as the contract has it. @param addressOf the address of a path below the place. */
  json(outcome: Outcome, addressOf: (path: string) => string): PublicHalf<Outcome['status']>;
  screen(page: StepPage, outcome: Outcome): string;
}

/** What the edge adds itself: where the place stands, and what can be asked. */
type PublicHalf<Status extends string> = [AnswerOf<Status>] extends [never]
  ? never
  : Omit<AnswerOf<Status>, 'status' | 'interaction' | 'steps'> & { readonly kept?: never };

/** What the steps of a flow return that has a row. */
export type FormsOf<Flow> = Exclude<Returned<Flow[keyof Flow]>, CommonOutcome>;

type Returned<Step> = Step extends (...args: never) => Promise<infer Outcome extends StepResult> ? Outcome : never;

/** One row for each status that the steps of a story return: none missing, none too many. */
export type StepTable<Outcome extends AnyOutcome> = {
  readonly [Status in Outcome['status']]: StepView<Extract<Outcome, { readonly status: Status }>>;
};

/** A row, as the edge sees it. */
export interface AnyStepView extends Omit<StepView<AnyOutcome>, 'json'> {
  json(outcome: AnyOutcome, addressOf: (path: string) => string): object;
}

/** What a story brings: its rows, and what is asked of it without a form of its own. */
export interface StorySteps {
  readonly steps: Readonly<Record<string, AnyStepView>>;
  readonly actions?: readonly Runnable[];
  readonly callbacks?: readonly Callback[];
}

/** The fixed address that an upstream provider sends browsers back to. */
export interface Callback {
  readonly operation: OperationId;
}

/** Shows a step: it takes nothing that was typed, proves nobody, and needs no guard. */
export function show<Id extends OperationId>(
  operation: BodyOf<Id> extends undefined ? Id : never,
  step: (context: StepContext, query: QueryOf<Id>) => Promise<AnyOutcome>,
): Runnable {
  // The contract has accepted the query: here it gets its type.
  return { [made]: true, operation, run: (context, { query }) => step(context, query as QueryOf<Id>) };
}

/** Shows a last page for as long as it is what was reached: until another step is taken. */
export function showReached<Id extends OperationId>(
  operation: BodyOf<Id> extends undefined ? Id : never,
  status: AnswerOf<string>['status'] & string,
): Runnable {
  return show(operation, async ({ place: { reached } }) => {
    if (reached?.status !== status) throw new ServiceError('step_not_available');
    return reached;
  });
}

/** Takes what a person typed, or what an upstream provider sent back: always behind a guard. */
export function submit<Id extends OperationId, Input, Outcome extends StepResult>(
  operation: Id,
  read: (body: BodyOf<Id>, query: QueryOf<Id>) => Input,
  step: GuardedStep<Input, Outcome>,
  { keeps = [], buttons = [], requires, faults, besides, again }: SubmitOptions<BodyOf<Id>> = {},
): Submit {
  return {
    [made]: true,
    operation,
    guardedBy: guardOf(step),
    // The contract has accepted both: here they get their types, and nowhere else.
    run: (context, { body, query }) => step(context, read(body as BodyOf<Id>, query as QueryOf<Id>)),
    keeps,
    buttons,
    requires: (context, body) => requires?.(context, body) ?? [],
    // The contract has accepted each field that is left.
    faults: (context, body) => faults?.(context, body as Partial<BodyOf<Id>>) ?? [],
    ...(besides && { besides: besidesOf(besides) }),
    ...(again && { again }),
  };
}

function besidesOf<Body>({ of, step }: NonNullable<SubmitOptions<Body>['besides']>): NonNullable<Submit['besides']> {
  return async (context, body) => (of in body ? step(context, body).catch(fieldsOf) : []);
}

type TakesNothing = Readonly<Record<string, never>> | undefined;

/** Asks for something that takes no input: nothing typed, hence nothing to guard, and nobody proved. */
export function action<Id extends OperationId>(
  operation: BodyOf<Id> extends TakesNothing ? Id : never,
  step: (context: StepContext, query: QueryOf<Id>) => Promise<AnyOutcome | Redirect>,
): Runnable {
  return { [made]: true, operation, run: (context, { query }) => step(context, query as QueryOf<Id>) };
}
