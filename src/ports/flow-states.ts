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
  readonly locale?: 'fr' | 'en';
  /** Whether the interaction has led back to the relying party: it holds no proofs then, and never again. */
  readonly finished?: true;
  /** Dropped as a whole when the interaction ends. */
  readonly proofs?: Partial<Proofs>;
}

/** Keyed by interaction, never by person: parallel sign-ins must not meet. Sealed at rest. */
export interface FlowStates {
  find(uid: string): Promise<FlowState | undefined>;
  /** Keeps the state of a step; one that comes late does not bring a finished interaction back. */
  save(uid: string, state: UnfinishedState, expiresInSeconds: number): Promise<void>;
  /** Ends the interaction and drops its proofs. The rest leads a lost person back. */
  finish(uid: string, trace: Trace, expiresInSeconds: number): Promise<void>;
}

export type UnfinishedState = Omit<FlowState, 'finished'>;
export type Trace = Omit<UnfinishedState, 'proofs'>;
