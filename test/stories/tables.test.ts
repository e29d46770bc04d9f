/**
 * What every row of every story says, held against `tables.yaml`: which operations show it and take its form, behind which guard
 * and limit, what is kept of a refused form, where it stands, what can be asked next, and what a program is told.
 * `SNAPSHOTS=write` writes it anew, to be read before it is kept.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { ourStories } from '../../src/app/create-stories.ts';
import { ServiceError } from '../../src/errors.ts';
import type { OperationId } from '../../src/http/contract/operations.ts';
import type { StepOperation } from '../../src/http/steps/registry.ts';
import type { ThrottlePolicy } from '../../src/ports/throttles.ts';
import type { AnyOutcome } from '../../src/stories/kit/outcome.ts';
import type { AnyStepView, Submit } from '../../src/stories/kit/step-table.ts';
import { firstPasswordStates, passwordRecoveryStates } from './screens/passwords.ts';
import { provisionalIdentifierStates } from './screens/provisional-identifier.ts';
import { signInStates } from './screens/sign-in.ts';
import { createPlace } from './support/place.ts';
import { openStories, type Stories } from './support/stories.ts';
import { askedCode } from './support/walks.ts';

/** What is typed again after each refusal. */
const SECRETS = ['password', 'confirmation', 'code', 'captcha', 'captchaId'];
const FILE = path.join(import.meta.dirname, 'tables.yaml');
const OUTCOMES = Object.values({
  ...signInStates,
  ...firstPasswordStates,
  ...passwordRecoveryStates,
  ...provisionalIdentifierStates,
}).map(({ outcome }) => outcome);

/** Stories whose every step is stopped at its limit, or, where `isAllowed`, at the first event. */
function openStopped(isAllowed: boolean) {
  const limits: ThrottlePolicy[] = [];
  const begun: string[] = [];
  const stories = openStories({
    ports: (ports) => ({
      rateLimiter: {
        ...ports.rateLimiter,
        async count(policy) {
          limits.push(policy);
          return { allowed: isAllowed, retryAfterSeconds: 1 };
        },
      },
      audit: {
        async record({ outcome }) {
          begun.push(outcome);
          throw new ServiceError('store_unavailable');
        },
      },
    }),
  });
  return { stories, limits, begun };
}

/** What a program is told, or the code of what it is refused with. */
function toldOf(view: AnyStepView, outcome: AnyOutcome): unknown {
  try {
    return JSON.parse(JSON.stringify(view.json(outcome, (below) => `/place/${below}`)));
  } catch (error) {
    if (error instanceof ServiceError) return `refused: ${error.code}`;
    throw error;
  }
}

