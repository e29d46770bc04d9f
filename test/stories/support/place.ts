/**
 * A place where steps are run as the edge runs them (src/http/steps, src/oidc/interactions): it keeps what a step says is
 * to be kept, drops a proof that is undefined, asks `next-step` what a proved person owes, and is left once signed in.
 */
import { ServiceError } from '../../../src/errors.ts';
import { JSON_TYPE, loadContract } from '../../../src/http/contract/contract.ts';
import type { BodyOf, OperationId, QueryOf } from '../../../src/http/contract/operations.ts';
import { checkBody } from '../../../src/http/steps/check-body.ts';
import type { Proofs } from '../../../src/ports/flow-states.ts';
import type { Clock } from '../../../src/ports/system.ts';
import type { BrowserChange, BrowserTokens, TokenToWrite } from '../../../src/stories/kit/browser.ts';
import type { StepContext } from '../../../src/stories/kit/context.ts';
import {
  type AnyOutcome,
  type Authenticated,
  isProved,
  isRedirect,
  type Kept,
} from '../../../src/stories/kit/outcome.ts';
import type { StepResult } from '../../../src/stories/kit/step-table.ts';
import type { Stories } from './stories.ts';

/** What whoever asked is told. */
export interface Answer {
  readonly status: string;
  /** The public half. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly path?: string;
  readonly next?: readonly OperationId[];
}

export interface PlaceOptions {
  readonly clientId?: string;
  readonly loginHint?: string;
  readonly locale?: 'fr' | 'en';
  readonly browser?: Browser;
  /** Another one for each place, unless it is given. */
  readonly address?: string;
  readonly shared?: boolean;
}

export type Browser = ReturnType<typeof createBrowser>;

/** What keeps cookies from one place to the next, as long as they live. */
export function createBrowser(clock: Clock) {
  const cookies = new Map<keyof BrowserTokens, { readonly value: string; readonly endsAt: number }>();
  const now = () => clock.now().getTime();
  return {
    tokens(): BrowserTokens {
      const live = [...cookies].filter(([, { endsAt }]) => endsAt > now());
      return Object.fromEntries(live.map(([name, { value }]) => [name, value]));
    },
    write(change: BrowserChange): void {
      for (const [name, token] of Object.entries(change) as [keyof BrowserTokens, TokenToWrite | null | undefined][])
        if (token === null) cookies.delete(name);
        else if (token) cookies.set(name, { value: token.value, endsAt: now() + token.seconds * 1000 });
    },
  };
}

const contract = loadContract();
let places = 0;

export type TestPlace = ReturnType<typeof createPlace>;

export function createPlace({ registry, nextStep, ports }: Stories, options: PlaceOptions = {}) {
  places += 1;
  const { clientId = 'mon-compte', loginHint, locale = 'fr', browser = createBrowser(ports.clock) } = options;
  const clientAddress = {
    address: options.address ?? `10.${places >> 16}.${(places >> 8) & 255}.${places & 255}`,
    shared: options.shared ?? false,
  };
  const placeId = `place-${places}`;
  let proofs: Partial<Proofs> = {};
  let left: Authenticated | undefined;
  let requests = 0;
  let taken = 0;

  function context(): StepContext {
    const request = { requestId: `${placeId}-${++requests}`, locale, clientAddress, browser: browser.tokens() };
    return { request, place: { placeId, clientId, taken, loginHint, proofs } };
  }

  function keep(kept: Kept = {}): void {
    browser.write(kept.browser ?? {});
    // Proofs are sealed as JSON: one that is undefined is dropped, and a Date would not come back.
    proofs = JSON.parse(JSON.stringify({ ...proofs, ...kept.proofs }));
    taken += 1;
  }

  async function respond(result: StepResult): Promise<Answer> {
    if (isRedirect(result)) throw new Error('no story here sends the browser away');
    if (!isProved(result)) {
      keep(result.kept);
      return answer(result);
    }
    const next = await nextStep.after(context(), result);
    keep(next.kept);
    if (next.status === 'owed') return answer(await registry.show(next.step, context()));
    left = next;
    proofs = {};
    return { status: next.status, json: {} };
  }

  function answer(outcome: AnyOutcome): Answer {
    const view = registry.viewOf(outcome.status);
    const json = { ...view.json(outcome, (path) => `/${placeId}/${path}`) };
    return { status: outcome.status, json, path: view.path(outcome), next: view.next(outcome) };
  }

  function operationOf(id: OperationId) {
    return registry.operations.get(id) ?? fail(`no story has ${id}`);
  }

  async function send(id: OperationId, body: unknown = {}, query: object | undefined = {}): Promise<Answer> {
    if (left) throw new ServiceError('interaction_not_found');
    const { run, submit } = operationOf(id);
    const asked = context();
    // As it is on the wire: what is undefined is absent.
    const sent = JSON.parse(JSON.stringify(body));
    if (submit) await checkBody(contract, id, JSON_TYPE, submit, asked, sent);
    return respond(await run(asked, { body: sent, query }));
  }

  return {
    placeId,
    browser,
    clientAddress,
    context,
    keep,
    proofs: () => proofs,

    /** @returns what puts the place back as it stands now: for a request that was beside another. */
    standing(): () => void {
      const before = { proofs, taken };
      return () => {
        ({ proofs, taken } = before);
      };
    },

    /** How the place was left, if it was. */
    left: () => left,

    /** Asks for an operation, as a program does. @throws ServiceError of the step. */
    run: <Id extends OperationId>(id: Id, body?: BodyOf<Id>, query?: QueryOf<Id>): Promise<Answer> =>
      send(id, body, query),

    /** The same, with whatever somebody sends. */
    send,

    /** What the step itself returns, all of it: nothing was checked before it, and nothing is kept. */
    outcomeOf: (id: OperationId, body: unknown = {}, query: object = {}): Promise<StepResult> =>
      operationOf(id).run(context(), { body, query }),

    /** The form that a refusal is shown on, all of it. */
    async outcomeAgain(id: OperationId, body: object, refusal?: ServiceError): Promise<AnyOutcome> {
      return (await operationOf(id).submit?.again?.(context(), body, refusal)) ?? fail(`${id} has no form of its own`);
    },

    /** The form that a refusal is shown on, or that one of a form's other buttons asks for. */
    async formAgain<Id extends OperationId>(
      id: Id,
      body: Partial<BodyOf<Id>>,
      refusal?: ServiceError,
    ): Promise<Answer> {
      const { submit, view } = operationOf(id);
      const shown = submit?.again?.(context(), body, refusal) ?? view?.show?.run(context(), { body: {}, query: {} });
      const outcome = await shown;
      if (!outcome || isProved(outcome) || isRedirect(outcome)) throw new Error(`${id} has no form`);
      return answer(outcome);
    },

    /** Where the place stands. */
    current: async (): Promise<Answer> => answer(await registry.show(nextStep.current(context()), context())),
  };
}

function fail(message: string): never {
  throw new Error(message);
}
