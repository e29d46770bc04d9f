import assert from 'node:assert/strict';
import { createFailing } from '../support/failing-store.ts';
import { createPerson, PASSWORD, type Person } from '../support/people.ts';
import {
  createRelyingParty,
  openInteraction,
  type RelyingParty,
  signIn,
  signInToTokens,
} from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { startOwnPostgres } from '../support/services.ts';
import { Visitor } from '../support/visitor.ts';
import { untilReady } from '../support/wait.ts';

/** Signs in, up to where the browser is sent. */
async function finish(party: RelyingParty, person: Person, visitor = new Visitor()) {
  const { interaction, checks } = await openInteraction(visitor, party, { prompt: 'login' });
  const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
  assert.equal(json.status, 'authenticated');
  return { visitor, checks, resume: String(json.redirectTo) };
}

describe('a finished sign-in whose resume meets a fault', () => {
  let stores: Service;
  let service: Service;
  let party: RelyingParty;
  let person: Person;
  let failing: ReturnType<typeof createFailing>;
  before(async () => {
    stores = await startService();
    failing = createFailing(stores.app.ports.protocolStore);
    service = await startService({ ports: { protocolStore: failing.port } });
    party = await createRelyingParty(service.url);
    person = await createPerson(service);
  });
  after(async () => {
    await service.stop();
    await stores.stop();
  });

  for (const session of ['without', 'with'] as const)
    it(`(${session} a session) is not lost, whichever call of the store fails: its browser tries again at once`, async () => {
      let failed = 0;
      for (let call = 1; ; call++) {
        const browser = new Visitor();
        if (session === 'with') await signInToTokens(browser, party, person.identifier, PASSWORD);
        const { visitor, checks, resume } = await finish(party, person, browser);
        failing.fail(call);
        const answer = await visitor.request(resume);
        failing.mend();
        if (answer.status === 303) break;
        failed += 1;
        assert.equal(answer.status, 503, `${call} ${answer.text}`);
        assert.equal(answer.location, undefined);
        const again = await visitor.request(resume);
        assert.match(again.location ?? '', /code=/, `${call} ${again.text}`);
        assert.ok((await party.redeem(again.location ?? '', checks)).id_token);
      }
      assert.ok(failed > 5, `${failed} calls`);
    });

  it('is not lost when the store stays away: the same browser tries again when it is told to', async () => {
    const { visitor, checks, resume } = await finish(party, person);
    failing.fail(3, 1000);
    const answer = await visitor.request(resume);
    assert.equal(answer.status, 503);
    failing.mend();
    await stores.clock.advance(5);
    await service.clock.advance(5);
    const callback = (await visitor.request(resume)).location ?? '';
    assert.ok((await party.redeem(callback, checks)).id_token);
  });
});

describe('a finished sign-in, with PostgreSQL away', () => {
  it('is answered by 503, and resumed by the same browser once it is back', async () => {
    const postgres = await startOwnPostgres();
    const service = await startService({ env: { DATABASE_URL: postgres.url } });
    let restarted: { stop(): Promise<void> } | undefined;
    try {
      const party = await createRelyingParty(service.url);
      const { visitor, checks, resume } = await finish(party, await createPerson(service));
      await postgres.stop();
      assert.equal((await visitor.request(resume)).status, 503);
      restarted = await postgres.restart();
      await untilReady(service);
      const callback = (await visitor.request(resume)).location ?? '';
      assert.ok((await party.redeem(callback, checks)).id_token);
    } finally {
      await service.stop();
      await (restarted ?? postgres).stop();
    }
  });
});
