import assert from 'node:assert/strict';
import { createPerson, INITIAL_PASSWORD, PASSWORD, randomNir } from '../support/people.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { formTokenOf, Visitor } from '../support/visitor.ts';

describe('an interaction that has ended by time', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ store: 'memory' });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  const [IDLE, MAXIMUM] = [900, 3600];

  async function open(accept: 'html' | 'json' = 'html', at = 'sign-in') {
    const visitor = new Visitor(accept);
    const { interaction, checks } = await openInteraction(visitor, party);
    const page = await visitor.request(`${interaction}/${at}`);
    const csrf = accept === 'html' ? formTokenOf(page.text) : '';
    const submit = (form: Record<string, string>, to = at) => visitor.submit(`${interaction}/${to}`, { csrf, ...form });
    return { visitor, interaction, checks, submit, uid: interaction.split('/').at(-1) ?? '' };
  }

  it('begins anew in place when its form is sent: what was typed is there, nothing was taken, and the next time it is', async () => {
    const person = await createPerson(service);
    const { visitor, interaction, submit, checks } = await open();
    await service.clock.advance(IDLE + 1);
    const form = { identifierType: 'nir', identifier: person.identifier, password: PASSWORD, remember: 'on' };
    const page = await submit(form);
    assert.equal(page.status, 200);
    assert.ok(page.url.startsWith(interaction));
    assert.match(page.text, /Cette page a expiré/);
    assert.ok(page.text.includes(`value="${person.identifier}"`));
    assert.match(page.text, /id="remember"[^>]*checked/);
    assert.ok(!page.text.includes(PASSWORD));
    const sent = await visitor.submit(`${interaction}/sign-in`, { ...form, csrf: formTokenOf(page.text) });
    const tokens = await party.redeem(sent.location ?? '', checks);
    assert.ok(tokens.access_token);
  });

  it('begins anew when it is only looked at, with what a refused form had', async () => {
    const { visitor, interaction, submit } = await open();
    const identifier = randomNir();
    await submit({ identifierType: 'nir', identifier, password: 'x' });
    await service.clock.advance(IDLE + 1);
    const page = await visitor.follow(`${interaction}/sign-in`);
    assert.equal(page.status, 200);
    assert.match(page.text, /Cette page a expiré/);
    assert.ok(page.text.includes(`value="${identifier}"`));
  });

  it('has nothing proved any more: what needs a proof leads to the first step', async () => {
    const person = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
    const { visitor, interaction, submit } = await open();
    const owed = await submit({ identifierType: 'nir', identifier: person.identifier, password: INITIAL_PASSWORD });
    assert.equal(owed.url, `${interaction}/password`);
    await service.clock.advance(IDLE + 1);
    const form = { csrf: formTokenOf(owed.text), password: 'Ab3!Ab3!Ab3!', confirmation: 'Ab3!Ab3!Ab3!' };
    const page = await visitor.submit(`${interaction}/password`, form);
    assert.match(page.url, /\/sign-in/);
    assert.match(page.text, /Cette page a expiré/);
    const late = await visitor.request(`${interaction}/password`, { headers: { Accept: 'application/json' } });
    assert.equal(late.json.code, 'step_not_available');
  });

  it('can still be given up', async () => {
    const { submit } = await open();
    await service.clock.advance(IDLE + 1);
    const left = await submit({}, 'cancellation');
    assert.match(left.location ?? '', /error=access_denied/);
  });

  it('is refused to a program, which begins anew at the first step', async () => {
    const person = await createPerson(service);
    const { visitor, interaction } = await open('json');
    await service.clock.advance(IDLE + 1);
    const expired = await signIn(visitor, interaction, person.identifier, PASSWORD);
    assert.deepEqual([expired.status, expired.json.code], [410, 'interaction_expired']);
    const anew = await visitor.request(`${interaction}/restart`, { json: {} });
    assert.deepEqual([anew.status, anew.json.status], [200, 'sign-in']);
    assert.equal((await signIn(visitor, interaction, person.identifier, PASSWORD)).json.status, 'authenticated');
  });

  it('is its own browser’s alone', async () => {
    const { visitor, interaction, uid } = await open('json');
    await service.clock.advance(IDLE + 1);
    const stranger = await open('json');
    const refused = await stranger.visitor.request(`${interaction}/restart`, { json: {} });
    assert.ok(['interaction_elsewhere', 'interaction_not_found'].includes(refused.json.code));
    const beganAt = async () => (await service.app.ports.flowStates.find(uid))?.state.beganAt;
    assert.equal(await beganAt(), undefined);
    assert.equal((await visitor.request(`${interaction}/restart`, { json: {} })).status, 200);
    assert.ok(await beganAt());
  });

  it('ends for good two hours after its request, and leads back', async () => {
    const { visitor, interaction } = await open('json');
    for (let spent = 0; spent < 7200; spent += IDLE + 1) {
      await visitor.request(`${interaction}/restart`, { json: {} });
      await service.clock.advance(IDLE + 1);
    }
    const over = await visitor.request(`${interaction}/restart`, { json: {} });
    assert.deepEqual([over.status, over.json.code], [404, 'interaction_not_found']);
    assert.equal(over.json.returnTo, 'http://localhost:4000');
  });

  it('begins anew once for ten that come at once, and each is shown its form', async () => {
    const { visitor, interaction, uid } = await open();
    await service.clock.advance(IDLE + 1);
    const pages = await Promise.all(Array.from({ length: 10 }, () => visitor.follow(`${interaction}/sign-in`)));
    for (const page of pages) assert.deepEqual([page.status, page.text.includes('name="identifier"')], [200, true]);
    assert.equal((await service.app.ports.flowStates.find(uid))?.state.steps, 1);
  });

  it('is put off by « Rester », which keeps what was typed, and never past its hour', async () => {
    const { submit, uid } = await open();
    const endsAt = async () => {
      const state = (await service.app.ports.flowStates.find(uid))?.state;
      return state && state.lastStepAt + IDLE;
    };
    const first = (await endsAt()) ?? 0;
    await service.clock.advance(600);
    const identifier = randomNir();
    const page = await submit({ identifierType: 'nir', identifier, password: 'x', stay: 'yes' });
    assert.equal(page.status, 200);
    assert.ok(page.text.includes(`value="${identifier}"`));
    assert.doesNotMatch(page.text, /role="alert"/);
    assert.ok(((await endsAt()) ?? 0) >= first + 600);
    assert.match(page.text, /Cette page reste ouverte jusqu’à <time datetime="[^"]+">\d+\sh\s\d\d</u);
  });

  it('says until when in each answer, and gives a program more time', async () => {
    const { visitor, interaction } = await open('json');
    const expiresAt = async () => Date.parse((await visitor.request(interaction)).json.interaction.expiresAt) / 1000;
    const first = await expiresAt();
    await service.clock.advance(600);
    const more = await visitor.request(`${interaction}/prolongation`, { json: {} });
    assert.equal(more.json.status, 'prolonged');
    assert.ok(Date.parse(more.json.expiresAt) / 1000 >= first + 600);
    for (let spent = 600; spent + 600 < MAXIMUM; spent += 600) {
      await service.clock.advance(600);
      assert.equal((await visitor.request(`${interaction}/prolongation`, { json: {} })).status, 200);
    }
    assert.ok((await expiresAt()) <= first - IDLE + MAXIMUM + 1, 'an hour in all');
    await service.clock.advance(700);
    const over = await visitor.request(`${interaction}/prolongation`, { json: {} });
    assert.deepEqual([over.status, over.json.code], [410, 'interaction_expired']);
  });
});
