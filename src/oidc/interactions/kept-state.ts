/**
 * The flow state of an interaction as one request keeps it. Requests of one interaction come at once (two clicks, two
 * tabs). One that may take a step waits for the one that is under way; and what is written replaces what was read and
 * nothing else, for those that did not wait (ADR 0026). A step that was taken counts: whoever came before it was is told so,
 * and writes no step over it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ServiceError } from '../../errors.ts';
import type { Draft, FlowState, FlowStates, FoundState, ProofChange, Reached, Trace } from '../../ports/flow-states.ts';

/** What a step changed. */
export interface StateChange {
  readonly locale?: 'fr' | 'en';
  readonly proofs?: ProofChange;
  readonly reached?: Reached;
  readonly draft?: Draft;
}

export interface KeptState {
  /** As it stood when it was last read or written. */
  current(): FlowState;
  /**
   * A step may be taken: waits for the request of this interaction that is under way, if any.
   * @returns false where that one took a step, or the interaction is over.
   */
  begin(): Promise<boolean>;
  /** Whoever waits may go on. */
  end(): Promise<void>;
  /**
   * A step was taken: prolongs the interaction, keeps what the step changed, and drops the draft.
   * @param isDone what it did stays done: kept whatever step was taken meanwhile.
   * @returns false where another step was taken meanwhile, or the interaction is over: nothing was kept.
   */
  save(change?: StateChange, isDone?: boolean): Promise<boolean>;
  /** A step was shown or refused: the same, and neither counts. A draft stays. @returns as `save`. */
  touch(change?: StateChange): Promise<boolean>;
  /** Begins anew, as one: what was proved is dropped, and what was typed stays. Whoever comes beside it finds it done. */
  restart(): Promise<void>;
  /** The interaction is over. Whatever was proved ends with it; the trace leads a lost person back. */
  finish(trace: Trace): Promise<void>;
}

/** Each one lost is somebody else's won; nobody sends as many at once. */
const MOST_TRIES = 100;

/** A refusal that loses so often is one of many: those that won are shown. */
const TRIES_OF_REFUSAL = 3;

/** A request that goes on for longer, or whose process ended, keeps nobody waiting. */
const HOLD_SECONDS = 5;
const WAIT_MS = 3000;
const LOOK_EVERY_MS = 50;

/** People click twice: whoever sends more at once does not wait, so that they ask no more of the store than others. */
const MOST_WAITERS = 16;
const waiters = new Map<string, number>();

/**
 * @param first what is kept where nothing was found. @param now epoch seconds.
 * @param keepSeconds no shorter than the library keeps the interaction: an end that is forgotten would be none.
 */
export function createKeptState(
  flowStates: FlowStates,
  uid: string,
  found: FoundState | undefined,
  first: FlowState,
  now: () => number,
  keepSeconds: number,
): KeptState {
  let state = found?.state ?? first;
  let version = found?.version;
  let known = stepsOf(state);
  let isHeld = false;

  async function replace(next: FlowState): Promise<boolean> {
    const written = await flowStates.save(uid, next, keepSeconds, version);
    if (written !== undefined) [state, version] = [next, written];
    else await readAgain();
    return written !== undefined;
  }

  async function readAgain(): Promise<void> {
    const stands = await flowStates.find(uid);
    version = stands?.version;
    if (stands) state = stands.state;
  }

  const isLost = () => state.finished === true || stepsOf(state) !== known;

  function changed({ locale = state.locale, proofs, draft }: StateChange): FlowState {
    return { ...state, locale, proofs: { ...state.proofs, ...proofs }, draft, lastStepAt: now() };
  }

  async function hold(): Promise<boolean> {
    isHeld = await flowStates.hold(uid, HOLD_SECONDS);
    return isHeld;
  }

  return {
    current: () => state,

    async begin() {
      if (version === undefined || (await hold())) return true;
      const waiting = waiters.get(uid) ?? 0;
      if (waiting >= MOST_WAITERS) return true;
      waiters.set(uid, waiting + 1);
      try {
        for (let waited = 0; waited < WAIT_MS && !isLost(); waited += LOOK_EVERY_MS) {
          await delay(LOOK_EVERY_MS);
          await readAgain();
          if (!isLost() && (await hold())) break;
        }
      } finally {
        const left = (waiters.get(uid) ?? 1) - 1;
        if (left > 0) waiters.set(uid, left);
        else waiters.delete(uid);
      }
      return !isLost();
    },

    async end() {
      // Whoever waits sees what is over; what cannot be let go ends by itself.
      if (isHeld && !state.finished) await flowStates.release(uid).catch(() => {});
    },

    async restart() {
      for (let tries = 0; !isLost(); tries++) {
        if (tries === MOST_TRIES) throw new ServiceError('busy');
        const { clientId, locale, draft } = state;
        const [beganAt, steps] = [now(), stepsOf(state) + 1];
        if (await replace({ clientId, locale, draft, beganAt, lastStepAt: beganAt, steps })) break;
      }
      known = stepsOf(state);
    },

    async finish(trace) {
      await flowStates.finish(uid, trace, keepSeconds);
      state = { ...trace, finished: true };
    },

    async save(change = {}, isDone = false) {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        if (state.finished || (isLost() && !isDone)) return false;
        const steps = stepsOf(state) + 1;
        if (await replace({ ...changed(change), steps, reached: change.reached })) {
          known = steps;
          return true;
        }
      }
      throw new ServiceError('busy');
    },

    async touch(change = {}) {
      for (let tries = 0; tries < TRIES_OF_REFUSAL && !isLost(); tries++)
        if (await replace(changed({ ...change, draft: change.draft ?? state.draft }))) return true;
      return !isLost();
    },
  };
}

function stepsOf({ steps = 0 }: FlowState): number {
  return steps;
}
