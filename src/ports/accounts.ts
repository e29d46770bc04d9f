/** Accounts, and the ways to reach their holders. */
import type { Account, AccountProfile } from '../domain/account.ts';
import type { CivilIdentity } from '../domain/civil-identity.ts';
import type { Identifier } from '../domain/identifier.ts';
import type { AuditEvent } from './audit-log.ts';
import type { PasswordHash } from './passwords.ts';

export type PasswordKind = 'password' | 'initial-password';

/** A stored password, as needed to verify it. */
export interface PasswordCredential {
  readonly credentialId: string;
  /** An initial password opens nothing but the creation of a password. */
  readonly kind: PasswordKind;
  readonly hash: PasswordHash;
}

/** What sign-in needs of an account, in one read. */
export interface SignInAccount extends Account {
  readonly password?: PasswordCredential;
}

export interface NewAccount {
  readonly identifiers: readonly Identifier[];
  readonly civilIdentity?: CivilIdentity;
  readonly identityVerified: boolean;
  readonly locale: 'fr' | 'en';
  readonly state?: Account['state'];
  readonly password?: { readonly kind: PasswordKind; readonly hash: PasswordHash };
  readonly contactPoints?: readonly NewContactPoint[];
}

/** An account with the ways to reach its holder. */
export interface RecoverableAccount extends AccountProfile {
  readonly contactPoints: readonly ContactPoint[];
}

export interface ContactPoint {
  readonly kind: 'mobile' | 'email';
  readonly value: string;
}

export interface NewContactPoint {
  readonly kind: 'mobile' | 'email';
  /** E.164 for a mobile number. */
  readonly value: string;
  readonly verified: boolean;
}

export interface Accounts {
  /** The account that owns this identifier, through its blind index; undefined when there is none. */
  findForSignIn(identifier: Identifier): Promise<SignInAccount | undefined>;
  findById(accountId: string): Promise<Account | undefined>;
  /** With civil identity and identifiers, unsealed. */
  findProfile(accountId: string): Promise<AccountProfile | undefined>;
  /**
   * Creates an account with everything that belongs to it, or nothing.
   * @returns undefined when an identifier is already owned, also when two creations arrive at once.
   */
  create(account: NewAccount): Promise<{ accountId: string } | undefined>;
  /**
   * Replaces the initial password `credentialId` by a created one; the initial password is destroyed.
   * @param event is recorded with the change, or neither is.
   * @returns false when it is no longer there: exactly one of several callers gets true.
   */
  replaceInitialPassword(
    accountId: string,
    credentialId: string,
    hash: PasswordHash,
    event: AuditEvent,
  ): Promise<boolean>;
  /** With contact points too, by an identifier: for recovery. */
  findRecoverable(identifier: Identifier): Promise<RecoverableAccount | undefined>;
  findRecoverableById(accountId: string): Promise<RecoverableAccount | undefined>;
  /** Those whose civil identity has this candidate key: a blind index, no scan. */
  findCandidates(candidateKey: string): Promise<readonly RecoverableAccount[]>;
  /**
   * Sets the password, whatever was there before, ends every session, token and grant that began until now, has the
   * person told and the event recorded, all or nothing.
   * @param provedAt when the right to do so was proved: a change since then voids it, so one of several callers wins.
   * @returns false when the account is not active any more, or the proof is void.
   */
  setPassword(accountId: string, hash: PasswordHash, provedAt: Date, event: AuditEvent): Promise<boolean>;
  /** Stores a stronger hash of the same password, unless the credential has changed since it was read. */
  upgradePasswordHash(credentialId: string, from: PasswordHash, to: PasswordHash): Promise<void>;
}
