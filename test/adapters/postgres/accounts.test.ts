/** What the suites of the accounts cannot ask of every backend: ends of identifiers, swapped rows, transactions that fail at their end. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createAccounts } from '../../../src/adapters/postgres/accounts.ts';
import { type Database, openDatabase } from '../../../src/adapters/postgres/database.ts';
import { readHashCosts } from '../../../src/adapters/postgres/hash-costs.ts';
import { createJobs } from '../../../src/adapters/postgres/jobs.ts';
import { candidateKey } from '../../../src/domain/civil-identity.ts';
import type { Identifier } from '../../../src/domain/identifier.ts';
import type { Accounts, NewAccount } from '../../../src/ports/accounts.ts';
import { movableClock, testVault } from '../../contracts/backends.ts';
import { changedEvent } from '../../support/audit.ts';
import { identity, randomNir, randomProvisional } from '../../support/people.ts';
import { cloneDatabase } from '../../support/services.ts';

const hashOf = (name: string, cost = 'm=19456,t=2,p=1') => ({
  encoded: `$argon2id$v=19$${cost}$c2FsdA$${name}`,
  pepperId: 'p1',
});
const CONTACT_POINTS = [
  { kind: 'mobile', value: '+33612340001', verified: true },
  { kind: 'email', value: 'claire@example.test', verified: true },
] as const;

describe('the accounts, in the tables of PostgreSQL', () => {
  const vault = testVault();
  const clock = movableClock();
  let database: Database;
  let accounts: Accounts;
  before(async () => {
    database = openDatabase(await cloneDatabase(), 4);
    accounts = createAccounts(database, vault, clock);
  });
  after(() => database.destroy());

  async function create(more: Partial<NewAccount> = {}) {
    const [nir, provisional]: [Identifier, Identifier] = [
      { type: 'nir', value: randomNir() },
      { type: 'provisional', value: randomProvisional() },
    ];
    const created = await accounts.create({
      ...{ identifiers: [nir, provisional], civilIdentity: identity, contactPoints: CONTACT_POINTS },
      ...{ identityVerified: true, locale: 'fr', password: { kind: 'initial-password', hash: hashOf('first') } },
      ...more,
    });
    return { accountId: created?.accountId ?? assert.fail(), nir, provisional };
  }
  const eventsOf = (accountId: string) => database('audit_events').where({ account_id: accountId });

  describe('an identifier', () => {
    const endOf = (accountId: string, type: string, ends: string) =>
      database('identifiers')
        .where({ account_id: accountId, type })
        .update({ ends_at: database.raw(ends) });

    it('that has ended signs nobody in, recovers nothing and is told to nobody; the others of its account do', async () => {
      const { accountId, nir, provisional } = await create();
      await endOf(accountId, 'provisional', "now() - interval '1 second'");
      assert.equal(await accounts.findForSignIn(provisional), undefined);
      assert.equal(await accounts.findRecoverable(provisional), undefined);
      assert.equal((await accounts.findForSignIn(nir))?.accountId, accountId);
      for (const found of [
        await accounts.findProfile(accountId),
        await accounts.findRecoverable(nir),
        await accounts.findRecoverableById(accountId),
      ])
        assert.deepEqual(found?.identifiers, [nir]);
    });

    it('that ends, and has not yet, does all of it', async () => {
      const { accountId, provisional } = await create();
      await endOf(accountId, 'provisional', "now() + interval '1 minute'");
      assert.equal((await accounts.findForSignIn(provisional))?.accountId, accountId);
      for (const found of [
        await accounts.findProfile(accountId),
        await accounts.findRecoverable(provisional),
        await accounts.findRecoverableById(accountId),
      ])
        assert.deepEqual(found?.identifiers.map(({ type }) => type).toSorted(), ['nir', 'provisional']);
    });

    it('that was given last comes first, and so does the contact point', async () => {
      for (const last of ['nir', 'provisional'] as const) {
        const { accountId, [last]: identifier } = await create();
        const later = { created_at: database.raw("created_at + interval '1 second'") };
        await database('identifiers').where({ account_id: accountId, type: last }).update(later);
        const kind = last === 'nir' ? 'mobile' : 'email';
        await database('contact_points').where({ account_id: accountId, kind }).update(later);
        assert.deepEqual((await accounts.findProfile(accountId))?.identifiers[0], identifier);
        const found = await accounts.findRecoverableById(accountId);
        assert.deepEqual(found?.identifiers[0], identifier);
        assert.equal(found?.contactPoints[0]?.kind, kind);
      }
    });
  });

  it('have one index for one contact point, whoever has it, and others for others and for other kinds', async () => {
    const value = 'same@example.test';
    const email = { kind: 'email', value, verified: true } as const;
    const [one, other, third] = [
      await create({ contactPoints: [email] }),
      await create({
        contactPoints: [
          { ...email, verified: false },
          { ...email, kind: 'mobile' },
        ],
      }),
      await create({ contactPoints: [{ ...email, value: 'another@example.test' }] }),
    ];
    const indexOf = async (accountId: string, kind = 'email') =>
      (await database('contact_points').where({ account_id: accountId, kind }).first()).blind_index;
    const same = await indexOf(one.accountId);
    assert.equal(await indexOf(other.accountId), same);
    const others = [await indexOf(other.accountId, 'mobile'), await indexOf(third.accountId)];
    assert.equal(new Set([same, ...others]).size, 3);
    assert.ok(!same.includes('same'));
  });

  describe('a row', () => {
    for (const [table, key] of [
      ['identifiers', 'identifier_id'],
      ['civil_identities', 'account_id'],
      ['contact_points', 'contact_point_id'],
    ] as const)
      it(`of ${table} that holds what was sealed for another does not open`, async () => {
        const one = await create();
        const other = await create({
          identifiers: [
            { type: 'nir', value: randomNir() },
            { type: 'provisional', value: randomProvisional() },
          ],
        });
        const rowOf = (accountId: string) =>
          database(table)
            .where({ account_id: accountId })
            .orderBy(table === 'civil_identities' ? key : table === 'identifiers' ? 'type' : 'kind')
            .first();
        const [mine, theirs] = [await rowOf(one.accountId), await rowOf(other.accountId)];
        const put = (row: Record<string, unknown>, sealed: unknown) =>
          database(table)
            .where({ [key]: row[key] })
            .update({ sealed });
        const read = () => accounts.findRecoverableById(one.accountId);
        const before = await read();
        await put(mine, theirs.sealed);
        await assert.rejects(read());
        if (table !== 'contact_points') await assert.rejects(accounts.findProfile(one.accountId));
        await put(mine, mine.sealed);
        assert.deepEqual(await read(), before);
      });
  });

  it('have no more than 200 candidates of one key, of whom any number of unconfirmed ones hides no confirmed one', async () => {
    const civilIdentity = { ...identity, birthName: 'NOMBREUX' };
    const key = candidateKey(civilIdentity.birthName, civilIdentity.givenNames, '1962');
    const ids = Array.from({ length: 200 }, () => randomUUID());
    const rows = ids.map((account_id) => ({ account_id, state: 'active', identity_verified: false, locale: 'fr' }));
    await database('accounts').insert(rows);
    await database('civil_identities').insert(
      ids.map((account_id) => ({
        account_id,
        candidate_index: vault.blindIndex('civil-identity', key),
        sealed: vault.seal(JSON.stringify(civilIdentity), `civil_identities.sealed:${account_id}`),
      })),
    );
    assert.equal((await accounts.findCandidates(key)).length, 200);
    const { accountId } = await create({ civilIdentity });
    const found = await accounts.findCandidates(key);
    assert.deepEqual([found.length, found[0]?.accountId], [200, accountId]);
  });

  describe('a password', () => {
    const credentialOf = (accountId: string) => database('credentials').where({ account_id: accountId }).first();
    const initialOf = async (nir: Identifier) => (await accounts.findForSignIn(nir))?.password ?? assert.fail();
    const now = () => clock.now();

    it('that is created in the place of an initial one is dated anew, and leaves its event once', async () => {
      const { accountId, nir } = await create();
      const { credentialId } = await initialOf(nir);
      await database('credentials')
        .where({ account_id: accountId })
        .update({ created_at: new Date(0) });
      const event = { ...changedEvent, kind: 'first-password', outcome: 'authenticated', accountId } as const;
      for (const expected of [true, false])
        assert.equal(await accounts.replaceInitialPassword(accountId, credentialId, hashOf('new'), event), expected);
      assert.ok((await credentialOf(accountId)).created_at > new Date(0));
      assert.equal((await eventsOf(accountId)).length, 1);
    });

    it('that is set is dated anew, and may be the first', async () => {
      const { accountId } = await create();
      await database('credentials')
        .where({ account_id: accountId })
        .update({ created_at: new Date(0) });
      assert.equal(await accounts.setPassword(accountId, hashOf('new'), now(), changedEvent), true);
      assert.ok((await credentialOf(accountId)).created_at > new Date(0));
      const without = await create({ password: undefined });
      assert.equal(await accounts.setPassword(without.accountId, hashOf('new'), now(), changedEvent), true);
      assert.deepEqual((await initialOf(without.nir)).hash, hashOf('new'));
    });

    it('whose change fails at its end is not changed: no event is left, no job, and no session is ended', async () => {
      await database.raw(`create function refuse() returns trigger language plpgsql as
        $$ begin raise exception 'refused at the commit' using errcode = 'XX000'; end $$`);
      const { accountId, nir } = await create();
      const { credentialId } = await initialOf(nir);
      const jobs = async () => (await database('graphile_worker.jobs')).length;
      const before = await jobs();
      const event = { ...changedEvent, accountId };
      for (const table of ['credentials', 'audit_events', 'graphile_worker._private_jobs']) {
        await database.raw(`create constraint trigger at_the_end after insert or update on ${table}
          deferrable initially deferred for each row execute function refuse()`);
        try {
          await assert.rejects(accounts.setPassword(accountId, hashOf('new'), now(), event));
          if (table !== 'graphile_worker._private_jobs')
            await assert.rejects(accounts.replaceInitialPassword(accountId, credentialId, hashOf('new'), event));
          if (table !== 'credentials')
            await assert.rejects(createJobs(database, vault).add('tell-password-changed', { accountId }, event));
        } finally {
          await database.raw(`drop trigger at_the_end on ${table}`);
        }
      }
      await database.raw('drop function refuse');
      assert.deepEqual((await initialOf(nir)).hash, hashOf('first'));
      assert.equal((await accounts.findById(accountId))?.sessionsEndedAt, undefined);
      assert.deepEqual([await jobs(), await eventsOf(accountId)], [before, []]);
      assert.equal(await accounts.setPassword(accountId, hashOf('new'), now(), event), true);
      assert.deepEqual([await jobs(), (await eventsOf(accountId)).length], [before + 1, 1]);
    });
  });

  it('tell each cost of their hashes once, however many hashes have it', async () => {
    const costs = ['m=7168,t=5,p=1', 'm=47104,t=1,p=1', 'm=19456,t=2,p=1'];
    await database('credentials').delete();
    assert.deepEqual(await readHashCosts(database), []);
    for (const cost of [...costs, ...costs])
      await create({ password: { kind: 'password', hash: hashOf('any', cost) } });
    assert.deepEqual(new Set(await readHashCosts(database)), new Set(costs));
    assert.equal((await readHashCosts(database)).length, costs.length);
  });
});
