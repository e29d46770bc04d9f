/** The suite of `setPassword`: a proof is worth one change, and a change ends every session that began before it. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Account } from '../../src/domain/account.ts';
import type { Identifier } from '../../src/domain/identifier.ts';
import type { Accounts } from '../../src/ports/accounts.ts';
import type { Clock } from '../../src/ports/system.ts';
import { changedEvent } from '../support/audit.ts';
import { randomNir } from '../support/people.ts';
import { type Backend, type Opening, PARALLEL, TRIALS, unavailable, winnersOf } from './backends.ts';

/** The accounts, the injected clock, and what is behind the port: messages that wait to be written, audit events. */
export interface ReadableAccounts extends Accounts {
  readonly clock: Clock;
  countWarnings(): Promise<number>;
  countEvents(): Promise<number>;
}

const FORMER = { encoded: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$YmVmb3Jl', pepperId: 'p1' };
const hashOf = (name: string) => ({ encoded: `$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$${name}`, pepperId: 'p2' });

export function describePasswordChanges(name: string, { open, away }: Opening<ReadableAccounts>): void {
  describe(`the change of a password, on ${name}`, () => {
    let backend: Backend<ReadableAccounts>;
    let accounts: ReadableAccounts;
    before(async () => {
      backend = await open();
      accounts = backend.port;
    });
    after(() => backend.close());

    async function create(state: Account['state'] = 'active', kind: 'password' | 'initial-password' = 'password') {
      const identifier: Identifier = { type: 'nir', value: randomNir() };
      const password = { kind, hash: FORMER };
      const account = { identifiers: [identifier], identityVerified: true, locale: 'fr' as const, state, password };
      const { accountId } = (await accounts.create(account)) ?? assert.fail();
      return { accountId, passwordOf: async () => (await accounts.findForSignIn(identifier))?.password };
    }
    const now = () => accounts.clock.now();

    it('replaces a password and an initial password alike, by a created one', async () => {
      for (const kind of ['password', 'initial-password'] as const) {
        const { accountId, passwordOf } = await create('active', kind);
        const former = await passwordOf();
        assert.equal(await accounts.setPassword(accountId, hashOf('new'), now(), changedEvent), true);
        const password = await passwordOf();
        assert.deepEqual([password?.kind, password?.hash], ['password', hashOf('new')]);
        assert.notEqual(password?.credentialId, former?.credentialId);
      }
    });

    it('changes one account alone', async () => {
      const [mine, theirs] = [await create(), await create()];
      const untouched = await theirs.passwordOf();
      assert.equal(await accounts.setPassword(mine.accountId, hashOf('new'), now(), changedEvent), true);
      assert.deepEqual(await theirs.passwordOf(), untouched);
      assert.equal((await accounts.findById(theirs.accountId))?.sessionsEndedAt, undefined);
    });

    it('changes no account that is not there', async () => {
      const events = await accounts.countEvents();
      assert.equal(await accounts.setPassword(randomUUID(), hashOf('new'), now(), changedEvent), false);
      assert.equal(await accounts.countEvents(), events);
    });

    it('ends the sessions that began until the change, and not until its proof, by the injected clock', async () => {
      const { accountId } = await create();
      const proved = now();
      await backend.pass(3600);
      await accounts.setPassword(accountId, hashOf('new'), proved, changedEvent);
      assert.deepEqual((await accounts.findById(accountId))?.sessionsEndedAt, now());
    });

    it('is not made by a proof from before another change, and is by one from after it', async () => {
      const { accountId, passwordOf } = await create();
      const proved = now();
      await backend.pass(5);
      assert.equal(await accounts.setPassword(accountId, hashOf('first'), proved, changedEvent), true);
      assert.equal(await accounts.setPassword(accountId, hashOf('second'), proved, changedEvent), false);
      assert.deepEqual((await passwordOf())?.hash, hashOf('first'));
      await backend.pass(5);
      assert.equal(await accounts.setPassword(accountId, hashOf('third'), now(), changedEvent), true);
    });

    it('is not made by a proof of the moment of another change, and is by one a millisecond later', async () => {
      const { accountId } = await create();
      const changed = now();
      const at = (milliseconds: number) => new Date(changed.getTime() + milliseconds);
      assert.equal(await accounts.setPassword(accountId, hashOf('first'), changed, changedEvent), true);
      for (const [milliseconds, expected] of [
        [-1, false],
        [0, false],
        [1, true],
      ] as const)
        assert.equal(
          await accounts.setPassword(accountId, hashOf('next'), at(milliseconds), changedEvent),
          expected,
          `${milliseconds} ms`,
        );
    });

    it(`has one winner of ${PARALLEL} callers with one proof, ${TRIALS} times, and it is that one's`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const { accountId, passwordOf } = await create();
        let winner = '';
        const winners = await winnersOf(PARALLEL, async (index) => {
          const won = await accounts.setPassword(accountId, hashOf(`caller${index}`), now(), changedEvent);
          if (won) winner = `caller${index}`;
          return won;
        });
        assert.equal(winners, 1, `trial ${trial}`);
        assert.deepEqual((await passwordOf())?.hash, hashOf(winner));
      }
    });

    it('is for active accounts alone', async () => {
      for (const state of ['suspended', 'closed'] as const) {
        const { accountId, passwordOf } = await create(state);
        assert.equal(await accounts.setPassword(accountId, hashOf('new'), now(), changedEvent), false);
        assert.deepEqual((await passwordOf())?.hash, FORMER);
        assert.equal((await accounts.findById(accountId))?.sessionsEndedAt, undefined);
      }
    });

    it('has the person told and the event recorded, once for each change that was made', async () => {
      const { accountId } = await create();
      const [already, events] = [await accounts.countWarnings(), await accounts.countEvents()];
      const proved = now();
      for (let times = 0; times < 3; times++)
        await accounts.setPassword(accountId, hashOf('new'), proved, changedEvent);
      assert.equal(await accounts.countWarnings(), already + 1);
      assert.equal(await accounts.countEvents(), events + 1);
    });

    it('is not made when its event cannot be recorded', async () => {
      const { accountId, passwordOf } = await create();
      const already = await accounts.countWarnings();
      const unrecordable = { ...changedEvent, accountId: 'no uuid' };
      await assert.rejects(accounts.setPassword(accountId, hashOf('new'), now(), unrecordable));
      assert.deepEqual((await passwordOf())?.hash, FORMER);
      assert.equal((await accounts.findById(accountId))?.sessionsEndedAt, undefined);
      assert.equal(await accounts.countWarnings(), already);
    });
  });

  if (away)
    describe(`the change of a password, on ${name}, with the store away`, () => {
      let backend: Backend<ReadableAccounts>;
      before(async () => {
        backend = await away();
      });
      after(() => backend.close());

      it('says store_unavailable, and not that the proof is void', async () => {
        const accountId = '00000000-0000-4000-8000-000000000000';
        await assert.rejects(
          backend.port.setPassword(accountId, hashOf('new'), new Date(0), changedEvent),
          unavailable,
        );
      });
    });
}
