import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../src/project-root.ts';
import { createPerson, INITIAL_PASSWORD, PASSWORD, randomNir } from '../support/people.ts';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { type Answer, formTokenOf, Visitor } from '../support/visitor.ts';

describe('a form that was not taken', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ store: 'memory' });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  async function open(at = 'sign-in') {
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, party);
    const csrf = formTokenOf((await visitor.request(`${interaction}/${at}`)).text);
    const post = (form: Record<string, string>, to = at) =>
      visitor.request(`${interaction}/${to}`, { form: { csrf, ...form } });
    const submit = (form: Record<string, string>, to = at) => visitor.submit(`${interaction}/${to}`, { csrf, ...form });
    return { visitor, interaction, csrf, post, submit, uid: interaction.split('/').at(-1) ?? '' };
  }

  const wrong = () => ({ identifierType: 'nir', identifier: randomNir(), password: 'S3cret-of-mine', remember: 'on' });
  const stateOf = async (uid: string) => (await service.app.ports.flowStates.find(uid))?.state;

  it('is answered by 303 to the form, with its refusal and what was typed, as often as it is asked for', async () => {
    const { visitor, interaction, post } = await open();
    const typed = wrong();
    const answer = await post(typed);
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get('retry-after'), null);
    for (const address of [answer.location ?? '', answer.location ?? '', interaction, `${interaction}/sign-in`]) {
      const page = await visitor.request(address);
      assert.equal(page.status, 200);
      assert.match(page.text, /role="alert"/);
      assert.ok(page.text.includes(`value="${typed.identifier}"`), address);
      assert.match(page.text, /id="remember"[^>]*checked/);
      assert.doesNotMatch(page.text, /S3cret-of-mine/);
    }
    const other = await visitor.request(`${interaction}/sign-in?identifier_type=provisional`);
    assert.doesNotMatch(other.text, /role="alert"/, 'the form of the other identifier has none of it');
  });

  it('leaves JSON as it is: a status and a problem', async () => {
    const { interaction, visitor } = await open();
    const { status, json } = await visitor.request(`${interaction}/sign-in`, {
      json: { identifierType: 'nir', identifier: randomNir(), password: 'x' },
      headers: { Accept: 'application/json' },
    });
    assert.deepEqual([status, json.code], [403, 'sign_in_failed']);
  });

  it('keeps no password, code or answer of a captcha, and nothing that a step does not keep', async () => {
    const { submit, uid } = await open();
    await submit({ ...wrong(), captchaId: 'unknown', captcha: 'AN5WER', more: 'unknown-field' });
    const kept = JSON.stringify((await stateOf(uid))?.draft);
    assert.match(kept, /identifier/);
    assert.doesNotMatch(kept, /S3cret-of-mine|AN5WER|unknown-field/);
  });

  it('has a size with a bound, whatever was sent', async () => {
    const { submit, uid } = await open('provisional-identifier-recovery');
    const many = Object.fromEntries(Array.from({ length: 700 }, (_, rank) => [`unknown${rank}`, 'x']));
    await submit({ ...many, birthName: 'N'.repeat(5000) });
    const draft = (await stateOf(uid))?.draft;
    assert.equal(draft?.typed.birthName?.length, 100);
    assert.ok((draft?.refusal?.fields.length ?? 999) <= 40);
    assert.ok(JSON.stringify(draft).length < 5000);
  });

  it('tells what is left of a delay, and nothing once it is over; what was typed stays', async () => {
    const { visitor, interaction, submit } = await open();
    const typed = wrong();
    for (let failure = 0; failure < 5; failure++) await submit(typed);
    const locked = await submit(typed);
    const secondsOf = ({ text }: Answer) => Number(/(\d+) secondes/.exec(text)?.[1]);
    const first = secondsOf(locked);
    assert.ok(first > 40 && first <= 60, locked.text);
    await service.clock.advance(20);
    const later = await visitor.request(locked.url);
    assert.ok(secondsOf(later) <= first - 20, later.text);
    await service.clock.advance(60);
    const over = await visitor.request(`${interaction}/sign-in`);
    assert.doesNotMatch(over.text, /role="alert"/);
    assert.ok(over.text.includes(`value="${typed.identifier}"`));
  });

  it('is dropped by the next step that is taken, and by the end', async () => {
    const { visitor, interaction, submit, uid } = await open();
    await submit(wrong());
    await submit(
      { identifierType: 'nir', identifier: randomNir(), birthDate: '03/11/1962', channel: 'sms' },
      'password-recovery',
    );
    assert.equal((await stateOf(uid))?.draft, undefined);
    assert.doesNotMatch((await visitor.request(`${interaction}/sign-in`)).text, /role="alert"/);
    await submit(wrong());
    const person = await createPerson(service);
    await submit({ identifierType: 'nir', identifier: person.identifier, password: PASSWORD });
    assert.deepEqual(Object.keys((await stateOf(uid)) ?? {}).sort(), [
      'clientId',
      'finished',
      'lastStepAt',
      'signedIn',
    ]);
  });

  it('is still there when the interaction was left alone too long', async () => {
    const { submit, uid } = await open();
    const typed = wrong();
    await submit(typed);
    await service.clock.advance(service.config.times.interactionIdleSeconds + 1);
    assert.equal((await stateOf(uid))?.draft?.typed.identifier, typed.identifier);
  });

  it('says at the first step why what was owed is owed no longer', async () => {
    const person = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
    const { submit } = await open();
    await submit({ identifierType: 'nir', identifier: person.identifier, password: INITIAL_PASSWORD });
    const { accounts } = service.app.ports;
    const { findProfile } = accounts;
    accounts.findProfile = async () => undefined;
    const refused = await submit({ password: PASSWORD, confirmation: PASSWORD }, 'password');
    accounts.findProfile = findProfile;
    assert.match(new URL(refused.url).pathname, /sign-in$/);
    assert.match(refused.text, /role="alert"/);
  });

  describe('left for the other language', () => {
    const FORMS = [
      ['sign-in', { identifierType: 'nir', identifier: '2 55 08' }],
      ['password-recovery', { identifierType: 'nir', identifier: '2 55 08', birthDate: '14/08', channel: 'mail' }],
      [
        'provisional-identifier-recovery',
        { birthName: 'Nguyen', givenNames: 'Van An', birthplace: 'abroad', city: 'Hanoi' },
      ],
    ] as const;
    for (const [at, typed] of FORMS)
      it(`keeps what was typed: ${at}`, async () => {
        const { submit, visitor, interaction } = await open(at);
        const page = await submit({ ...typed, lang: 'en' });
        assert.deepEqual([page.status, new URL(page.url).search.includes('lang')], [200, false]);
        assert.match(page.text, /<html lang="en">/);
        assert.doesNotMatch(page.text, /role="alert"/, 'nothing was refused');
        for (const value of Object.values(typed))
          assert.match(page.text, new RegExp(`value="${value}"`), `${value} is kept`);
        assert.match((await visitor.request(`${interaction}/sign-in`)).text, /<html lang="en">/, 'for the rest of it');
      });

    it('says there too what was wrong', async () => {
      const { submit } = await open();
      const refused = await submit({ identifierType: 'nir', identifier: '2 55 08', password: 'x' });
      assert.match(refused.text, /class="fault"/);
      const page = await submit({ identifierType: 'nir', identifier: '2 55 09', password: '', lang: 'en' });
      assert.match(page.text, /<html lang="en">/);
      assert.match(page.text, /class="fault"/);
      assert.match(page.text, /value="2 55 09"/);
    });

    it('counts nothing, and signs nobody in', async () => {
      const person = await createPerson(service);
      const { submit } = await open();
      for (let times = 0; times < 8; times++) {
        const fields = { identifierType: 'nir', identifier: person.identifier, password: 'wrong', lang: 'en' };
        assert.doesNotMatch((await submit(fields)).text, /role="alert"/);
      }
      const right = { identifierType: 'nir', identifier: person.identifier, password: PASSWORD, lang: 'en' };
      assert.match((await submit(right)).text, /name="password"/);
    });

    it('by a button of the form of each screen that has one, after everything that it sends', async () => {
      for (const at of ['sign-in', 'password-recovery', 'provisional-identifier-recovery']) {
        const { visitor, interaction } = await open(at);
        const { text } = await visitor.request(`${interaction}/${at}`);
        assert.match(
          text,
          /<form id="step"[\s\S]*<\/main>\s*<nav class="lang"[^>]*><button type="submit" form="step" name="lang"/,
        );
      }
    });
  });
});

describe('the rows of the stories', () => {
  it('name the form that they submit: the button of the other language is one of its own', () => {
    for (const file of [
      'sign-in/screens/frame',
      'first-password/screens',
      'password-recovery/screens',
      'provisional-identifier-recovery/screens',
    ]) {
      const source = readFileSync(path.join(projectRoot, 'src/stories', `${file}.ts`), 'utf8');
      const posts = [...source.matchAll(/<form ([^>]*novalidate)/g)].map(([, attributes = '']) => attributes);
      const unnamed = posts.filter(
        (attributes) => !attributes.includes('id="step"') && !attributes.includes('another-code'),
      );
      assert.deepEqual(unnamed, [], file);
    }
  });
});
