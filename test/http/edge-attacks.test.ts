/** Attacks at the edge: what is typed and shown again, what begins anew, what is asked for once more. */
import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import { createPerson, INITIAL_PASSWORD, identity, PASSWORD, randomNir } from '../support/people.ts';
import { answerOf } from '../support/recovery.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { formTokenOf, Visitor } from '../support/visitor.ts';

const SCRIPT = '"\'><script>alert(1)</script>';
const AT_ONCE = 10;

/** Ways that a form is shown again. */
const KINDS: readonly Readonly<Record<string, string>>[] = [
  {},
  { birthplace: 'abroad' },
  { identifierType: 'nir' },
  { lang: 'en' },
  { stay: 'yes' },
];

describe('an attacker at the edge', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    const env = { THROTTLE_RECOVERY_PER_HOUR: '5000', THROTTLE_SIGN_IN_PER_MINUTE: '5000' };
    service = await startService({ env });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  async function open(accept: 'json' | 'html' = 'json') {
    const visitor = new Visitor(accept);
    const { interaction } = await openInteraction(visitor, party);
    const page = await visitor.request(`${interaction}/sign-in`, { headers: { Accept: 'text/html' } });
    const csrf = formTokenOf(page.text);
    const post = (path: string, json: object, headers = {}) =>
      visitor.request(`${interaction}/${path}`, { json, headers });
    const submit = (path: string, form: Record<string, string>) =>
      visitor.submit(`${interaction}/${path}`, { csrf, ...form });
    return { visitor, interaction, post, submit, uid: interaction.split('/').at(-1) ?? '' };
  }

  const stateOf = async (uid: string) => (await service.app.ports.flowStates.find(uid))?.state;
  const detailsOf = (identifier: string) => ({
    identifierType: 'nir',
    identifier,
    birthDate: '03/11/1962',
    channel: 'sms',
  });

  /** Somebody who was proved and owes a password. */
  async function owing() {
    const person = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
    const place = await open();
    await signIn(place.visitor, place.interaction, person.identifier, INITIAL_PASSWORD);
    assert.ok((await stateOf(place.uid))?.proofs?.proved);
    return place;
  }

  it('begins, prolongs or asks for nothing from another origin, nor by what a form can send', async () => {
    const { visitor, interaction, uid } = await owing();
    const before = await stateOf(uid);
    for (const path of ['restart', 'prolongation', 'password-recovery/another-code']) {
      for (const Origin of ['https://evil.example', 'null']) {
        const refused = await visitor.request(`${interaction}/${path}`, { json: {}, headers: { Origin } });
        assert.deepEqual([refused.status, refused.json.code], [403, 'origin_not_allowed'], path);
        assert.equal(refused.headers.get('access-control-allow-origin'), null);
      }
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
        const headers = { 'Content-Type': type };
        const refused = await visitor.request(`${interaction}/${path}`, { method: 'POST', body: '{}', headers });
        assert.ok(refused.status >= 400 && refused.status < 500, `${path} ${type}: ${refused.status}`);
      }
    }
    assert.deepEqual((await stateOf(uid))?.proofs, before?.proofs);
    assert.equal((await stateOf(uid))?.beganAt, undefined);
    assert.equal(
      (await visitor.request(`${interaction}/restart`, { json: {} })).status,
      200,
      'from nowhere else it does',
    );
    assert.ok((await stateOf(uid))?.beganAt);
    assert.equal((await stateOf(uid))?.proofs?.proved, undefined);
  });

  it('has no script run by what is typed, however it is refused', async () => {
    const forms: Record<string, string[]> = {
      'sign-in': ['identifierType', 'identifier', 'remember', 'password', 'captchaId', 'captcha'],
      'password-recovery': ['identifierType', 'identifier', 'birthDate', 'channel'],
      'provisional-identifier-recovery': [
        ...['birthName', 'givenNames', 'birthDate', 'birthplace', 'departement', 'commune', 'country', 'city'],
        ...['parent1BirthName', 'parent1GivenNames', 'parent1Unknown', 'captchaId', 'captcha'],
      ],
    };
    for (const [path, names] of Object.entries(forms))
      for (const kind of KINDS) {
        const { submit, visitor, interaction } = await open('html');
        const typed = Object.fromEntries(names.map((name) => [name, SCRIPT]));
        const page = await submit(path, { ...typed, [SCRIPT]: SCRIPT, ...kind });
        for (const { text } of [
          page,
          await visitor.request(`${interaction}/${path}?lang=${encodeURIComponent(SCRIPT)}`),
        ]) {
          assert.doesNotMatch(text, /<script>alert/, `${path} ${JSON.stringify(kind)}`);
          assert.doesNotMatch(text, /="[^"<>]*"'>/, `${path} ${JSON.stringify(kind)}`);
        }
      }
  });

  it('is shown nothing that was typed in another browser', async () => {
    const { submit, interaction } = await open('html');
    const identifier = randomNir();
    const refused = await submit('sign-in', { identifierType: 'nir', identifier, password: 'x' });
    assert.ok(refused.text.includes(identifier));
    const stranger = await open('html');
    for (const url of [interaction, refused.url, `${interaction}/password-recovery?identifier_type=nir`]) {
      const page = await stranger.visitor.follow(url);
      assert.ok(!page.text.includes(identifier));
      assert.doesNotMatch(page.text, /<form[^>]+id="step"/);
    }
  });

  it('has no record grow by the name of a field', async () => {
    const { submit, uid } = await open('html');
    await submit('sign-in', { ['n'.repeat(12_000)]: 'x', identifierType: 'nir' });
    const { draft } = (await stateOf(uid)) ?? {};
    assert.ok(draft, 'the form waits');
    assert.ok(JSON.stringify(draft).length < 5000, `${JSON.stringify(draft).length} characters`);
  });

  it('finds no code to guess at however often it begins anew and asks, and is told the same of nobody', async () => {
    const known = await createPerson(service, { civilIdentity: identity });
    const seen = [];
    for (const identifier of [known.identifier, randomNir()]) {
      const { post } = await open();
      const answers: unknown[] = [];
      for (let round = 0; round < 3; round++) {
        const asked = await post('password-recovery', detailsOf(identifier));
        answers.push([asked.status, asked.json.status, asked.json.triesLeft]);
        for (let wrong = 0; wrong < 6; wrong++) {
          const { status, json } = await post('password-recovery/code', { code: '123456' });
          answers.push([status, json.code, json.triesLeft]);
        }
        const early = await post('password-recovery/another-code', {});
        answers.push([early.status, early.json.code, Object.keys(early.json).sort()]);
        const anew = await post('restart', {});
        answers.push([anew.status, anew.json.status, Object.keys(anew.json).sort()]);
        const late = await post('password-recovery/code', { code: '123456' });
        answers.push([late.status, late.json.code]);
      }
      seen.push(answers);
    }
    assert.deepEqual(seen[1], seen[0]);
  });

  it('uses a captcha that was solved on one form once, on any form of its interaction and in no other', async () => {
    const [place, elsewhere] = [await open(), await open()];
    const person = { birthName: 'Nguyen', givenNames: 'An', birthDate: '14/08/1955' };
    const born = { birthplace: 'france', departement: '14', commune: 'Caen' };
    const atOnce = async (captchaId: string, where = place) => {
      const send = () => where.post('provisional-identifier-recovery', { ...person, ...born, captchaId });
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, send));
      return answers.map(({ json }) => json.errors?.[0]?.code ?? json.status);
    };
    const { jobs } = service.app.ports;
    const { add } = jobs;
    let searches = 0;
    jobs.add = (...job) => {
      searches += 1;
      return add(...job);
    };
    try {
      for (const isUsed of [false, true]) {
        const { captchaId } = (await place.post('captchas', {})).json;
        const captcha = await answerOf(service, captchaId, place.interaction);
        const faulty = await place.post('provisional-identifier-recovery', { birthName: 'Nguyen', captchaId, captcha });
        assert.equal(faulty.status, 422);
        // A store that cannot answer ten in time refuses too.
        const refused = (await atOnce(captchaId, elsewhere)).filter((code) => code !== 503);
        assert.deepEqual(new Set(refused), new Set(['captcha_expired']));
        searches = 0;
        await place.post('restart', {});
        const pair = { identifierType: 'nir', identifier: randomNir(), password: 'x' };
        if (isUsed) assert.equal((await place.post('sign-in', { ...pair, captchaId })).json.code, 'sign_in_failed');
        const codes = await atOnce(captchaId);
        assert.equal(searches, isUsed ? 0 : 1, codes.join(' '));
      }
    } finally {
      jobs.add = add;
    }
  });

  it('brings no finished interaction back, by what runs beside its end', async () => {
    const person = await createPerson(service);
    for (let round = 0; round < 5; round++) {
      const { visitor, interaction, post, uid } = await open();
      const beside = ['restart', 'prolongation', 'restart', 'captchas'].map((path) => post(path, {}));
      const [signedIn] = await Promise.all([
        signIn(visitor, interaction, person.identifier, PASSWORD),
        visitor.request(interaction),
        ...beside,
      ]);
      for (const { status } of await Promise.all(beside)) assert.ok(status < 500);
      const state = await stateOf(uid);
      if (signedIn?.json.status === 'authenticated') {
        assert.equal(state?.finished, true);
        assert.equal((await post('restart', {})).status, 404);
        assert.equal((await post('prolongation', {})).status, 404);
      }
      assert.equal(state?.proofs, undefined);
    }
  });

  it('gains nothing from a store that is away in the middle: 503, and all is as it was', async () => {
    const { post, uid } = await owing();
    const { flowStates } = service.app.ports;
    const { save } = flowStates;
    const before = await stateOf(uid);
    flowStates.save = () => Promise.reject(new ServiceError('store_unavailable'));
    try {
      for (const path of ['restart', 'prolongation'])
        assert.deepEqual((await post(path, {})).json.code, 'store_unavailable', path);
      assert.equal((await post('password-recovery', detailsOf(randomNir()))).status, 503);
    } finally {
      flowStates.save = save;
    }
    assert.deepEqual(await stateOf(uid), before);
    assert.equal(await flowStates.hold(uid, 1), true, 'nobody is kept waiting');
  });
});
