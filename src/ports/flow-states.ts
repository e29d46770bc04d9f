/** Where a person stands in an interaction. */
import type { IdentifierType } from '../domain/identifier.ts';

/** Where a person stands in an interaction. Apart from oidc-provider's own record, which ends with the request. */
export interface FlowState {
  readonly clientId: string;
  /** Epoch seconds of the last step. */
  readonly lastStepAt: number;
  readonly locale?: 'fr' | 'en';
  /** Set once the interaction has led back to the relying party. */
  readonly finished?: boolean;
  /** Proved so far: the initial password of this account. Opens the creation of a password and nothing else. */
  readonly firstPassword?: {
    readonly accountId: string;
    readonly credentialId: string;
    /** Which of the account's identifiers was typed: « Se souvenir de moi » keeps that one. */
    readonly identifierType: IdentifierType;
    readonly remember: boolean;
  };
  /** « Mot de passe oublié »: the code that was asked for, then whose it proved to be. */
  readonly passwordRecovery?: {
    readonly codeId: string;
    readonly identifierType: IdentifierType;
    readonly proof?: { readonly accountId: string; readonly provedAtMs: number };
  };
}

/** Keyed by interaction, never by person: parallel sign-ins must not meet. Sealed at rest. */
export interface FlowStates {
  find(uid: string): Promise<FlowState | undefined>;
  save(uid: string, state: FlowState, expiresInSeconds: number): Promise<void>;
}
