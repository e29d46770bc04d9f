/**
 * Where a step happens: an interaction today. The responder, the form tokens, the cookies and the pages of errors know a
 * place by this alone, so that pages over the provider's own session can be the next one without touching a story.
 */
import type { TimeLeft, WayBack } from '../oidc/interactions/interactions.ts';
import type { StateChange } from '../oidc/interactions/kept-state.ts';
import type { Draft } from '../ports/flow-states.ts';
import type { PlaceFacts } from '../stories/kit/context.ts';
import type { Authenticated, Cancelled } from '../stories/kit/outcome.ts';
import type { OperationId } from './contract/operations.ts';

export interface Place {
  /** The path below which its steps stand: `/interactions/{uid}`. */
  readonly base: string;
  /** The path below which the cookies of browsers are sent, for this place and those like it. */
  readonly cookiePath: string;
  /** Opaque; the tokens of its forms are bound to it. */
  readonly placeId: string;
  /** Where a lost person is led back to. */
  readonly wayBack: WayBack;
  /** By which its person gives up; named after the steps of an outcome. */
  readonly exits: readonly OperationId[];
  /** The languages that were asked for, the chosen one first. */
  locales(): readonly string[];
  /** What a step may know, as it stands after the last `save`. */
  facts(): PlaceFacts;
  /** What stands in every JSON answer. */
  describe(locale: 'fr' | 'en'): object;
  /** It had ended by time, and begins anew with this request: whoever sent something is told so, and it is not taken. */
  readonly isRestarted: boolean;
  timeLeft(): TimeLeft;
  /** The form that was not taken, if any. */
  draft(): Draft | undefined;
  /**
   * A step may be taken: waits for the one that is under way.
   * @returns false where that one was taken, or the place was left.
   */
  begin(): Promise<boolean>;
  /** Whoever waits may go on. */
  end(): Promise<void>;
  /**
   * A step was taken. @param isDone what it did stays done, whatever was taken meanwhile.
   * @returns false where another step was taken meanwhile, or the place was left.
   */
  save(change?: StateChange, isDone?: boolean): Promise<boolean>;
  /** A step was shown or refused. @returns as `save`. */
  touch(change?: StateChange): Promise<boolean>;
  /** Whether it was left meanwhile. */
  isLeft(): boolean;
  /** Where it led somebody who was signed in meanwhile; undefined where nobody was. */
  findEnd(): Promise<string | undefined>;
  /** @returns where the browser goes next. */
  leave(how: Authenticated | Cancelled): Promise<string>;
}

/** Finds the relying party of a place that could not be loaded. */
export interface Surface {
  /** The path below which its places stand, with the slash. */
  readonly prefix: string;
  findWayBack(placeId: string): Promise<WayBack | undefined>;
}
