import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { cloneDatabase, redisUrl } from '../support/services.ts';
import { startTurns, type Turns } from '../support/turns.ts';
import { formTokenOf, Visitor } from '../support/visitor.ts';

const key = () => randomBytes(32).toString('base64url');

const { fr } = loadCatalogues();

describe('a rotation of the cookie keys, over two replicas that a browser meets in turn', () => {
  const [old, fresh] = [key(), key()];
  /** As docs/operations.md says: the new key behind, then in front, each on every process; then without the old one. */
  const lists = { before: old, behind: `${old},${fresh}`, inFront: `${fresh},${old}`, after: fresh };
  let turns: Turns;
  let party: RelyingParty;
  let environment: Record<string, string>;
  const replicas: [Service?, Service?] = [];
  const addresses = ['', ''];

  before(async () => {
    turns = await startTurns();
    const stores = { DATABASE_URL: await cloneDatabase(), REDIS_URL: await redisUrl() };
    environment = { ...stores, ISSUER: turns.url, THROTTLE_SIGN_IN_PER_MINUTE: '1000' };
    await replace(0, lists.before);
    await replace(1, lists.before);
    party = await createRelyingParty(turns.url);
  });
  after(async () => {
    for (const replica of replicas) await replica?.stop();
    await turns.stop();
  });

  /** A process with this list takes the place of another, as in a deployment that never stops serving. */
  async function replace(at: 0 | 1, cookieKeys: string): Promise<void> {
    const PORT = String(await findFreePort());
    const former = replicas[at];
    replicas[at] = await startService({ env: { ...environment, PORT, COOKIE_KEYS: cookieKeys } });
    addresses[at] = `http://127.0.0.1:${PORT}`;
    turns.targets = addresses.filter(Boolean);
    await former?.stop();
  }

  /** A whole visit, that stops after each request: the keys move meanwhile. */
  async function* visit(first: number): AsyncGenerator<void> {
    const visitor = new Visitor('html');
    // One more request: what one visit does on the first replica, another does on the second.
    if (first % 2 === 0) await visitor.request(`${turns.url}/health/live`);
    const { identifier } = await createPerson({ app: (replicas[0] as Service).app });
    const { interaction, checks } = await openInteraction(visitor, party);
    yield;
    const form = await visitor.request(interaction);
    assert.equal(form.status, 200);
    yield;
    const post = (csrf: string, password: string) =>
      visitor.request(`${interaction}/sign-in`, { form: { csrf, identifierType: 'nir', identifier, password } });
    const { location = '' } = await post(formTokenOf(form.text), 'Wrong-Password-1');
    yield;
    const refused = await visitor.request(location);
    assert.ok(refused.text.includes(fr.text('errors.sign_in_failed.title')), refused.text);
    yield;
    const answer = await post(formTokenOf(refused.text), PASSWORD);
    assert.equal(answer.status, 303, answer.text);
    yield;
    const callback = (await visitor.request(answer.location ?? '')).location ?? '';
    await party.redeem(callback, checks);
    yield;
    const silent = await visitor.request((await party.begin({ prompt: 'none' })).url);
    assert.ok(new URL(silent.location ?? '').searchParams.has('code'), silent.location);
    yield;
    const question = await visitor.request(`${turns.url}/session/end?client_id=mon-compte`);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(question.text)?.[1] ?? '';
    yield;
    const out = await visitor.request(`${turns.url}/session/end/confirm`, { form: { xsrf, logout: 'yes' } });
    assert.equal(out.status, 303, out.text);
    const again = await visitor.request((await party.begin({ prompt: 'none' })).url);
    assert.equal(new URL(again.location ?? '').searchParams.get('error'), 'login_required');
  }

  it('fails no visit, wherever in it the keys move', async function () {
    // Eight processes start, one after the other.
    this.timeout(90_000);
    const underWay: AsyncGenerator<void>[] = [];
    let ended = 0;
    const advance = async () => {
      const steps = await Promise.all(underWay.map((one) => one.next()));
      for (const [at, { done }] of [...steps.entries()].reverse())
        if (done) {
          ended++;
          underWay.splice(at, 1);
        }
    };
    const moves = [lists.behind, lists.inFront].flatMap((list) => [[0, list] as const, [1, list] as const]);
    let begun = 0;
    // Visits at each of their eight stops, before the keys move and after each move: both replicas are met with each list.
    const beginEight = async () => {
      for (let stop = 0; stop < 8; stop++) {
        begun++;
        underWay.push(visit(begun));
        await advance();
      }
    };
    await beginEight();
    for (const [replica, list] of moves) {
      await replace(replica, list);
      await beginEight();
    }
    while (underWay.length > 0) await advance();
    assert.equal(ended, begun);

    // No cookie of the old key is left after the longest session.
    await replicas[0]?.clock.advance(12 * 60 * 60);
    await beginEight();
    for (const replica of [0, 1] as const) {
      await replace(replica, lists.after);
      await beginEight();
    }
    while (underWay.length > 0) await advance();
    assert.equal(ended, begun);
  });
});
