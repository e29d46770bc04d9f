/** People who sign in, one after the other, while something goes wrong. */
import { performance } from 'node:perf_hooks';
import { createPerson, PASSWORD } from './people.ts';
import { createRelyingParty, signInToTokens } from './relying-party.ts';
import type { Service } from './service.ts';
import { Visitor } from './visitor.ts';
import { eventually } from './wait.ts';

export interface Load {
  readonly done: number;
  readonly failed: number;
  /** The longest that a sign-in took before it failed. */
  readonly slowestFailureMs: number;
  /** Waits until nobody fails any more. @returns milliseconds from now until the last failure. */
  untilWell(): Promise<number>;
  /** @returns once the last one is done. */
  end(): Promise<void>;
}

/** So many sign-ins in a row without a failure: all is well again. */
const WELL = 12;

/** @param issuer where they sign in: a service, or what stands before several. */
export async function startLoad(home: Service, issuer = home.url, people = 4): Promise<Load> {
  const party = await createRelyingParty(issuer);
  const state = { done: 0, failed: 0, slowestFailureMs: 0, lastFailureAt: 0, inARow: 0, over: false };
  const persons = await Promise.all(Array.from({ length: people }, () => createPerson(home)));
  const ended = Promise.all(
    persons.map(async ({ identifier }) => {
      while (!state.over) {
        const startedAt = performance.now();
        try {
          await signInToTokens(new Visitor(), party, identifier, PASSWORD);
          state.done += 1;
          state.inARow += 1;
        } catch {
          state.failed += 1;
          state.inARow = 0;
          state.lastFailureAt = performance.now();
          state.slowestFailureMs = Math.max(state.slowestFailureMs, state.lastFailureAt - startedAt);
        }
      }
    }),
  );
  const isWell = () => state.inARow >= WELL;
  await eventually('the load', isWell, 20);
  return {
    get done() {
      return state.done;
    },
    get failed() {
      return state.failed;
    },
    get slowestFailureMs() {
      return state.slowestFailureMs;
    },
    async untilWell() {
      const from = performance.now();
      state.inARow = 0;
      await eventually('people who sign in', isWell, 20);
      return Math.max(0, Math.round(state.lastFailureAt - from));
    },
    async end() {
      state.over = true;
      await ended;
    },
  };
}