describe('the tables of all stories', () => {
  let stories: Stories;
  let operations: readonly (readonly [OperationId, StepOperation])[];
  let submits: readonly (Submit & { readonly id: OperationId })[];
  beforeEach(() => {
    stories = openStories();
    operations = [...stories.registry.operations];
    submits = operations.flatMap(([id, { submit }]) => (submit ? [{ id, ...submit }] : []));
  });

  async function tellSubmit(id: OperationId, submit: Submit): Promise<object> {
    const { guardedBy, keeps, buttons } = submit;
    const [stopped, begins] = [openStopped(false), openStopped(true)];
    const own = (of: typeof stopped) => of.stories.registry.operations.get(id)?.submit ?? assert.fail(id);
    const input = { body: {}, query: {} };
    await own(stopped)
      .run(createPlace(stopped.stories).context(), input)
      .catch(() => undefined);
    await own(begins)
      .run(createPlace(begins.stories).context(), input)
      .catch(() => undefined);
    const limits = stopped.limits.splice(0);
    const besides: string[] = [];
    for (const name of [...keeps, ...SECRETS]) {
      await own(stopped)
        .besides?.(createPlace(stopped.stories).context(), { [name]: 'x' })
        .catch(() => undefined);
      if (stopped.limits.length > 0) besides.push(name);
      limits.push(...stopped.limits.splice(0));
    }
    assert.equal(new Set(limits.map((limit) => JSON.stringify(limit))).size, 1, `${id} spends one limit`);
    const [{ name, limit, windowSeconds } = assert.fail(id)] = limits;
    return {
      guard: `${guardedBy}, ${limit} in ${windowSeconds} s of ${name}`,
      'told before it begins': begins.begun[0] === 'begun',
      'keeps of a refused form': keeps.join(' '),
      'checked beside other faults': besides.join(' '),
      'other buttons': buttons.join(' '),
      'must be sent': submit.requires(createPlace(stories).context(), {}).join(' '),
    };
  }

  async function tellRow(status: string, view: AnyStepView): Promise<object> {
    const taken: Record<string, object> = {};
    for (const submit of [view.submit, ...(view.others ?? [])])
      if (submit) taken[submit.operation] = await tellSubmit(submit.operation, submit);
    const told = new Map<string, object>();
    for (const outcome of OUTCOMES.filter((one) => one.status === status)) {
      const one = { path: view.path(outcome), json: toldOf(view, outcome), next: view.next(outcome).join(' ') };
      told.set(JSON.stringify(one), one);
    }
    return { shown: view.show.operation, taken, outcomes: [...told.values()] };
  }

  it('say what was written down', async () => {
    const statuses = new Set(OUTCOMES.map(({ status }) => status));
    const rows: Record<string, unknown> = {};
    for (const status of statuses) rows[status] = await tellRow(status, stories.registry.viewOf(status));
    const isAction = ({ submit, shows }: StepOperation) => submit === undefined && shows === undefined;
    rows['without a row'] = operations.filter(([, operation]) => isAction(operation)).map(([id]) => id);
    if (process.env.SNAPSHOTS === 'write') writeFileSync(FILE, stringify(rows, { lineWidth: 0 }));
    assert.deepEqual(rows, parse(readFileSync(FILE, 'utf8')));
  });

  it('need no identifier of a browser that remembers one', () => {
    const { request, ...context } = createPlace(stories).context();
    const remembering = { ...context, request: { ...request, browser: { remembered: 'token' } } };
    for (const { id, requires } of submits) assert.deepEqual(requires(remembering, {}), [], id);
    for (const { id, requires } of submits)
      assert.deepEqual(requires({ ...context, request }, { identifier: 'P1' }), [], id);
  });

  it('have what takes what was typed stand behind a guard, whose events are named after the story', () => {
    const names = ourStories.map(({ name }) => name);
    for (const { id, guardedBy } of submits)
      assert.ok(
        names.some((name) => name === guardedBy),
        id,
      );
    assert.deepEqual(new Set(submits.map(({ guardedBy }) => guardedBy)), new Set(names), 'each story has one');
  });

  it('show no secret again', () => {
    for (const { id, keeps } of submits)
      assert.deepEqual(
        keeps.filter((name) => SECRETS.includes(name)),
        [],
        id,
      );
  });

  it('show the form of the row again where it has no other for a refusal', async () => {
    const place = createPlace(stories);
    place.keep({ proofs: { 'password-recovery': askedCode } });
    const again = await place.formAgain('submitRecoveryCode', {});
    assert.deepEqual([again.status, again.json.identifierType], ['code-sent', 'provisional']);
  });

  it('lead to operations that a story has, or that its place has', () => {
    const known = new Set<string>([...stories.registry.operations.keys(), 'createCaptcha']);
    for (const outcome of OUTCOMES)
      for (const next of stories.registry.viewOf(outcome.status).next(outcome)) assert.ok(known.has(next), next);
  });

  for (const [operation, status] of [
    ['showPasswordCreated', 'password-created'],
    ['showPasswordChanged', 'password-changed'],
    ['showMessageOnItsWay', 'message-on-its-way'],
  ] as const)
    it(`show the last page ${status} while it is what was reached, and nothing of it before or after`, async () => {
      const context = createPlace(stories).context();
      const { run } = stories.registry.operations.get(operation) ?? assert.fail(operation);
      const showAfter = (reached?: { readonly status: string }) =>
        run({ ...context, place: { ...context.place, reached } }, { body: {}, query: {} });
      assert.deepEqual(await showAfter({ status }), { status });
      for (const other of [undefined, { status: 'sign-in' }])
        await assert.rejects(showAfter(other), { code: 'step_not_available' });
    });
});
