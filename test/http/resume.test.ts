import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { createResumes } from '../../src/oidc/interactions/resumes.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { type RedisServer, startRedis } from '../support/services.ts';
import { Visitor } from '../support/visitor.ts';

const LIMIT = 40;

const resumeOf = (interaction: string) => interaction.replace('/interactions/', '/authorize/');

describe('an interaction that is resumed', () => {
  let redis: RedisServer;
  let store: Redis;
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    redis = await startRedis();
    store = new Redis(redis.url);
    service = await startService({
      env: { REDIS_URL: redis.url, THROTTLE_AUTHORIZATION_PER_MINUTE: String(LIMIT) },
    });
    party = await createRelyingParty(service.url);
  });
  after(async () => {
    store.disconnect();
    await service.stop();
    await redis.stop();
  });

  it('before its person has finished it leads to the form, and writes nothing, however often and at once', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { interaction, checks } = await openInteraction(visitor, party);
    await visitor.request(resumeOf(interaction));
    const records = (await store.keys('oidc:*')).sort();
    const answers = await Promise.all(Array.from({ length: 30 }, () => visitor.request(resumeOf(interaction))));
    for (const { status, location, headers } of answers) {
      assert.deepEqual([status, location], [303, interaction]);
      assert.deepEqual(headers.getSetCookie(), []);
    }
    assert.deepEqual((await store.keys('oidc:*')).sort(), records);
    const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
    const callback = (await visitor.request(json.redirectTo)).location ?? '';
    assert.ok((await party.redeem(callback, checks)).id_token);
  });

  it('by the back button shows its form again', async () => {
    const browser = new Visitor('html');
    const { interaction } = await openInteraction(browser, party);
    const page = await browser.follow(resumeOf(interaction));
    assert.deepEqual([page.status, page.url], [200, interaction]);
    assert.match(page.text, /name="password"/);
  });

  it('before its person has consented goes on with what it asked for', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const first = await openInteraction(visitor, party);
    await visitor.request((await signIn(visitor, first.interaction, person.identifier, PASSWORD)).json.redirectTo);
    const { interaction, checks } = await openInteraction(visitor, party, { prompt: 'consent' });
    const { location = '' } = await visitor.request(resumeOf(interaction));
    const { json } = await visitor.request(location);
    assert.ok((await party.redeem((await visitor.request(json.redirectTo)).location ?? '', checks)).id_token);
  });

  it('is over once it was: whoever comes again is led back', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const { cookies } = await visitor.jar.serialize();
    const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
    assert.match((await visitor.request(json.redirectTo)).location ?? '', /code=/);
    for (const accept of ['json', 'html'] as const)
      for (const kept of [cookies, []]) {
        const again = new Visitor(accept);
        for (const { key, value, path } of kept)
          await again.jar.setCookie(`${key}=${value}; Path=${path}`, service.url);
        const answer = await again.request(json.redirectTo);
        assert.equal(answer.status, 404, answer.text);
        if (accept === 'html') assert.match(answer.text, /plus valable/);
        else
          assert.deepEqual(
            [answer.json.code, answer.json.returnTo],
            ['interaction_not_found', 'http://localhost:4000'],
          );
        if (accept === 'html') assert.match(answer.text, /href="http:\/\/localhost:4000">Revenir à Mon Compte/);
      }
  });

  it('by many at once writes what one of them needs', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
    const count = async () =>
      Promise.all(
        ['AuthorizationCode', 'Session', 'Grant'].map(async (of) => (await store.keys(`oidc:${of}:*`)).length),
      );
    const before = await count();
    await Promise.all(Array.from({ length: 10 }, () => visitor.request(json.redirectTo)));
    assert.deepEqual(
      await count(),
      before.map((records) => records + 1),
    );
  });

  it('after somebody else signed in in between ends their session first, and goes on', async () => {
    const [person, other] = [await createPerson(service), await createPerson(service)];
    const visitor = new Visitor();
    const { interaction, checks } = await openInteraction(visitor, party);
    const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
    const beside = await openInteraction(visitor, party);
    await visitor.request((await signIn(visitor, beside.interaction, other.identifier, PASSWORD)).json.redirectTo);
    const page = await visitor.request(json.redirectTo);
    assert.equal(page.status, 200, page.text);
    const action = /action="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const fields = [...page.text.matchAll(/name="([^"]+)" value="([^"]+)"/g)].map(([, name, value]) => [name, value]);
    const onward = await visitor.request(action, { form: Object.fromEntries(fields) });
    assert.equal(onward.location, json.redirectTo);
    const callback = (await visitor.request(json.redirectTo)).location ?? '';
    assert.ok((await party.redeem(callback, checks)).id_token);
  });

  it('with another session than the one that it began with leads back', async () => {
    const [person, other] = [await createPerson(service), await createPerson(service)];
    const visitor = new Visitor();
    const first = await openInteraction(visitor, party);
    await visitor.request((await signIn(visitor, first.interaction, person.identifier, PASSWORD)).json.redirectTo);
    const { interaction } = await openInteraction(visitor, party, { prompt: 'consent' });
    const { json } = await visitor.request(interaction);
    const beside = await openInteraction(visitor, party, { prompt: 'login' });
    await visitor.request((await signIn(visitor, beside.interaction, other.identifier, PASSWORD)).json.redirectTo);
    const refused = await visitor.request(json.redirectTo);
    assert.deepEqual([refused.json.code, refused.json.returnTo], ['interaction_not_found', 'http://localhost:4000']);
  });

  it('by two requests, one after the time of the other, is answered to the first that is done', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const resumes = createResumes(service.app.ports.protocolStore);
    const uid = interaction.split('/').at(-1) ?? '';
    assert.deepEqual([await resumes.begin(uid), await resumes.begin(uid)], [true, false]);
    await service.clock.advance(5);
    assert.equal(await resumes.begin(uid), true);
    assert.deepEqual(await Promise.all([resumes.end(uid), resumes.end(uid)]), [true, false]);
    assert.equal(await resumes.isFinished(uid), undefined);
  });

  it('by HEAD stays as it is', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { interaction, checks } = await openInteraction(visitor, party);
    const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
    const head = await visitor.request(json.redirectTo, { method: 'HEAD' });
    assert.deepEqual([head.status, head.location], [200, undefined]);
    const callback = (await visitor.request(json.redirectTo)).location ?? '';
    assert.ok((await party.redeem(callback, checks)).id_token);
  });

  it('is bounded by client address, and a sign-in that waits for the limit is not lost', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { interaction, checks } = await openInteraction(visitor, party);
    const statuses = await Promise.all(
      Array.from({ length: LIMIT + 5 }, async () => (await visitor.request(resumeOf(interaction))).status),
    );
    assert.equal(statuses.filter((status) => status === 429).length, 5);
    const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
    const refused = await visitor.request(json.redirectTo);
    assert.equal(refused.json.code, 'too_many_requests');
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    await service.clock.advance(61);
    const callback = (await visitor.request(json.redirectTo)).location ?? '';
    assert.ok((await party.redeem(callback, checks)).id_token);
  });
});
