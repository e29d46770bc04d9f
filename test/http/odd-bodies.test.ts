import assert from 'node:assert/strict';
import { createPerson, INITIAL_PASSWORD, PASSWORD } from '../support/people.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { formTokenOf, Visitor } from '../support/visitor.ts';

describe('what nobody has checked yet', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ env: { THROTTLE_RECOVERY_PER_HOUR: '500' } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  async function open(accept: 'json' | 'html' = 'json') {
    const visitor = new Visitor(accept);
    const { interaction } = await openInteraction(visitor, party);
    return { visitor, interaction };
  }

  const birthplaces = ['mars', 5, true, null, ['france', 'abroad'], {}, 'constructor', '__proto__', 'toString'];
  for (const birthplace of birthplaces)
    it(`a birthplace like ${JSON.stringify(birthplace)} is refused field by field, and is no failure of ours`, async () => {
      const { visitor, interaction } = await open();
      const json = {
        birthName: 'Roy',
        givenNames: 'Anne',
        birthDate: '01/01/1990',
        captchaId: 'a',
        captcha: 'b',
        birthplace,
      };
      const { status, json: problem } = await visitor.request(`${interaction}/provisional-identifier-recovery`, {
        json,
      });
      assert.equal(status, 422);
      assert.ok(problem.errors.some(({ field }: { field: string }) => field === 'birthplace'));
    });

  for (const path of ['sign-in', 'password-recovery'])
    for (const identifierType of [
      'identifierType=zzz',
      'identifierType=title',
      'identifierType=nir&identifierType=nir',
      'identifierType[a]=nir',
    ])
      it(`a form of ${path} with ${identifierType} is shown again as that of the NIR`, async () => {
        const { visitor, interaction } = await open('html');
        const csrf = formTokenOf((await visitor.request(`${interaction}/${path}`)).text);
        const body = `csrf=${encodeURIComponent(csrf)}&${identifierType}&identifier=1&password=x&birthDate=1&channel=sms`;
        const answer = await visitor.submit(`${interaction}/${path}`, body);
        assert.equal(answer.status, 200);
        assert.match(answer.text, /name="identifierType" value="nir"/);
      });

  it('a box that says something else than « on » is not ticked', async () => {
    const { visitor, interaction } = await open('html');
    const csrf = formTokenOf((await visitor.request(interaction)).text);
    const form = { csrf, identifierType: 'nir', identifier: '1', password: 'x', remember: 'off' };
    const { text } = await visitor.submit(`${interaction}/sign-in`, form);
    assert.match(text, /id="remember"/);
    assert.doesNotMatch(text, /id="remember"[^>]*checked/);
  });

  it('the name of a button in a JSON body presses none', async () => {
    const { visitor, interaction } = await open('json');
    for (const json of [{ shape: 1 }, { renew: {} }]) {
      const answer = await visitor.request(`${interaction}/provisional-identifier-recovery`, { json });
      assert.deepEqual([answer.status, answer.json.code], [422, 'validation_failed'], Object.keys(json).join());
    }
  });

  it('names that every object has are no pages', async () => {
    for (const folder of ['docs', 'pages', 'assets'])
      for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty'])
        assert.equal(
          (await new Visitor().request(`${service.url}/${folder}/${name}`)).status,
          404,
          `${folder}/${name}`,
        );
  });
});

describe('what an interaction owes', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService();
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  async function proveInitial() {
    const person = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    await signIn(visitor, interaction, person.identifier, INITIAL_PASSWORD);
    return { person, visitor, interaction };
  }
  const json = { password: PASSWORD, confirmation: PASSWORD };

  it('is owed no longer once it cannot be given: a credential that another browser has used', async () => {
    const { person, visitor, interaction } = await proveInitial();
    const other = new Visitor();
    const elsewhere = await openInteraction(other, party);
    await signIn(other, elsewhere.interaction, person.identifier, INITIAL_PASSWORD);
    assert.equal((await other.request(`${elsewhere.interaction}/password`, { json })).json.status, 'authenticated');
    assert.equal((await visitor.request(`${interaction}/password`, { json })).json.code, 'step_not_available');
    assert.equal((await visitor.request(interaction)).json.status, 'sign-in');
  });

  it('stays owed after a fault of the form, and after a step elsewhere that is not to be had', async () => {
    const { visitor, interaction } = await proveInitial();
    await visitor.request(`${interaction}/password`, { json: { password: 'a', confirmation: 'b' } });
    await visitor.request(`${interaction}/password-recovery/code`);
    assert.equal((await visitor.request(interaction)).json.status, 'password-creation-required');
  });

  it('is over when the interaction is, whatever requests beside it are refused', async () => {
    for (let trial = 0; trial < 10; trial++) {
      const { visitor, interaction } = await proveInitial();
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => visitor.request(`${interaction}/password`, { json })),
      );
      // One creates the password; the others are led where it led.
      const led = new Set(answers.map(({ status, json: { redirectTo } }) => `${status} ${redirectTo}`));
      assert.deepEqual([...led], [`200 ${interaction.replace('/interactions/', '/authorize/')}`]);
      const state = (await service.app.ports.flowStates.find(interaction.split('/').at(-1) ?? ''))?.state;
      assert.deepEqual([state?.finished, state?.proofs], [true, undefined]);
    }
  });

  it('is shown in the language that the link of a refused step chose', async () => {
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, party);
    assert.equal((await visitor.request(`${interaction}/password?lang=en`)).status, 409);
    assert.match((await visitor.request(`${interaction}/sign-in`)).text, /<html lang="en">/);
  });
});
