/** All that the stories bring, as the edge finds it: rows by their status, operations by their name. */
import type { StepContext } from '../../stories/kit/context.ts';
import { stepsLedTo } from '../../stories/kit/next-step.ts';
import { type AnyOutcome, isProved, isRedirect } from '../../stories/kit/outcome.ts';
import type { AnyStepView, Runnable, StorySteps, Submit } from '../../stories/kit/step-table.ts';
import type { OperationId } from '../contract/operations.ts';

/** What runs when an operation is asked for. */
export interface StepOperation extends Pick<Runnable, 'run'> {
  /** Set for what takes what a person typed. */
  readonly submit?: Submit;
  /** Shows the form that a refusal belongs to. */
  readonly view?: AnyStepView;
  /** The status of what it shows: it takes no step. */
  shows?(context: StepContext): string;
}

export interface StepRegistry {
  readonly operations: ReadonlyMap<OperationId, StepOperation>;
  /** Fixed addresses that upstream providers send browsers back to. */
  readonly callbacks: readonly OperationId[];
  /** @throws Error for a status without a row: no story of ours returned it. */
  viewOf(status: string): AnyStepView;
  /** Shows the step of this status. @throws ServiceError of the step, such as step_not_available. */
  show(status: string, context: StepContext, query?: object): Promise<AnyOutcome>;
}

/** @throws Error when two rows claim one status or one operation, or when a step that may be owed has no row. */
export function createRegistry(stories: readonly StorySteps[]): StepRegistry {
  const views = new Map<string, AnyStepView>();
  const operations = new Map<OperationId, StepOperation>();
  const add = (operation: OperationId, step: StepOperation) => {
    if (operations.has(operation)) throw new Error(`two rows answer to ${operation}`);
    operations.set(operation, step);
  };
  for (const { steps, actions = [] } of stories) {
    for (const [status, view] of Object.entries(steps)) {
      if (views.has(status)) throw new Error(`two rows have the status ${status}`);
      views.set(status, view);
      add(view.show.operation, { run: view.show.run, shows: () => status });
      for (const submit of [...(view.submit ? [view.submit] : []), ...(view.others ?? [])])
        add(submit.operation, { run: submit.run, submit, view });
    }
    for (const action of actions) add(action.operation, action);
  }
  for (const step of stepsLedTo) if (!views.has(step)) throw new Error(`no story shows ${step}`);

  function viewOf(status: string): AnyStepView {
    const view = views.get(status);
    if (!view) throw new Error(`no row has the status ${status}`);
    return view;
  }

  return {
    operations,
    callbacks: stories.flatMap(({ callbacks = [] }) => callbacks.map(({ operation }) => operation)),
    viewOf,
    async show(status, context, query = {}) {
      const shown = await viewOf(status).show.run(context, { body: {}, query });
      if (isProved(shown) || isRedirect(shown)) throw new Error(`${status} shows no form`);
      return shown;
    },
  };
}
