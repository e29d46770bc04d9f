/** The accounts in this process, with the promises of src/ports/accounts.ts. What is personal is sealed here too. */
import { randomUUID } from 'node:crypto';
import { type ProfileRow, toAccount, toProfile } from '../../../src/adapters/postgres/account-rows.ts';
import type { Account } from '../../../src/domain/account.ts';
import { candidateKey } from '../../../src/domain/civil-identity.ts';
import type { Identifier } from '../../../src/domain/identifier.ts';
import type {
  Accounts,
  ContactPoint,
  NewAccount,
  PasswordKind,
  RecoverableAccount,
} from '../../../src/ports/accounts.ts';
import type { AuditLog } from '../../../src/ports/audit-log.ts';
import type { Jobs } from '../../../src/ports/jobs.ts';
import type { PasswordHash } from '../../../src/ports/passwords.ts';
import type { Clock } from '../../../src/ports/system.ts';
import type { Vault } from '../../../src/ports/vault.ts';

export interface MemoryAccounts extends Accounts {
  /** What an agent or a policy does. */
  setState(accountId: string, state: Account['state']): void;
  /** Everything that is kept. */
  atRest(): string;
}

interface Row extends ProfileRow {
  readonly indexes: readonly string[];
  readonly candidate_index?: string;
  readonly contact_points: readonly ContactPointRow[];
  credential?: { readonly credential_id: string; readonly kind: PasswordKind; readonly hash: PasswordHash };
}

interface ContactPointRow {
  readonly contact_point_id: string;
  readonly kind: ContactPoint['kind'];
  readonly sealed: string;
  readonly verified: boolean;
}

interface AccountsParts {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly audit: AuditLog;
}

export function createMemoryAccounts({ vault, clock, jobs, audit }: AccountsParts): MemoryAccounts {
  const rows = new Map<string, Row>();
  const indexOf = ({ type, value }: Identifier) => vault.blindIndex(`identifier:${type}`, value);
  const candidateIndex = (key: string) => vault.blindIndex('civil-identity', key);
  const all = () => [...rows.values()];
  const owner = (identifier: Identifier) => all().find(({ indexes }) => indexes.includes(indexOf(identifier)));
  const created = (hash: PasswordHash) => ({ credential_id: randomUUID(), kind: 'password' as const, hash });

  function toRecoverable(row: Row): RecoverableAccount {
    const verified = row.contact_points.filter((contactPoint) => contactPoint.verified);
    return { ...toProfile(row, vault), contactPoints: verified.map(toContactPoint) };
  }

  function toContactPoint({ contact_point_id: id, kind, sealed }: ContactPointRow): ContactPoint {
    return { kind, value: vault.open(sealed, `contact_points.sealed:${id}`) };
  }

  return {
    async findForSignIn(identifier) {
      const row = owner(identifier);
      if (!row?.credential) return row && toAccount(row);
      const { credential_id, kind, hash } = row.credential;
      return { ...toAccount(row), password: { credentialId: credential_id, kind, hash: { ...hash } } };
    },

    async findById(accountId) {
      const row = rows.get(accountId);
      return row && toAccount(row);
    },

    async findProfile(accountId) {
      const row = rows.get(accountId);
      return row && toProfile(row, vault);
    },

    async create(account) {
      if (account.identifiers.some(owner)) return undefined;
      const row = toRow(account);
      rows.set(row.account_id, row);
      return { accountId: row.account_id };
    },

    async replaceInitialPassword(accountId, credentialId, hash, event) {
      const row = rows.get(accountId);
      if (row?.credential?.credential_id !== credentialId || row.credential.kind !== 'initial-password') return false;
      const before = row.credential;
      row.credential = created(hash);
      await audit.record(event).catch((error: unknown) => {
        row.credential = before;
        throw error;
      });
      return true;
    },

    async findRecoverable(identifier) {
      const row = owner(identifier);
      return row && toRecoverable(row);
    },

    async findRecoverableById(accountId) {
      const row = rows.get(accountId);
      return row && toRecoverable(row);
    },

    async findCandidates(key) {
      const found = all().filter(({ candidate_index }) => candidate_index === candidateIndex(key));
      return found
        .sort((one, other) => Number(other.identity_verified) - Number(one.identity_verified))
        .map(toRecoverable);
    },

    async setPassword(accountId, hash, provedAt, event) {
      const row = rows.get(accountId);
      if (row?.state !== 'active' || (row.sessions_ended_at && row.sessions_ended_at >= provedAt)) return false;
      const { sessions_ended_at, credential } = row;
      row.sessions_ended_at = clock.now();
      row.credential = created(hash);
      await audit.record(event).catch((error: unknown) => {
        Object.assign(row, { sessions_ended_at, credential });
        throw error;
      });
      await jobs.add('tell-password-changed', { accountId });
      return true;
    },

    async upgradePasswordHash(credentialId, from, to) {
      const row = all().find(({ credential }) => credential?.credential_id === credentialId);
      if (row?.credential?.hash.encoded === from.encoded) row.credential = { ...row.credential, hash: to };
    },

    setState(accountId, state) {
      const row = rows.get(accountId);
      if (row) row.state = state;
    },

    atRest: () => JSON.stringify(all()),
  };

  function toRow(account: NewAccount): Row {
    const accountId = randomUUID();
    const { civilIdentity: identity, password } = account;
    return {
      account_id: accountId,
      state: account.state ?? 'active',
      identity_verified: account.identityVerified,
      locale: account.locale,
      sessions_ended_at: null,
      indexes: account.identifiers.map(indexOf),
      identifiers: account.identifiers.map(({ type, value }) => {
        const id = randomUUID();
        return { id, type, sealed: vault.seal(value, `identifiers.sealed:${id}`) };
      }),
      candidate_index:
        identity &&
        candidateIndex(candidateKey(identity.birthName, identity.givenNames, identity.birthDate.slice(0, 4))),
      sealed_identity: identity ? vault.seal(JSON.stringify(identity), `civil_identities.sealed:${accountId}`) : null,
      contact_points: (account.contactPoints ?? []).map(({ kind, value, verified }) => {
        const id = randomUUID();
        return { contact_point_id: id, kind, sealed: vault.seal(value, `contact_points.sealed:${id}`), verified };
      }),
      credential: password && { credential_id: randomUUID(), ...password },
    };
  }
}
