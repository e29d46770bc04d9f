import assert from 'node:assert/strict';
import argon2 from 'argon2';
import { createPerson, INITIAL_PASSWORD, PASSWORD, randomNir } from '../support/people.ts';
import { createRelyingParty, openInteraction, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { cloneDatabase } from '../support/services.ts';
import { Visitor } from '../support/visitor.ts';
import { eventually } from '../support/wait.ts';

/** Comparisons at each cost, while `work` runs. */
async function comparisonsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const { verify } = argon2;
  const memory: string[] = [];
  argon2.verify = (encoded, ...more) => {
    memory.push(/m=\d+/.exec(encoded)?.[0] ?? '');
    return verify(encoded, ...more);
  };
  try {
    await work();
    return memory;
  } finally {
    argon2.verify = verify;
  }
}

describe('sign-in, once the cost of hashes was raised', () => {
  let service: Service;
  let people: Readonly<Record<'old' | 'initial' | 'today', string>>;
  before(async () => {
    const env = { DATABASE_URL: await cloneDatabase() };
    const cheap = await startService({ store: 'memory', env });
    const { identifier: old } = await createPerson(cheap);
    const { identifier: initial } = await createPerson(cheap, { password: INITIAL_PASSWORD, initial: true });
    await cheap.stop();
    service = await startService({ store: 'memory', env: { ...env, ARGON2_MEMORY_KIB: '2048' } });
    people = { old, initial, today: (await createPerson(service)).identifier };
  });
  after(() => service.stop());

  async function comparisons(identifier: string, password = 'Wrong-Password-1') {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, await createRelyingParty(service.url));
    return comparisonsOf(async () => {
      const { json } = await signIn(visitor, interaction, identifier, password);
      if (password !== PASSWORD) assert.equal(json.code, 'sign_in_failed');
      else assert.equal(json.status, 'authenticated');
    });
  }

  it('does the same work for everybody, known or not, until the last old hash is gone', async () => {
    const both = ['m=2048', 'm=1024'];
    for (const identifier of [randomNir(), ...Object.values(people)])
      assert.deepEqual(await comparisons(identifier), both, 'also before an old hash is met');
    assert.deepEqual(await comparisons(people.old, PASSWORD), both, 'its hash is made again');
    await service.clock.advance(11 * 60);
    for (const identifier of [people.old, people.initial, randomNir()])
      assert.deepEqual(await comparisons(identifier), both, 'an initial password is left');

    const { accounts, passwords } = service.app.ports;
    const last = (await accounts.findForSignIn({ type: 'nir', value: people.initial }))?.password;
    assert.ok(last);
    await accounts.upgradePasswordHash(last.credentialId, last.hash, await passwords.hash(PASSWORD));
    await service.clock.advance(11 * 60);
    await eventually('one comparison', async () => (await comparisons(randomNir())).length === 1);
    for (const identifier of [...Object.values(people), randomNir()])
      assert.deepEqual(await comparisons(identifier), ['m=2048']);
  });
});
