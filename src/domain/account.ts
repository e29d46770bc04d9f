/** Our record of one person, and whether it may be used. */
import type { CivilIdentity } from './civil-identity.ts';
import type { Identifier } from './identifier.ts';

export type AccountState = 'active' | 'suspended' | 'closed';

export interface Account {
  /** Opaque, random, never changes; not derived from the NIR. */
  readonly accountId: string;
  readonly state: AccountState;
  /** Whether the agency has confirmed who this is. */
  readonly identityVerified: boolean;
  readonly locale: 'fr' | 'en';
  /** Sessions and tokens that began before this moment are over. */
  readonly sessionsEndedAt?: Date;
}

/** An account with what its claims are made of. */
export interface AccountProfile extends Account {
  readonly civilIdentity?: CivilIdentity;
  readonly identifiers: readonly Identifier[];
}

/** Whether the account may sign in and be given tokens. Checked at every issue of a token, refresh included. */
export function canSignIn(account: Account): boolean {
  return account.state === 'active';
}

/**
 * Whether something that began at `startedAtSeconds` (epoch) still holds for this account. Both are compared to the
 * millisecond. What is known by its whole second alone counts as begun with it: it may have begun before the end.
 */
export function isSessionCurrent(account: Account, startedAtSeconds: number): boolean {
  const endedAt = account.sessionsEndedAt;
  return endedAt === undefined || Math.round(startedAtSeconds * 1000) >= endedAt.getTime();
}

/** The authentication context class: `eidas1`, or `eidas0` while nobody has confirmed the identity. */
export function acrOf(account: Account): 'eidas0' | 'eidas1' {
  return account.identityVerified ? 'eidas1' : 'eidas0';
}
