/** Accounts with the ways to reach their holders: what the recovery jobs read, in one statement each. */
import type { Accounts, ContactPoint, RecoverableAccount } from '../../ports/accounts.ts';
import type { Vault } from '../../ports/vault.ts';
import { ACCOUNT_COLUMNS, type ProfileRow, toProfile } from './account-rows.ts';
import { type Database, orUnavailable } from './database.ts';

interface RecoverableRow extends ProfileRow {
  contact_points: { id: string; kind: ContactPoint['kind']; sealed: string }[];
}

type Finders = Pick<Accounts, 'findRecoverable' | 'findRecoverableById' | 'findCandidates'>;

/** A real person has few namesakes born in one year; past this, something else is going on. */
const MAXIMUM_CANDIDATES = 200;

export function createRecoverableAccounts(database: Database, vault: Vault): Finders {
  return {
    async findRecoverable({ type, value }) {
      const found = await find(
        `accounts.account_id = (select account_id from identifiers
          where blind_index = ? and (ends_at is null or ends_at > now()))`,
        vault.blindIndex(`identifier:${type}`, value),
      );
      return found[0];
    },

    findRecoverableById: async (accountId) => (await find('accounts.account_id = ?', accountId))[0],

    findCandidates: (candidateKey) =>
      find('civil_identities.candidate_index = ?', vault.blindIndex('civil-identity', candidateKey)),
  };

  async function find(where: string, value: string): Promise<RecoverableAccount[]> {
    const rows = await orUnavailable<RecoverableRow[]>(
      database('accounts')
        .leftJoin('civil_identities', 'civil_identities.account_id', 'accounts.account_id')
        .whereRaw(where, [value])
        // Any number of unconfirmed namesakes hides no confirmed account.
        .orderBy('accounts.identity_verified', 'desc')
        .limit(MAXIMUM_CANDIDATES)
        .select(
          ...ACCOUNT_COLUMNS,
          'civil_identities.sealed as sealed_identity',
          database.raw(listOf('identifiers', 'identifier_id', 'type', '(t.ends_at is null or t.ends_at > now())')),
          database.raw(listOf('contact_points', 'contact_point_id', 'kind', 't.verified_at is not null')),
        ),
    );
    return rows.map((row) => ({ ...toProfile(row, vault), contactPoints: row.contact_points.map(toContactPoint) }));
  }

  function toContactPoint({ id, kind, sealed }: RecoverableRow['contact_points'][number]): ContactPoint {
    return { kind, value: vault.open(sealed, `contact_points.sealed:${id}`) };
  }
}

function listOf(table: string, id: string, kind: 'type' | 'kind', condition: string): string {
  return `(select coalesce(json_agg(json_build_object('id', t.${id}, '${kind}', t.${kind}, 'sealed', t.sealed)
    order by t.created_at desc), '[]') from ${table} t where t.account_id = accounts.account_id and ${condition}) as ${table}`;
}
