/** A riddle, by its answer or by the word of an oracle elsewhere: a story that is none of the service's. */
import { fieldError, ServiceError } from '../../../src/errors.ts';
import type { Ports } from '../../../src/ports/ports.ts';
import type { StepContext } from '../../../src/stories/kit/context.ts';
import type { Guard } from '../../../src/stories/kit/guard.ts';
import type { AnyOutcome, Redirect } from '../../../src/stories/kit/outcome.ts';
import type {} from '../../support/audit.ts';

declare module '../../../src/ports/flow-states.ts' {
  interface Proofs {
    readonly riddle: { readonly askedOf?: string; readonly solvedBy?: 'answer' | 'oracle' };
  }
}

export interface RiddleAsked extends AnyOutcome {
  readonly status: 'riddle-asked';
  readonly tries: number;
}

export interface RiddleSolved extends AnyOutcome {
  readonly status: 'riddle-solved';
  readonly solvedBy: 'answer' | 'oracle';
}

const TRIES = 3;

export function createRiddle({ random }: Pick<Ports, 'random'>, guard: Guard) {
  const policy = { audit: 'riddle', throttle: { name: 'riddle', limit: 100, windowSeconds: 60 } } as const;
  const solved = (solvedBy: RiddleSolved['solvedBy']): RiddleSolved => ({ status: 'riddle-solved', solvedBy });

  async function show(): Promise<RiddleAsked> {
    return { status: 'riddle-asked', tries: TRIES };
  }

  const submit = guard(
    policy,
    async (_context, input: { answer: string; inCapitals: boolean }): Promise<RiddleSolved> => {
      const expected = input.inCapitals ? 'SHADOW' : 'shadow';
      if (input.answer !== expected) throw fieldError('answer', 'field_invalid');
      return { ...solved('answer'), kept: { proofs: { riddle: { solvedBy: 'answer' } } } };
    },
  );

  async function showSolved({ place }: StepContext): Promise<RiddleSolved> {
    const by = place.proofs.riddle?.solvedBy;
    if (!by) throw new ServiceError('step_not_available');
    return solved(by);
  }

  async function askOracle(): Promise<Redirect> {
    const state = random.token();
    const redirectTo = `https://oracle.example/ask?state=${state}`;
    const kept = { proofs: { riddle: { askedOf: state } } };
    return { status: 'redirect', redirectTo, returns: { state, operation: 'hearOracle' }, kept };
  }

  const hear = guard(
    policy,
    async ({ place }, { state, word }: { state: string; word: string }): Promise<RiddleSolved> => {
      if (place.proofs.riddle?.askedOf !== state) throw new ServiceError('step_not_available');
      if (word !== 'yes') throw new ServiceError('sign_in_failed');
      return { ...solved('oracle'), kept: { proofs: { riddle: { solvedBy: 'oracle' } } } };
    },
  );

  return { show, submit, showSolved, askOracle, hear };
}
