/** The suite of the accounts. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { CivilIdentity } from '../../src/domain/civil-identity.ts';
import type { Identifier } from '../../src/domain/identifier.ts';
import type { Accounts, NewAccount } from '../../src/ports/accounts.ts';
import { changedEvent } from '../support/audit.ts';
import { randomNir, randomProvisional } from '../support/people.ts';
import { type Backend, findReadable, type Opening, PARALLEL, TRIALS, unavailable, winnersOf } from './backends.ts';

const civilIdentity: CivilIdentity = {
  birthName: 'EL AMRANI ÉPOUSE ŒUVRARD',
  givenNames: 'NADIA ZOÉ',
  sex: 'male',
  birthDate: '1995-10-00',
  birthplace: { countryCode: '99350', city: 'FÈS' },
  parents: [
    { birthName: 'BENKIRANE', givenNames: 'HASSAN' },
    { birthName: 'BERRADA', givenNames: 'AÏCHA LEÏLA' },
  ],
};

const initialHash = { encoded: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aW5pdGlhbA', pepperId: 'p7' };
const createdHash = { encoded: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$Y3JlYXRlZA', pepperId: 'p8' };
const nirOf = (): Identifier => ({ type: 'nir', value: randomNir() });
const provisionalOf = (): Identifier => ({ type: 'provisional', value: randomProvisional() });

function newAccount(more: Partial<NewAccount> = {}): NewAccount {
  return {
    identifiers: [nirOf()],
    civilIdentity,
    identityVerified: true,
    locale: 'en',
    state: 'suspended',
    password: { kind: 'initial-password', hash: initialHash },
    ...more,
  };
}

export function describeAccounts(name: string, { open, away }: Opening<Accounts>): void {
  describe(`the accounts, on ${name}`, () => {
    let backend: Backend<Accounts>;
    let accounts: Accounts;
    before(async () => {
      backend = await open();
      accounts = backend.port;
    });
    after(() => backend.close());

    async function create(account: NewAccount): Promise<string> {
      const created = await accounts.create(account);
      return created?.accountId ?? assert.fail('the identifier is already owned');
    }

    async function passwordOf(identifier: Identifier) {
      return (await accounts.findForSignIn(identifier))?.password ?? assert.fail('no password');
    }

    it('give back every field of an account', async () => {
      const account = newAccount();
      const accountId = await create(account);
      const expected = {
        accountId,
        state: 'suspended',
        identityVerified: true,
        locale: 'en',
        sessionsEndedAt: undefined,
      };
      assert.deepEqual(await accounts.findById(accountId), expected);
      const found = await accounts.findForSignIn(account.identifiers[0] ?? assert.fail());
      const credentialId = found?.password?.credentialId;
      assert.ok(credentialId);
      assert.deepEqual(found, {
        ...expected,
        password: { credentialId, kind: 'initial-password', hash: initialHash },
      });
      assert.deepEqual(await accounts.findProfile(accountId), {
        ...expected,
        identifiers: account.identifiers,
        civilIdentity,
      });
    });

    it('give back an account that has neither password nor civil identity', async () => {
      const identifier = provisionalOf();
      const accountId = await create({ identifiers: [identifier], identityVerified: false, locale: 'fr' });
      const found = await accounts.findForSignIn(identifier);
      assert.equal(found?.state, 'active');
      assert.equal(found?.identityVerified, false);
      assert.equal(found?.password, undefined);
      assert.equal((await accounts.findProfile(accountId))?.civilIdentity, undefined);
    });

    it('find one account by each of its identifiers', async () => {
      const identifiers = [nirOf(), provisionalOf()];
      const accountId = await create(newAccount({ identifiers }));
      for (const identifier of identifiers)
        assert.equal((await accounts.findForSignIn(identifier))?.accountId, accountId);
      const found = (await accounts.findProfile(accountId))?.identifiers ?? [];
      assert.deepEqual(new Set(found.map(({ value }) => value)), new Set(identifiers.map(({ value }) => value)));
    });

    it('give an account an id that is not derived from its NIR', async () => {
      const account = newAccount();
      const accountId = await create(account);
      const elsewhere = await open();
      try {
        assert.notEqual((await elsewhere.port.create(account))?.accountId, accountId);
      } finally {
        await elsewhere.close();
      }
      assert.match(accountId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    });

    it('answer undefined for an unknown identifier and an unknown id', async () => {
      assert.equal(await accounts.findForSignIn(nirOf()), undefined);
      assert.equal(await accounts.findForSignIn(provisionalOf()), undefined);
      assert.equal(await accounts.findById(randomUUID()), undefined);
      assert.equal(await accounts.findProfile(randomUUID()), undefined);
      assert.equal(await accounts.replaceInitialPassword(randomUUID(), randomUUID(), createdHash, changedEvent), false);
    });

    it('do not find an identifier under the other type', async () => {
      const account = newAccount();
      await create(account);
      const value = account.identifiers[0]?.value ?? '';
      assert.equal(await accounts.findForSignIn({ type: 'provisional', value }), undefined);
    });

    it('create nothing when an identifier is already owned, not even by its other identifier', async () => {
      const [owned, other] = [nirOf(), provisionalOf()];
      const accountId = await create(newAccount({ identifiers: [owned] }));
      assert.equal(await accounts.create(newAccount({ identifiers: [other, owned] })), undefined);
      assert.equal(await accounts.findForSignIn(other), undefined);
      assert.equal((await accounts.findForSignIn(owned))?.accountId, accountId);
    });

    it(`create one account of ${PARALLEL} with one identifier at once, ${TRIALS} times`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const identifier = nirOf();
        const winners = await winnersOf(
          PARALLEL,
          async () => (await accounts.create(newAccount({ identifiers: [identifier] }))) !== undefined,
        );
        assert.equal(winners, 1, `trial ${trial}`);
      }
    });

    it('do not shift a birth date, whatever the time zone of the process that writes and of the one that reads', async () => {
      const zone = process.env.TZ;
      try {
        for (const [writing, reading] of [
          ['Pacific/Kiritimati', 'Pacific/Pago_Pago'],
          ['Pacific/Pago_Pago', 'Pacific/Kiritimati'],
        ]) {
          for (const birthDate of ['1962-01-01', '1900-12-31', '2024-02-29', '1976-03-28', '1990-00-00']) {
            process.env.TZ = writing;
            const accountId = await create(newAccount({ civilIdentity: { ...civilIdentity, birthDate } }));
            process.env.TZ = reading;
            assert.equal((await accounts.findProfile(accountId))?.civilIdentity?.birthDate, birthDate);
          }
        }
      } finally {
        if (zone === undefined) delete process.env.TZ;
        else process.env.TZ = zone;
      }
    });

    it('replace an initial password by the created one, once', async () => {
      const account = newAccount();
      const identifier = account.identifiers[0] ?? assert.fail();
      const accountId = await create(account);
      const initial = await passwordOf(identifier);
      assert.equal(
        await accounts.replaceInitialPassword(accountId, initial.credentialId, createdHash, changedEvent),
        true,
      );
      const created = await passwordOf(identifier);
      assert.equal(created.kind, 'password');
      assert.deepEqual(created.hash, createdHash);
      assert.notEqual(created.credentialId, initial.credentialId);
      assert.equal(
        await accounts.replaceInitialPassword(accountId, initial.credentialId, initialHash, changedEvent),
        false,
      );
      assert.equal(
        await accounts.replaceInitialPassword(accountId, created.credentialId, initialHash, changedEvent),
        false,
      );
      assert.deepEqual(await passwordOf(identifier), created);
      assert.ok(
        !(await backend.atRest()).includes(JSON.stringify({ credential_id: initial.credentialId }).slice(1, -1)),
      );
    });

    it('do not replace an initial password whose event cannot be recorded', async () => {
      const account = newAccount();
      const identifier = account.identifiers[0] ?? assert.fail();
      const accountId = await create(account);
      const { credentialId } = await passwordOf(identifier);
      const unrecordable = { ...changedEvent, accountId: 'no uuid' };
      await assert.rejects(accounts.replaceInitialPassword(accountId, credentialId, createdHash, unrecordable));
      assert.deepEqual((await passwordOf(identifier)).hash, initialHash);
    });

    it("do not replace another account's initial password", async () => {
      const [mine, theirs] = [newAccount(), newAccount()];
      const accountId = await create(mine);
      await create(theirs);
      const identifier = theirs.identifiers[0] ?? assert.fail();
      const { credentialId } = await passwordOf(identifier);
      assert.equal(await accounts.replaceInitialPassword(accountId, credentialId, createdHash, changedEvent), false);
      assert.deepEqual((await passwordOf(identifier)).hash, initialHash);
    });

    it(`have one winner of ${PARALLEL} creations of a password at once, ${TRIALS} times, and it is that one's`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const account = newAccount();
        const identifier = account.identifiers[0] ?? assert.fail();
        const accountId = await create(account);
        const { credentialId } = await passwordOf(identifier);
        let winner = '';
        const winners = await winnersOf(PARALLEL, async (index) => {
          const hash = { ...createdHash, pepperId: `winner-${index}` };
          const won = await accounts.replaceInitialPassword(accountId, credentialId, hash, changedEvent);
          if (won) winner = hash.pepperId;
          return won;
        });
        assert.equal(winners, 1, `trial ${trial}`);
        assert.equal((await passwordOf(identifier)).hash.pepperId, winner);
      }
    });

    it('store a stronger hash of the same password, unless the credential has changed since', async () => {
      const account = newAccount({ password: { kind: 'password', hash: initialHash } });
      const identifier = account.identifiers[0] ?? assert.fail();
      await create(account);
      const read = await passwordOf(identifier);
      await accounts.upgradePasswordHash(read.credentialId, read.hash, createdHash);
      assert.deepEqual(await passwordOf(identifier), { ...read, hash: createdHash });
      await accounts.upgradePasswordHash(read.credentialId, read.hash, { ...initialHash, pepperId: 'late' });
      assert.deepEqual((await passwordOf(identifier)).hash, createdHash);
    });

    it('store a stronger hash for one credential alone, whoever has the same', async () => {
      const [mine, theirs] = [1, 2].map(() => newAccount({ password: { kind: 'password', hash: initialHash } }));
      for (const account of [mine, theirs]) await create(account ?? assert.fail());
      const { credentialId, hash } = await passwordOf(mine?.identifiers[0] ?? assert.fail());
      const untouched = await passwordOf(theirs?.identifiers[0] ?? assert.fail());
      await accounts.upgradePasswordHash(credentialId, hash, createdHash);
      assert.deepEqual((await passwordOf(mine?.identifiers[0] ?? assert.fail())).hash, createdHash);
      assert.deepEqual(await passwordOf(theirs?.identifiers[0] ?? assert.fail()), untouched);
    });

    it('hold no identifier, name, birth date, place, mobile number or address that could be read at rest', async () => {
      const [nir, provisional] = [nirOf(), provisionalOf()];
      const contactPoints = [
        { kind: 'mobile' as const, value: '+33698765432', verified: true },
        { kind: 'email' as const, value: 'nadia.elamrani@example.test', verified: false },
      ];
      const accountId = await create(newAccount({ identifiers: [nir, provisional], contactPoints }));
      const dump = await backend.atRest();
      assert.ok(dump.includes(accountId), 'the dump holds the account');
      assert.ok(dump.includes('contact_point_id'), 'the dump holds the contact points');
      const personal = [
        nir.value,
        provisional.value,
        provisional.value.slice(1),
        ...[
          'EL AMRANI',
          'ŒUVRARD',
          'NADIA',
          'ZOÉ',
          '1995-10',
          '99350',
          'FÈS',
          'BENKIRANE',
          'HASSAN',
          'BERRADA',
          'LEÏLA',
        ],
        ...['+33698765432', '698765432', 'nadia.elamrani', 'example.test'],
      ];
      assert.deepEqual(findReadable(dump, personal), []);
    });

    it('seal equal values of two accounts to unequal texts', async () => {
      await create(newAccount());
      await create(newAccount());
      const sealed = [...(await backend.atRest()).matchAll(/"sealed":"([^"]+)"/g)].map(([, text]) => text);
      assert.ok(sealed.length >= 4);
      assert.equal(new Set(sealed).size, sealed.length);
    });
  });

  if (away)
    describe(`the accounts, on ${name}, with the store away`, () => {
      let backend: Backend<Accounts>;
      before(async () => {
        backend = await away();
      });
      after(() => backend.close());

      it('say store_unavailable from every operation, and never that nobody was found', async () => {
        const accounts = backend.port;
        await assert.rejects(accounts.findForSignIn(nirOf()), unavailable);
        await assert.rejects(accounts.findById(randomUUID()), unavailable);
        await assert.rejects(accounts.findProfile(randomUUID()), unavailable);
        await assert.rejects(accounts.create(newAccount()), unavailable);
        await assert.rejects(
          accounts.replaceInitialPassword(randomUUID(), randomUUID(), createdHash, changedEvent),
          unavailable,
        );
        await assert.rejects(accounts.upgradePasswordHash(randomUUID(), initialHash, createdHash), unavailable);
      });
    });
}
