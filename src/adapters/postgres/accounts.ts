/**
 * Accounts on PostgreSQL. Personal data is sealed and bound to its row; identifiers are found by their blind index.
 * Sign-in is one statement.
 */
import { randomUUID } from 'node:crypto';
import { candidateKey } from '../../domain/civil-identity.ts';
import type { Identifier } from '../../domain/identifier.ts';
import type { Accounts, NewAccount, PasswordKind, SignInAccount } from '../../ports/accounts.ts';
import type { Clock } from '../../ports/system.ts';
import type { Vault } from '../../ports/vault.ts';
import { ACCOUNT_COLUMNS, type AccountRow, type ProfileRow, toAccount, toProfile } from './account-rows.ts';
import { recordEvent } from './audit-log.ts';
import { type Database, isUniqueViolation, orUnavailable } from './database.ts';
import { addJob } from './jobs.ts';
import { createRecoverableAccounts } from './recoverable-accounts.ts';

interface SignInRow extends AccountRow {
  credential_id: string | null;
  kind: PasswordKind;
  hash: string;
  pepper_id: string;
}

/** @param clock by which sessions end: the one by which sessions and tokens begin, and proofs are dated. */
export function createAccounts(database: Database, vault: Vault, clock: Clock): Accounts {
  const indexOf = ({ type, value }: Identifier) => vault.blindIndex(`identifier:${type}`, value);

  return {
    ...createRecoverableAccounts(database, vault),

    async findForSignIn(identifier) {
      const row = await orUnavailable<SignInRow | undefined>(
        database('identifiers')
          .join('accounts', 'accounts.account_id', 'identifiers.account_id')
          .leftJoin('credentials', 'credentials.account_id', 'accounts.account_id')
          .where('identifiers.blind_index', indexOf(identifier))
          .where((valid) =>
            valid.whereNull('identifiers.ends_at').orWhere('identifiers.ends_at', '>', database.fn.now()),
          )
          .first(
            ...ACCOUNT_COLUMNS,
            'credentials.credential_id',
            'credentials.kind',
            'credentials.hash',
            'credentials.pepper_id',
          ),
      );
      return row && toSignInAccount(row);
    },

    async findById(accountId) {
      const row = await orUnavailable<AccountRow | undefined>(
        database('accounts')
          .where({ account_id: accountId })
          .first(...ACCOUNT_COLUMNS),
      );
      return row && toAccount(row);
    },

    async findProfile(accountId) {
      const identifiers = database('identifiers')
        .whereRaw('identifiers.account_id = accounts.account_id')
        .whereRaw('(identifiers.ends_at is null or identifiers.ends_at > now())')
        .select(
          database.raw(
            "coalesce(json_agg(json_build_object('id', identifier_id, 'type', type, 'sealed', sealed) order by created_at desc), '[]')",
          ),
        )
        .as('identifiers');
      const row = await orUnavailable<ProfileRow | undefined>(
        database('accounts')
          .leftJoin('civil_identities', 'civil_identities.account_id', 'accounts.account_id')
          .where('accounts.account_id', accountId)
          .first(...ACCOUNT_COLUMNS, 'civil_identities.sealed as sealed_identity', identifiers),
      );
      return row && toProfile(row, vault);
    },

    async create(account) {
      const accountId = randomUUID();
      try {
        await orUnavailable(
          database.transaction((transaction) => insertAccount(transaction, vault, accountId, account)),
        );
        return { accountId };
      } catch (error) {
        if (isUniqueViolation(error, 'identifiers_blind_index_unique')) return undefined;
        throw error;
      }
    },

    async replaceInitialPassword(accountId, credentialId, hash, event) {
      return orUnavailable(
        database.transaction(async (transaction) => {
          const replaced = await transaction('credentials')
            .where({ account_id: accountId, credential_id: credentialId, kind: 'initial-password' })
            .update({
              credential_id: randomUUID(),
              kind: 'password',
              hash: hash.encoded,
              pepper_id: hash.pepperId,
              created_at: transaction.fn.now(),
            });
          if (replaced !== 1) return false;
          await recordEvent(transaction, event);
          return true;
        }),
      );
    },

    async setPassword(accountId, hash, provedAt, event) {
      return orUnavailable(
        database.transaction(async (transaction) => {
          const changed = await transaction('accounts')
            .where({ account_id: accountId, state: 'active' })
            .where((since) => since.whereNull('sessions_ended_at').orWhere('sessions_ended_at', '<', provedAt))
            .update({ sessions_ended_at: clock.now() });
          if (changed !== 1) return false;
          const credential = { kind: 'password', hash: hash.encoded, pepper_id: hash.pepperId };
          await transaction('credentials')
            .insert({ credential_id: randomUUID(), account_id: accountId, ...credential })
            .onConflict('account_id')
            .merge({ credential_id: randomUUID(), ...credential, created_at: transaction.fn.now() });
          await addJob(transaction, vault, 'tell-password-changed', { accountId });
          await recordEvent(transaction, event);
          return true;
        }),
      );
    },

    async upgradePasswordHash(credentialId, from, to) {
      await orUnavailable(
        database('credentials')
          .where({ credential_id: credentialId, hash: from.encoded })
          .update({ hash: to.encoded, pepper_id: to.pepperId }),
      );
    },
  };
}

async function insertAccount(transaction: Database, vault: Vault, accountId: string, account: NewAccount) {
  await transaction('accounts').insert({
    account_id: accountId,
    state: account.state ?? 'active',
    identity_verified: account.identityVerified,
    locale: account.locale,
  });
  for (const { type, value } of account.identifiers) {
    const id = randomUUID();
    await transaction('identifiers').insert({
      identifier_id: id,
      account_id: accountId,
      type,
      sealed: vault.seal(value, `identifiers.sealed:${id}`),
      blind_index: vault.blindIndex(`identifier:${type}`, value),
    });
  }
  if (account.civilIdentity) {
    const { birthName, givenNames, birthDate } = account.civilIdentity;
    await transaction('civil_identities').insert({
      account_id: accountId,
      candidate_index: vault.blindIndex('civil-identity', candidateKey(birthName, givenNames, birthDate.slice(0, 4))),
      sealed: vault.seal(JSON.stringify(account.civilIdentity), `civil_identities.sealed:${accountId}`),
    });
  }
  if (account.password)
    await transaction('credentials').insert({
      credential_id: randomUUID(),
      account_id: accountId,
      kind: account.password.kind,
      hash: account.password.hash.encoded,
      pepper_id: account.password.hash.pepperId,
    });
  for (const { kind, value, verified } of account.contactPoints ?? []) {
    const id = randomUUID();
    await transaction('contact_points').insert({
      contact_point_id: id,
      account_id: accountId,
      kind,
      sealed: vault.seal(value, `contact_points.sealed:${id}`),
      blind_index: vault.blindIndex(`contact-point:${kind}`, value),
      verified_at: verified ? transaction.fn.now() : null,
    });
  }
}

function toSignInAccount(row: SignInRow): SignInAccount {
  const account = toAccount(row);
  if (row.credential_id === null) return account;
  const hash = { encoded: row.hash, pepperId: row.pepper_id };
  return { ...account, password: { credentialId: row.credential_id, kind: row.kind, hash } };
}
