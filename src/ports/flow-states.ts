/** Where a person stands in an interaction. Apart from oidc-provider's own record, which ends with the request. */
import type { IdentifierType } from '../domain/identifier.ts';

/**
 * What was proved or asked for in one interaction. `proved` says who the person is while something is still owed; every
 * other entry is one story's, which declares it beside its flow.
 */
export interface Proofs {
  readonly proved: ProvedRecord;
}

/** A proof that is undefined is dropped; one that is not named stays. */
export type ProofChange = { readonly [Name in keyof Proofs]?: Proofs[Name] | undefined };

export interface ProvedRecord {
  readonly accountId: string;
  readonly factors: readonly Factor[];
  readonly provedAtMs: number;
  /** Which of the account's identifiers was typed: « Se souvenir de moi » keeps that one. */
  readonly identifierType: IdentifierType;
  readonly remember: boolean;
}

/** How somebody was proved. An initial password opens nothing but the creation of a password. */
export type Factor =
  | { readonly kind: 'password' }
  | { readonly kind: 'initial-password'; readonly credentialId: string };

export interface FlowState {
  readonly clientId: string;
  /** Epoch seconds of the last step. */
  readonly lastStepAt: number;
  /** Epoch seconds. Absent until the interaction began anew: it began with its request then. */
  readonly beganAt?: number;
  readonly locale?: 'fr' | 'en';
  /** How many steps were taken: whoever comes with less was beside somebody who took one. */
  readonly steps?: number;
  /** The step that the last one taken led to. */
  readonly reached?: Reached;
  /** A form that was not taken, until a step is. */
  readonly draft?: Draft;
  /** Whether the interaction has led back to the relying party: it holds no proofs then, and never again. */
  readonly finished?: true;
  /** Whether it ended with its person signed in. */
  readonly signedIn?: true;
  /** Dropped as a whole when the interaction ends. */
  readonly proofs?: Partial<Proofs>;
}

/** The public half of an outcome: a last page is shown by it as long as no other step is taken. */
export interface Reached {
  readonly status: string;
}

/** What a person typed on a form that was refused, or left for the other language: shown by each GET of that form. */
export interface Draft {
  /** The row that the form belongs to. */
  readonly step: string;
  /** Where the form stands, below its place. */
  readonly path: string;
  /** The fields that the step keeps: never a password, a code or the answer of a captcha. */
  readonly typed: Readonly<Record<string, string>>;
  readonly refusal?: RefusalOfDraft;
}

export interface RefusalOfDraft {
  readonly code: string;
  readonly fields: readonly {
    readonly field: string;
    readonly code: string;
    readonly values?: Readonly<Record<string, string | number>>;
  }[];
  /** When there is nothing to wait for any more, in epoch milliseconds. */
  readonly untilMs?: number;
}

/** As it was read. `version` is opaque: it is what replaces this state and no other. */
export interface FoundState {
  readonly state: FlowState;
  readonly version: string;
}

/** Keyed by interaction, never by person: parallel sign-ins must not meet. Sealed at rest. */
export interface FlowStates {
  find(uid: string): Promise<FoundState | undefined>;
  /**
   * Atomic: replaces the state that was found, or writes the first one.
   * @param found the version of it; undefined where there was none.
   * @returns the version of what was written; undefined, and nothing was, where another state was written meanwhile or
   * the interaction is finished.
   */
  save(
    uid: string,
    state: UnfinishedState,
    expiresInSeconds: number,
    found: string | undefined,
  ): Promise<string | undefined>;
  /**
   * Takes the interaction for one request that may take a step: true for one, and for no other until `release`, or until
   * the time is over. False too where no state was kept yet.
   */
  hold(uid: string, seconds: number): Promise<boolean>;
  release(uid: string): Promise<void>;
  /** Ends the interaction and drops its proofs. The rest leads a lost person back. */
  finish(uid: string, trace: Trace, expiresInSeconds: number): Promise<void>;
}

export type UnfinishedState = Omit<FlowState, 'finished'>;
export type Trace = Pick<FlowState, 'clientId' | 'lastStepAt' | 'locale' | 'signedIn'>;
