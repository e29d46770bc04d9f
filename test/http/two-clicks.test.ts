import assert from 'node:assert/strict';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { createPerson, INITIAL_PASSWORD, PASSWORD, randomNir } from '../support/people.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { formTokenOf, Visitor } from '../support/visitor.ts';

const ROUNDS = 10;
const CLICKS = 6;
const CODE = '271828';

describe('several clicks at once', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    const env = { THROTTLE_RECOVERY_PER_HOUR: '100000', THROTTLE_SIGN_IN_PER_MINUTE: '100000' };
    service = await startService({ env });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  async function open(accept: 'json' | 'html') {
    const visitor = new Visitor(accept);
    const begun = await openInteraction(visitor, party);
    const page = await visitor.request(begun.interaction, { headers: { Accept: 'text/html' } });
    const csrf = formTokenOf(page.text);
    const post = (to: string, fields: Record<string, string>) =>
      accept === 'json'
        ? visitor.request(`${begun.interaction}/${to}`, { json: fields })
        : visitor.submit(`${begun.interaction}/${to}`, { csrf, ...fields });
    const click = (to: string, fields: Record<string, string>) =>
      Promise.all(Array.from({ length: CLICKS }, () => post(to, fields)));
    return { ...begun, visitor, post, click, csrf, uid: begun.interaction.split('/').at(-1) ?? '' };
  }

  const stateOf = async (uid: string) => (await service.app.ports.flowStates.find(uid))?.state;

  /** Somebody who has asked for a code. */
  async function asked(accept: 'json' | 'html', accountId: string) {
    const place = await open(accept);
    const details = { identifierType: 'nir', identifier: randomNir(), birthDate: '03/11/1962', channel: 'sms' };
    await place.post('password-recovery', details);
    const codeId = (await stateOf(place.uid))?.proofs?.['password-recovery']?.codeId ?? '';
    const subject = { kind: 'account', accountId } as const;
    const code = { codeId, purpose: 'password-recovery', code: CODE, subject, countedAs: `codes:${codeId}` };
    await service.app.ports.verificationCodes.create(code, 600);
    return place;
  }

  for (const accept of ['json', 'html'] as const) {
    it(`on the right code: the proof is there every time, and all are shown the new password (${accept})`, async () => {
      const { accountId } = await createPerson(service);
      for (let round = 0; round < ROUNDS; round++) {
        const { click, uid, interaction } = await asked(accept, accountId);
        for (const answer of await click('password-recovery/code', { code: CODE }))
          if (accept === 'json') assert.equal(answer.json?.status, 'new-password-required', answer.text);
          else assert.match(answer.text, /name="confirmation"/, `${interaction} ${answer.status}`);
        assert.equal((await stateOf(uid))?.proofs?.['password-recovery']?.proof?.accountId, accountId);
      }
    });

    it(`on the new password: it is set once, and all are told so (${accept})`, async () => {
      const { accountId } = await createPerson(service);
      const { post, click } = await asked(accept, accountId);
      await post('password-recovery/code', { code: CODE });
      const fields = { password: `${PASSWORD}-neuf`, confirmation: `${PASSWORD}-neuf` };
      for (const answer of await click('password-recovery/password', fields))
        assert.match(answer.text, accept === 'json' ? /"status":"password-changed"/ : /Votre mot de passe est changé/);
      assert.equal(await eventsOf(accountId, 'password-changed'), 1);
    });

    it(`on a first password: all are led on, and the person is signed in (${accept})`, async () => {
      const person = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
      const { post, click, interaction } = await open(accept);
      await post('sign-in', { identifierType: 'nir', identifier: person.identifier, password: INITIAL_PASSWORD });
      const fields = { password: PASSWORD, confirmation: PASSWORD };
      const resume = interaction.replace('/interactions/', '/authorize/');
      if (accept === 'json') {
        for (const { json } of await click('password', fields)) assert.equal(json.redirectTo, resume);
        return;
      }
      // A browser follows the last of them alone; here all are followed, and one of them has the code.
      const answers = await click('password', fields);
      assert.equal(answers.filter(({ location }) => /code=/.test(location ?? '')).length, 1);
      for (const { status, text } of answers) assert.ok(status < 500, text);
    });
  }

  async function eventsOf(accountId: string, outcome: string): Promise<number> {
    const database = openDatabase(service.databaseUrl, 1);
    const events = await database('audit_events').where({ account_id: accountId, outcome });
    await database.destroy();
    return events.length;
  }

  it('where one request is refused, the next of them runs: a wrong code does not stand for a right one', async () => {
    const { accountId } = await createPerson(service);
    const { visitor, interaction, uid } = await asked('json', accountId);
    const answers = await Promise.all(
      ['111111', CODE, '222222'].map((code) =>
        visitor.request(`${interaction}/password-recovery/code`, { json: { code } }),
      ),
    );
    assert.equal(answers[1]?.json.status, 'new-password-required');
    for (const { json } of answers)
      assert.ok(json.status === 'new-password-required' || json.code === 'code_wrong', JSON.stringify(json));
    assert.ok((await stateOf(uid))?.proofs?.['password-recovery']?.proof);
  });

  it('keep nobody waiting whose request is held by a process that ended', async () => {
    const { visitor, interaction, uid } = await open('json');
    assert.equal(await service.app.ports.flowStates.hold(uid, 60), true);
    const startedAt = performance.now();
    const answer = await signIn(visitor, interaction, randomNir(), 'x');
    assert.equal(answer.json.code, 'sign_in_failed');
    assert.ok(performance.now() - startedAt < 6000);
  });

  it('do not wait when they are many: nobody makes the store be asked for ever', async () => {
    const { visitor, interaction, uid } = await open('json');
    await service.app.ports.flowStates.hold(uid, 60);
    const { flowStates } = service.app.ports;
    const { find } = flowStates;
    let looks = 0;
    flowStates.find = (id) => {
      looks += 1;
      return find(id);
    };
    const answers = await Promise.all(
      Array.from({ length: 60 }, () =>
        visitor.request(`${interaction}/password-recovery/code`, { json: { code: '1' } }),
      ),
    );
    flowStates.find = find;
    for (const { json } of answers)
      assert.match(json.code, /^(step_not_available|validation_failed|too_many_requests)$/);
    assert.ok(looks < 60 * 5 + 16 * 70, `${looks} looks`);
  });
});

