/** Rows of accounts, and the accounts they are: personal data is opened here. */
import type { Account, AccountProfile } from '../../domain/account.ts';
import type { CivilIdentity } from '../../domain/civil-identity.ts';
import type { IdentifierType } from '../../domain/identifier.ts';
import type { Vault } from '../../ports/vault.ts';

export interface AccountRow {
  account_id: string;
  state: Account['state'];
  identity_verified: boolean;
  locale: 'fr' | 'en';
  sessions_ended_at: Date | null;
}

export interface ProfileRow extends AccountRow {
  sealed_identity: string | null;
  identifiers: { id: string; type: IdentifierType; sealed: string }[];
}

export const ACCOUNT_COLUMNS = [
  'accounts.account_id',
  'accounts.state',
  'accounts.identity_verified',
  'accounts.locale',
  'accounts.sessions_ended_at',
];

export function toAccount(row: AccountRow): Account {
  return {
    accountId: row.account_id,
    state: row.state,
    identityVerified: row.identity_verified,
    locale: row.locale,
    sessionsEndedAt: row.sessions_ended_at ?? undefined,
  };
}

export function toProfile(row: ProfileRow, vault: Vault): AccountProfile {
  return {
    ...toAccount(row),
    identifiers: row.identifiers.map(({ id, type, sealed }) => ({
      type,
      value: vault.open(sealed, `identifiers.sealed:${id}`),
    })),
    civilIdentity:
      row.sealed_identity === null
        ? undefined
        : (JSON.parse(vault.open(row.sealed_identity, `civil_identities.sealed:${row.account_id}`)) as CivilIdentity),
  };
}
