/** The suite of what recovery reads: an account with the ways to reach its holder, and those of one candidate key. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type CivilIdentity, candidateKey } from '../../src/domain/civil-identity.ts';
import type { Identifier } from '../../src/domain/identifier.ts';
import type { Accounts, NewAccount } from '../../src/ports/accounts.ts';
import { randomNir, randomProvisional } from '../support/people.ts';
import { type Backend, type Opening, unavailable, unique } from './backends.ts';

const MOBILE = { kind: 'mobile', value: '+33612345678' } as const;
const EMAIL = { kind: 'email', value: 'nadia@example.test' } as const;

export function describeRecoverableAccounts(name: string, { open, away }: Opening<Accounts>): void {
  describe(`the accounts that recovery reads, on ${name}`, () => {
    let backend: Backend<Accounts>;
    let accounts: Accounts;
    before(async () => {
      backend = await open();
      accounts = backend.port;
    });
    after(() => backend.close());

    /** A civil identity whose candidate key is nobody else's. */
    const identityOf = (birthName = unique()): CivilIdentity => ({
      birthName,
      givenNames: 'NADIA ZOÉ',
      sex: 'female',
      birthDate: '1995-10-00',
      birthplace: { countryCode: '99350', city: 'FÈS' },
    });
    const keyOf = ({ birthName, givenNames }: CivilIdentity) => candidateKey(birthName, givenNames, '1995');

    async function create(more: Partial<NewAccount> = {}): Promise<{ accountId: string; identifier: Identifier }> {
      const identifier: Identifier = { type: 'provisional', value: randomProvisional() };
      const account = { identifiers: [identifier], identityVerified: true, locale: 'en' as const, ...more };
      const created = (await accounts.create(account)) ?? assert.fail();
      return { accountId: created.accountId, identifier: account.identifiers[0] ?? identifier };
    }

    it('give back every field, by any identifier and by id', async () => {
      const civilIdentity = identityOf();
      const identifiers: Identifier[] = [
        { type: 'provisional', value: randomProvisional() },
        { type: 'nir', value: randomNir() },
      ];
      const contactPoints = [MOBILE, EMAIL].map((contactPoint) => ({ ...contactPoint, verified: true }));
      const { accountId } = await create({ identifiers, civilIdentity, contactPoints, state: 'suspended' });
      for (const find of [
        () => accounts.findRecoverableById(accountId),
        ...identifiers.map((identifier) => () => accounts.findRecoverable(identifier)),
      ]) {
        const { identifiers: owned, contactPoints: reached, ...account } = (await find()) ?? assert.fail();
        assert.deepEqual(account, {
          ...{ accountId, civilIdentity, state: 'suspended', identityVerified: true, locale: 'en' },
          sessionsEndedAt: undefined,
        });
        assert.deepEqual(new Set(owned.map(({ value }) => value)), new Set(identifiers.map(({ value }) => value)));
        assert.deepEqual(reached.toSorted(byKind), [EMAIL, MOBILE]);
      }
    });

    it('reach nobody by a contact point that was not proved', async () => {
      const contactPoints = [
        { ...MOBILE, verified: false },
        { ...EMAIL, verified: true },
      ];
      const { accountId } = await create({ contactPoints });
      assert.deepEqual((await accounts.findRecoverableById(accountId))?.contactPoints, [EMAIL]);
    });

    it('are none for an unknown identifier, an unknown id, an identifier of the other type, and an unknown key', async () => {
      const { identifier } = await create();
      assert.equal(await accounts.findRecoverable({ type: 'nir', value: randomNir() }), undefined);
      assert.equal(await accounts.findRecoverable({ ...identifier, type: 'nir' }), undefined);
      assert.equal(await accounts.findRecoverableById(randomUUID()), undefined);
      assert.deepEqual(await accounts.findCandidates(keyOf(identityOf())), []);
    });

    it('are the candidates of their key, in whatever state, and no others', async () => {
      const civilIdentity = identityOf();
      const people = [await create({ civilIdentity }), await create({ civilIdentity, state: 'closed' })];
      await create({ civilIdentity: identityOf() });
      await create();
      const found = await accounts.findCandidates(keyOf(civilIdentity));
      const ids = found.map(({ accountId }) => accountId);
      assert.deepEqual(ids.toSorted(), people.map(({ accountId }) => accountId).toSorted());
      for (const candidate of found) assert.deepEqual(candidate.civilIdentity, civilIdentity);
    });

    it('are the confirmed ones first, whenever they were created', async () => {
      const civilIdentity = identityOf();
      for (const identityVerified of [false, true, false, true]) await create({ civilIdentity, identityVerified });
      const found = await accounts.findCandidates(keyOf(civilIdentity));
      assert.deepEqual(
        found.map(({ identityVerified }) => identityVerified),
        [true, true, false, false],
      );
    });
  });

  if (away)
    describe(`the accounts that recovery reads, on ${name}, with the store away`, () => {
      let backend: Backend<Accounts>;
      before(async () => {
        backend = await away();
      });
      after(() => backend.close());

      it('say store_unavailable, and not that there is nobody', async () => {
        await assert.rejects(backend.port.findRecoverable({ type: 'nir', value: randomNir() }), unavailable);
        await assert.rejects(backend.port.findRecoverableById(randomUUID()), unavailable);
        await assert.rejects(backend.port.findCandidates('key'), unavailable);
      });
    });
}

const byKind = (one: { kind: string }, other: { kind: string }) => (one.kind < other.kind ? -1 : 1);
