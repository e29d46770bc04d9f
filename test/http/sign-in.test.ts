import assert from 'node:assert/strict';
import { createPerson, INITIAL_PASSWORD, PASSWORD, randomNir, randomProvisional, withKey } from '../support/people.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { type Answer, formTokenOf, Visitor } from '../support/visitor.ts';

describe('sign-in over HTTP', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService();
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  it('shows what is asked, by whom, and the steps with their URLs', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party, { login_hint: 'provisional', ui_locales: 'en' });
    const { json } = await visitor.request(interaction);
    assert.equal(json.status, 'sign-in');
    assert.equal(json.identifierType, 'provisional');
    assert.deepEqual(json.interaction.client, { clientId: 'mon-compte', name: 'Mon Compte' });
    assert.equal(json.interaction.locale, 'en');
    const step = json.steps.find((candidate: { name: string }) => candidate.name === 'sign-in');
    assert.deepEqual(step, {
      name: 'sign-in',
      method: 'POST',
      href: `${interaction}/sign-in`,
      shownAt: `${interaction}/sign-in`,
      takes: [
        { name: 'identifierType', type: 'string', required: true, options: ['nir', 'provisional'] },
        { name: 'identifier', type: 'string', required: false, maximumLength: 40 },
        { name: 'password', type: 'string', required: true, maximumLength: 256 },
        { name: 'remember', type: 'boolean', required: false },
        { name: 'captchaId', type: 'string', required: false, maximumLength: 64 },
        { name: 'captcha', type: 'string', required: false, maximumLength: 20 },
      ],
    });
  });

  it('accepts the 15 characters with spaces, and refuses a wrong key on its field before anything is counted', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const nir = withKey(person.identifier);
    const wrong = `${person.identifier}${String((Number(nir.slice(13)) % 97) + 1).padStart(2, '0')}`;
    for (let attempt = 0; attempt < 7; attempt++) {
      const refused = await signIn(visitor, interaction, wrong, PASSWORD);
      assert.equal(refused.status, 422);
      assert.equal(refused.json.errors[0].code, 'nir_key');
    }
    const typed = nir.replace(/(.)(..)(..)(..)(...)(...)(..)/, '$1 $2 $3\u00a0$4\u202f$5.$6-$7');
    assert.equal((await signIn(visitor, interaction, typed, PASSWORD)).json.status, 'authenticated');
  });

  it('refuses a number that starts with 7 or 8 with an explanation of its own', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    for (const number of ['7550814168025', '8', '8550814168025 12']) {
      const refused = await signIn(visitor, interaction, number, 'x');
      assert.equal(refused.json.errors[0].code, 'nir_provisional');
    }
  });

  it('leads a P typed on the screen of the NIR to the screen of the provisional identifier', async () => {
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, party);
    const csrf = formTokenOf((await visitor.request(interaction)).text);
    const form = { csrf, identifierType: 'nir', identifier: 'p12345678', password: 'x' };
    const { text } = await visitor.submit(`${interaction}/sign-in`, form);
    assert.match(text, /name="identifierType" value="provisional"/);
    assert.match(text, /value="12345678"/);
    assert.match(text, /Vous avez saisi un identifiant provisoire/);
    assert.doesNotMatch(text, /class="fault"/);
  });

  it('says « Champ obligatoire » of an empty field, and keeps the form but for the password', async () => {
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, party);
    const csrf = formTokenOf((await visitor.request(interaction)).text);
    const form = { csrf, identifierType: 'nir', identifier: '2 55 08', password: '', remember: 'on' };
    const { status, text } = await visitor.submit(`${interaction}/sign-in`, form);
    assert.equal(status, 200);
    assert.match(text, /Champ obligatoire/);
    assert.match(text, /value="2 55 08"/);
    assert.match(text, /id="remember"[^>]*checked/);
    const both = await visitor.submit(`${interaction}/sign-in`, {
      csrf,
      identifierType: 'nir',
      identifier: ' ',
      password: '',
    });
    assert.equal(both.text.match(/<p class="fault">/g)?.length, 2, 'spaces are an empty field too');
    const none = await visitor.submit(`${interaction}/sign-in`, {
      csrf,
      identifierType: 'nir',
      identifier: '',
      password: '',
    });
    assert.equal(none.text.match(/<p class="fault">/g)?.length, 2, 'every empty field says so');
    const wrong = { csrf, identifierType: 'nir', identifier: randomNir(), password: 'S3cret-of-mine' };
    assert.doesNotMatch((await visitor.submit(`${interaction}/sign-in`, wrong)).text, /S3cret-of-mine/);
  });

  describe('known and unknown identifiers', () => {
    const cases: [string, (attempt: number) => string][] = [
      ['a wrong password', () => 'Wrong-Password-1'],
      ['a wrong initial password', () => '00000000'],
      ['a wrong password until the lock', (attempt) => `Wrong-Password-${attempt}`],
    ];
    for (const [what, password] of cases)
      for (const accept of ['json', 'html'] as const)
        it(`answer ${what} alike in status, headers, cookies and body (${accept})`, async () => {
          const known = (await createPerson(service, { password: INITIAL_PASSWORD, initial: what.includes('initial') }))
            .identifier;
          const attempts = what.includes('lock') ? 6 : 1;
          assert.deepEqual(await answersOf(known), await answersOf(randomNir()));

          async function answersOf(identifier: string) {
            const visitor = new Visitor(accept);
            const { interaction } = await openInteraction(visitor, party);
            const csrf = accept === 'html' ? formTokenOf((await visitor.request(interaction)).text) : '';
            const answers: unknown[] = [];
            for (let attempt = 0; attempt < attempts; attempt++) {
              const fields = { identifierType: 'nir', identifier, password: password(attempt) };
              const body = accept === 'html' ? { form: { csrf, ...fields } } : { json: fields };
              const answer = await visitor.request(`${interaction}/sign-in`, body);
              answers.push(comparable(answer, interaction, identifier, csrf));
              if (accept === 'json') continue;
              assert.equal(answer.status, 303);
              const page = await visitor.request(answer.location ?? '');
              assert.match(page.text, /role="alert"/);
              answers.push(comparable(page, interaction, identifier, csrf));
            }
            return answers;
          }
        });
  });

  it('locks from the 5th failure, says when to try again, and answers a right password alike', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    for (let failure = 1; failure <= 5; failure++)
      assert.equal(
        (await signIn(visitor, interaction, person.identifier, 'Wrong-Password-1')).json.code,
        'sign_in_failed',
      );
    const stranger = new Visitor();
    const elsewhere = await openInteraction(stranger, party);
    const right = await signIn(stranger, elsewhere.interaction, person.identifier, PASSWORD);
    const wrong = await signIn(visitor, interaction, person.identifier, 'Wrong-Password-1');
    assert.equal(right.status, 429);
    assert.equal(right.json.code, 'sign_in_locked');
    assert.equal(wrong.json.code, right.json.code);
    assert.ok(Number(right.headers.get('retry-after')) <= 60 && Number(right.headers.get('retry-after')) > 0);
  });

  it('counts failures by account, and shows a lock to the identifier that caused it: no other is told from a stranger’s', async () => {
    const [nir, provisional] = [randomNir(), randomProvisional()];
    await service.app.ports.accounts.create({
      identifiers: [
        { type: 'nir', value: nir },
        { type: 'provisional', value: provisional },
      ],
      identityVerified: true,
      locale: 'fr',
      password: { kind: 'password', hash: await service.app.ports.passwords.hash(PASSWORD) },
    });
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const codesOf = async (identifier: string, times: number) => {
      const codes = new Set<string>();
      for (let time = 0; time < times; time++)
        codes.add((await signIn(visitor, interaction, identifier, time % 2 ? PASSWORD : 'Wrong-Password-1')).json.code);
      return [...codes];
    };
    for (let failure = 0; failure < 5; failure++) await signIn(visitor, interaction, provisional, 'Wrong-Password-1');
    assert.deepEqual(await codesOf(provisional, 1), ['sign_in_locked']);
    for (const identifier of [nir, randomNir(), randomNir()])
      assert.deepEqual(await codesOf(identifier, 4), ['sign_in_failed'], 'the one right NIR among others');
  });

  it('does not let a stranger lock the holder out of a browser that has signed in before', async () => {
    const person = await createPerson(service);
    const holder = new Visitor();
    const first = await openInteraction(holder, party);
    assert.equal((await signIn(holder, first.interaction, person.identifier, PASSWORD)).json.status, 'authenticated');
    const stranger = new Visitor();
    const { interaction } = await openInteraction(stranger, party);
    for (let failure = 0; failure < 6; failure++)
      await signIn(stranger, interaction, person.identifier, 'Wrong-Password-1');
    assert.equal((await signIn(stranger, interaction, person.identifier, PASSWORD)).json.code, 'sign_in_locked');
    const second = await openInteraction(holder, party, { prompt: 'login' });
    assert.equal((await signIn(holder, second.interaction, person.identifier, PASSWORD)).json.status, 'authenticated');
  });

  it('limits sign-ins by client address, and raises the limit for no other', async () => {
    const crowd = new Visitor('json', '10.99.99.99');
    const { interaction } = await openInteraction(crowd, party);
    const statuses = [];
    for (let attempt = 0; attempt < 31; attempt++)
      statuses.push((await signIn(crowd, interaction, randomNir(), 'x')).status);
    assert.deepEqual(
      statuses.slice(0, 30).filter((status) => status !== 403),
      [],
    );
    assert.equal(statuses[30], 429);
    const other = new Visitor();
    const elsewhere = await openInteraction(other, party);
    assert.equal((await signIn(other, elsewhere.interaction, randomNir(), 'x')).status, 403);
  });

  it('remembers the identifier on this browser, masked, until the person says it is not them', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const first = await openInteraction(visitor, party);
    await signIn(visitor, first.interaction, person.identifier, PASSWORD, { remember: true });
    const second = await openInteraction(visitor, party, { prompt: 'login' });
    const shown = await visitor.request(second.interaction);
    assert.match(shown.json.remembered.masked, /^[12] \d\d •• •• ••• •\d\d$/);
    assert.doesNotMatch(shown.text, new RegExp(person.identifier));
    const cookie = (await visitor.jar.getCookies(second.interaction)).find(({ key }) => key === 'mc_remembered');
    assert.ok(cookie?.httpOnly && !cookie.value.includes(person.identifier));
    const withoutIdentifier = { identifierType: 'nir', password: PASSWORD, remember: true };
    const signedIn = await visitor.request(`${second.interaction}/sign-in`, { json: withoutIdentifier });
    assert.equal(signedIn.json.status, 'authenticated');
    const third = await openInteraction(visitor, party, { prompt: 'login' });
    await visitor.request(`${third.interaction}/forget-identifier`, { json: {} });
    assert.equal((await visitor.request(third.interaction)).json.remembered, undefined);
  });

  it('tells a suspended account of its state after a right password only', async () => {
    const person = await createPerson(service, { state: 'suspended' });
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    assert.equal(
      (await signIn(visitor, interaction, person.identifier, 'Wrong-Password-1')).json.code,
      'sign_in_failed',
    );
    assert.equal((await signIn(visitor, interaction, person.identifier, PASSWORD)).json.code, 'account_unavailable');
  });

  it('leads a person who gives up back to the relying party with access_denied', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const { json } = await visitor.request(interaction, { method: 'DELETE' });
    assert.equal(json.status, 'cancelled');
    const back = new URL((await visitor.request(json.redirectTo)).location ?? '');
    assert.equal(back.origin + back.pathname, 'http://localhost:4000/callback');
    assert.equal(back.searchParams.get('error'), 'access_denied');
  });

  it('opens the creation of a password to nobody who has not proved an initial password in this interaction', async () => {
    const person = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
    const proved = new Visitor();
    const { interaction } = await openInteraction(proved, party);
    const another = await openInteraction(proved, party);
    await signIn(proved, interaction, person.identifier, INITIAL_PASSWORD);
    const json = { password: PASSWORD, confirmation: PASSWORD };
    const elsewhere = await proved.request(`${another.interaction}/password`, { json });
    assert.equal(elsewhere.json.code, 'step_not_available', 'the proof belongs to its interaction');
    const stolen = await new Visitor().request(`${interaction}/password`, { json });
    assert.equal(stolen.json.code, 'interaction_not_found', 'the interaction belongs to its browser');
    const ours = await proved.request(`${interaction}/password`, { json });
    assert.equal(ours.json.status, 'authenticated');
  });
});

/** An answer without what differs between any two requests. */
function comparable(answer: Answer, interaction: string, identifier: string, csrf: string) {
  const uid = interaction.split('/').at(-1) ?? '';
  const scrub = (text: string) =>
    [uid, identifier, csrf, answer.headers.get('x-request-id') ?? '-']
      .filter(Boolean)
      .reduce((scrubbed, part) => scrubbed.replaceAll(part, '…'), text)
      .replace(/"retryAfterSeconds":\d+|\d+ secondes|\d+ seconds/g, 'soon')
      .replace(/<time .*?<\/time>|data-seconds="\d+"/g, 'then');
  const headers = [...answer.headers]
    .filter(([name]) => !['date', 'x-request-id', 'content-length', 'retry-after'].includes(name))
    .map(([name, value]) => [name, scrub(value)]);
  return { status: answer.status, headers, cookies: answer.headers.getSetCookie().length, text: scrub(answer.text) };
}
