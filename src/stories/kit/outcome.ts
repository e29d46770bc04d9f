/**
 * What a step returns. Its public half is what the story says; its private half, `kept`, is saved and written on the
 * browser by the edge, and never rendered. A step that refuses throws.
 */
import type { Account } from '../../domain/account.ts';
import type { Identifier } from '../../domain/identifier.ts';
import type { OperationId } from '../../http/contract/operations.ts';
import type { Factor, ProofChange } from '../../ports/flow-states.ts';
import type { BrowserChange } from './browser.ts';

/** What only the edge may see. */
export interface Kept {
  readonly proofs?: ProofChange;
  readonly browser?: BrowserChange;
  /** What a form is asked with when it is shown again, besides what was typed: its captcha, which identifier it is for. */
  readonly form?: Readonly<Record<string, string>>;
}

/**
 * Any outcome that has a row. What is to be kept has one place, `kept`: anywhere else nobody would save it, so the other
 * names that it could have are taken. Those of `Proved` and of `Redirect` are too: a form is neither.
 */
export interface AnyOutcome {
  readonly status: string;
  readonly kept?: Kept;
  /** What it tells of is done and stays done: it is told also where the place cannot be saved any more. */
  readonly isDone?: true;
  readonly state?: never;
  readonly proofs?: never;
  readonly browser?: never;
  readonly factors?: never;
  readonly redirectTo?: never;
}

/** Somebody was proved. `next-step` decides what they still owe; no story signs anyone in. */
export interface Proved {
  readonly status: 'proved';
  readonly account: Account;
  readonly factors: readonly Factor[];
  readonly provedAt: Date;
  /** By what the account was found, and whether this browser is to remember it. */
  readonly identifier: Identifier;
  readonly remember: boolean;
  readonly kept?: Kept;
  /** The change by which they were proved is done: told where they cannot be led on any more. A last page of the story. */
  readonly otherwise?: AnyOutcome;
}

/** The browser is sent to an upstream provider, which sends it back to a fixed address. For steps reached by a link. */
export interface Redirect {
  readonly status: 'redirect';
  readonly redirectTo: string;
  /** How the way back is found: by the `state` that left with the browser, to this operation of the same place. */
  readonly returns: { readonly state: string; readonly operation: OperationId };
  readonly kept?: Kept;
}

/** Nothing is owed any more: the place is left, signed in. Made by `next-step` alone. */
export interface Authenticated {
  readonly status: 'authenticated';
  readonly accountId: string;
  readonly acr: string;
  /** RFC 8176. */
  readonly amr: readonly string[];
  readonly provedAt: Date;
  readonly kept?: Kept;
}

/** The person gives up. */
export interface Cancelled {
  readonly status: 'cancelled';
  readonly kept?: never;
}

/** What any step may return besides the outcomes of its own story. */
export type CommonOutcome = Proved | Redirect;

export function isProved(outcome: AnyOutcome | CommonOutcome | Cancelled): outcome is Proved {
  return 'factors' in outcome;
}

export function isCancelled(outcome: AnyOutcome | CommonOutcome | Cancelled): outcome is Cancelled {
  return outcome.status === 'cancelled';
}

export function isRedirect(outcome: AnyOutcome | CommonOutcome | Cancelled): outcome is Redirect {
  return 'redirectTo' in outcome;
}