describe('whoever comes back to an interaction after it ended', () => {
  let service: Service;
  let party: RelyingParty;
  const HOME = 'http://localhost:4000';
  before(async () => {
    service = await startService({ store: 'memory' });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  async function signedIn() {
    const person = await createPerson(service);
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, party);
    const csrf = formTokenOf((await visitor.request(interaction)).text);
    const form = { csrf, identifierType: 'nir', identifier: person.identifier, password: PASSWORD };
    const answer = await visitor.request(`${interaction}/sign-in`, { form });
    return { visitor, interaction, form, answer, resume: interaction.replace('/interactions/', '/authorize/') };
  }

  it('signed in is led on, while nobody was, and home from then on', async () => {
    const { visitor, interaction, form, resume } = await signedIn();
    const early = await visitor.request(`${interaction}/sign-in`);
    assert.deepEqual([early.status, early.location], [303, resume]);
    const clicked = await visitor.request(`${interaction}/sign-in`, { form });
    assert.match(clicked.location ?? '', /code=/, 'a form leads out by a page, which leads on');
    for (const path of ['', '/sign-in', '/password-recovery', '/password-recovery/code']) {
      const back = await visitor.request(interaction + path);
      assert.equal(back.status, 303, path);
      assert.equal(new URL(back.location ?? '').origin, HOME, path);
    }
    const again = await visitor.request(`${interaction}/sign-in`, { form });
    assert.deepEqual([again.status, again.location], [200, `${HOME}/`]);
  });

  it('in another browser is told that it is over, as is a program', async () => {
    const { visitor, interaction, resume } = await signedIn();
    await visitor.request(resume);
    assert.equal((await new Visitor('html').request(interaction)).status, 404);
    const program = await visitor.request(interaction, { headers: { Accept: 'application/json' } });
    assert.deepEqual([program.status, program.json.code], [404, 'interaction_not_found']);
  });

  it('cancelled is told that it is over', async () => {
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, party);
    const csrf = formTokenOf((await visitor.request(interaction)).text);
    await visitor.request(`${interaction}/cancellation`, { form: { csrf } });
    const page = await visitor.request(interaction);
    assert.equal(page.status, 404);
    assert.match(page.text, /plus valable/);
  });

  it('with a captcha finds none', async () => {
    const { visitor, interaction } = await signedIn();
    const captcha = await visitor.request(`${interaction}/captchas`, { json: {} });
    assert.equal(captcha.status, 404);
  });
});
