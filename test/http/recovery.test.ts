import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { listSpool } from '../../src/adapters/messages/spool/spool.ts';
import type { CivilIdentity } from '../../src/domain/civil-identity.ts';
import { createPerson, INITIAL_PASSWORD, PASSWORD, randomNir, randomProvisional } from '../support/people.ts';
import { answerOf, messagesTo, untilJobsAreDone } from '../support/recovery.ts';
import {
  createRelyingParty,
  openInteraction,
  type RelyingParty,
  signIn,
  signInToTokens,
} from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { type Answer, formTokenOf, Visitor } from '../support/visitor.ts';

let people = 0;

/** Somebody like no other, with a mobile number. */
function newcomer() {
  people += 1;
  const letters = [...String(1000 + people)].map((digit) => 'ABCDEFGHIJ'[Number(digit)]).join('');
  const civilIdentity: CivilIdentity = {
    birthName: `KOVALENKO ${letters}`,
    givenNames: 'OLENA MARIA',
    sex: 'female',
    birthDate: '1990-03-17',
    birthplace: { countryCode: '99155', city: 'KYIV' },
    parents: [
      { birthName: 'KOVALENKO', givenNames: 'PETRO' },
      { birthName: 'BONDAR', givenNames: 'IRYNA' },
    ],
  };
  const mobile = `+336123${String(10000 + people)}`;
  return { civilIdentity, mobile, contactPoints: [{ kind: 'mobile' as const, value: mobile, verified: true }] };
}

function formOf(identity: CivilIdentity) {
  return {
    birthName: identity.birthName,
    givenNames: 'Olena',
    birthDate: '17/03/1990',
    birthplace: 'abroad',
    country: '99155',
    city: 'Kyiv',
    parent1BirthName: 'Bondar',
    parent1GivenNames: 'Iryna',
    parent2BirthName: 'Kovalenko',
    parent2GivenNames: 'Petro',
  };
}

describe('recovery', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ env: { THROTTLE_RECOVERY_PER_HOUR: '500' } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  async function askForIdentifier(visitor: Visitor, interaction: string, form: object): Promise<Answer> {
    const { json } = await visitor.request(`${interaction}/provisional-identifier-recovery`);
    const captcha = await answerOf(service, json.captcha.captchaId, interaction);
    return visitor.request(`${interaction}/provisional-identifier-recovery`, {
      json: { ...form, captchaId: json.captcha.captchaId, captcha },
    });
  }

  it('sends the provisional identifier to the telephone of the account, and sign-in works with it', async () => {
    const { civilIdentity, contactPoints, mobile } = newcomer();
    const person = await createPerson(service, { identifier: randomProvisional(), civilIdentity, contactPoints });
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const answer = await askForIdentifier(visitor, interaction, formOf(civilIdentity));
    assert.equal(answer.json?.status, 'message-on-its-way', answer.text);
    assert.ok(!answer.text.includes(person.identifier) && !answer.text.includes(mobile));
    const [message] = await messagesTo(service, mobile);
    const identifier = /P\d{8}/.exec(message?.text ?? '')?.[0] ?? '';
    assert.equal(identifier, person.identifier);
    assert.ok((message?.text.length ?? 999) <= 160);
    assert.equal((await signIn(visitor, interaction, identifier, PASSWORD)).json.status, 'authenticated');
  });

  it('answers known, unknown and ambiguous people alike, and sends nothing but to exactly one', async () => {
    const one = newcomer();
    await createPerson(service, { identifier: randomProvisional(), ...one });
    const twins = newcomer();
    for (let twin = 0; twin < 2; twin++)
      await createPerson(service, {
        identifier: randomProvisional(),
        civilIdentity: twins.civilIdentity,
        contactPoints: twins.contactPoints,
      });
    const nobody = newcomer();
    const answers = [];
    for (const { civilIdentity } of [one, twins, nobody]) {
      const visitor = new Visitor();
      const { interaction } = await openInteraction(visitor, party);
      const uid = interaction.split('/').at(-1) ?? '';
      const { status, headers, text } = await askForIdentifier(visitor, interaction, formOf(civilIdentity));
      const kept = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
      // Each was asked at a time of its own.
      const alike = text.replaceAll(uid, '…').replace(/"expiresAt":"[^"]+"/, '"expiresAt":"…"');
      answers.push({ status, kept, text: alike });
    }
    assert.deepEqual(answers[1], answers[0]);
    assert.deepEqual(answers[2], answers[0]);
    await messagesTo(service, one.mobile);
    await untilJobsAreDone(service);
    const sent = (await listSpool(service.spoolFolder)).map(({ to }) => to);
    assert.ok(!sent.includes(twins.mobile) && !sent.includes(nobody.mobile));
  });

  it('is not made ambiguous by an unconfirmed registration of the same person', async () => {
    const { civilIdentity, contactPoints, mobile } = newcomer();
    const person = await createPerson(service, { identifier: randomProvisional(), civilIdentity, contactPoints });
    await createPerson(service, { identifier: randomProvisional(), civilIdentity, identityVerified: false });
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    await askForIdentifier(visitor, interaction, formOf(civilIdentity));
    assert.match((await messagesTo(service, mobile))[0]?.text ?? '', new RegExp(person.identifier));
  });

  it('refuses what nobody can be born with, field by field, and never with a 500', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const base = formOf(newcomer().civilIdentity);
    const france = { ...base, birthplace: 'france', departement: '31', commune: 'Toulouse' };
    const cases: [object, string, string][] = [
      [{ ...base, birthDate: '31/02/1990' }, 'birthDate', 'date_impossible'],
      [{ ...base, birthDate: '01/01/2190' }, 'birthDate', 'date_future'],
      [{ ...base, birthDate: '01/01/1850' }, 'birthDate', 'date_too_old'],
      [{ ...base, birthDate: 'yesterday' }, 'birthDate', 'date_shape'],
      [{ ...base, birthName: '   ' }, 'birthName', 'field_required'],
      [{ ...base, birthName: '😀' }, 'birthName', 'field_invalid'],
      [{ ...base, givenNames: 'Ol\u0000ena' }, 'givenNames', 'field_invalid'],
      [{ ...base, birthName: 'x'.repeat(300) }, 'birthName', 'field_too_long'],
      [{ ...base, country: '99999' }, 'country', 'country_unknown'],
      [{ ...france, departement: '96' }, 'departement', 'departement_unknown'],
      [{ ...france, commune: 'Atlantis' }, 'commune', 'commune_unknown'],
    ];
    for (const [form, field, code] of cases) {
      const answer = await askForIdentifier(visitor, interaction, form);
      assert.equal(answer.status, 422, answer.text);
      assert.deepEqual(
        answer.json.errors.map((fault: { field: string; code: string }) => [fault.field, fault.code]),
        [[field, code]],
      );
    }
    const wrong = await visitor.request(`${interaction}/provisional-identifier-recovery`);
    const captchaId = wrong.json.captcha.captchaId;
    const refused = await visitor.request(`${interaction}/provisional-identifier-recovery`, {
      json: { ...base, captchaId, captcha: 'ZZZZZZ' },
    });
    assert.equal(refused.json.errors[0].code, 'captcha_wrong');
    const other = await openInteraction(visitor, party);
    const answer = await answerOf(service, captchaId, interaction);
    const elsewhere = await visitor.request(`${other.interaction}/provisional-identifier-recovery`, {
      json: { ...base, captchaId, captcha: answer },
    });
    assert.equal(elsewhere.json.errors[0].code, 'captcha_expired');
    const right = await visitor.request(`${interaction}/provisional-identifier-recovery`, {
      json: { ...base, captchaId, captcha: answer },
    });
    assert.equal(right.json.status, 'message-on-its-way');
    const twice = await visitor.request(`${interaction}/provisional-identifier-recovery`, {
      json: { ...base, captchaId, captcha: answer },
    });
    assert.equal(twice.json.errors[0].code, 'captcha_expired');
  });

  async function askForCode(
    visitor: Visitor,
    interaction: string,
    identifier: string,
    birthDate = '17/03/1990',
    channel = 'sms',
  ) {
    const identifierType = identifier.startsWith('P') ? 'provisional' : 'nir';
    return visitor.request(`${interaction}/password-recovery`, {
      json: { identifierType, identifier, birthDate, channel },
    });
  }

  it('leads a P typed on the form of the NIR to the other form, with a word about it and no fault', async () => {
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, party);
    const csrf = formTokenOf((await visitor.request(`${interaction}/password-recovery`)).text);
    const form = { csrf, identifierType: 'nir', identifier: 'P12345678', birthDate: '17/03/1990', channel: 'mail' };
    const { text } = await visitor.submit(`${interaction}/password-recovery`, form);
    assert.match(text, /name="identifierType" value="provisional"/);
    assert.match(text, /value="12345678".*value="17\/03\/1990".*value="mail" checked/s);
    assert.match(text, /role="status">Vous avez saisi un identifiant provisoire/);
    assert.doesNotMatch(text, /class="fault"|role="alert"/);
  });

  async function codeSentTo(mobile: string, count = 1): Promise<string> {
    return /\d{6}/.exec((await messagesTo(service, mobile, count))[0]?.text ?? '')?.[0] ?? '';
  }

  it('sets a new password by a code, ends every session, tells the person, and signs nobody in', async () => {
    const { civilIdentity, contactPoints, mobile } = newcomer();
    const person = await createPerson(service, {
      civilIdentity,
      contactPoints,
      password: INITIAL_PASSWORD,
      initial: true,
    });
    const [locked, visitor] = [new Visitor(), new Visitor()];
    const other = await openInteraction(locked, party);
    for (let failure = 0; failure < 5; failure++)
      await signIn(locked, other.interaction, person.identifier, 'Wrong-Password-1');
    const { interaction } = await openInteraction(visitor, party);
    const asked = await askForCode(visitor, interaction, person.identifier);
    assert.equal(asked.json?.status, 'code-sent', asked.text);
    const code = await codeSentTo(mobile);
    assert.ok(!asked.text.includes(code));
    const early = await visitor.request(`${interaction}/password-recovery/password`, {
      json: { password: PASSWORD, confirmation: PASSWORD },
    });
    assert.equal(early.json.code, 'step_not_available');
    const stranger = await openInteraction(locked, party);
    assert.equal(
      (await locked.request(`${stranger.interaction}/password-recovery/code`, { json: { code } })).json.code,
      'step_not_available',
    );
    const wrong = await visitor.request(`${interaction}/password-recovery/code`, {
      json: { code: code === '000000' ? '000001' : '000000' },
    });
    assert.equal(wrong.json.code, 'code_wrong');
    const proved = await visitor.request(`${interaction}/password-recovery/code`, {
      json: { code: `${code.slice(0, 3)} ${code.slice(3)}` },
    });
    assert.equal(proved.json?.status, 'new-password-required', proved.text);
    const json = { password: `${PASSWORD}-neuf`, confirmation: `${PASSWORD}-neuf` };
    const results = await Promise.all(
      Array.from({ length: 10 }, () => visitor.request(`${interaction}/password-recovery/password`, { json })),
    );
    // One changes it; the others are shown what that one reached. One message tells of it, below.
    assert.deepEqual([...new Set(results.map(({ json: { status } }) => status))], ['password-changed']);
    const texts = (await messagesTo(service, mobile, 2)).map(({ text }) => text);
    assert.ok(
      texts.some((text) => /mot de passe vient de changer/.test(text)),
      'the person is told, a moment after the code',
    );
    const rested = new Visitor();
    const next = await openInteraction(rested, party);
    assert.equal(
      (await signIn(rested, next.interaction, person.identifier, INITIAL_PASSWORD)).json.code,
      'sign_in_failed',
    );
    assert.equal(
      (await signIn(rested, next.interaction, person.identifier, json.password)).json.status,
      'authenticated',
    );
  });

  it('ends the sessions and refresh tokens of the account', async () => {
    const { civilIdentity, contactPoints, mobile } = newcomer();
    const person = await createPerson(service, { civilIdentity, contactPoints });
    const { tokens } = await signInToTokens(new Visitor(), party, person.identifier, PASSWORD);
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    await askForCode(visitor, interaction, person.identifier);
    const code = await codeSentTo(mobile);
    await visitor.request(`${interaction}/password-recovery/code`, { json: { code } });
    const json = { password: `${PASSWORD}-neuf`, confirmation: `${PASSWORD}-neuf` };
    assert.equal(
      (await visitor.request(`${interaction}/password-recovery/password`, { json })).json.status,
      'password-changed',
    );
    await assert.rejects(client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? ''), {
      error: 'invalid_grant',
    });
    assert.equal((await signIn(visitor, interaction, person.identifier, PASSWORD)).json.code, 'sign_in_failed');
    // At once, and most often within the same second: the person is asked once.
    const { status, redirectTo } = (await signIn(visitor, interaction, person.identifier, `${PASSWORD}-neuf`)).json;
    assert.equal(status, 'authenticated');
    const { location } = await visitor.request(redirectTo);
    assert.ok(new URL(location ?? '').searchParams.has('code'), location);
  });

  it('answers an unknown person, and a wrong birth date, as if a code had been sent, and counts tries alike', async () => {
    const { civilIdentity, contactPoints } = newcomer();
    const person = await createPerson(service, { civilIdentity, contactPoints });
    const transcripts = [];
    for (const [identifier, birthDate] of [
      [person.identifier, '17/03/1990'],
      [person.identifier, '18/03/1990'],
      [randomNir(), '17/03/1990'],
    ] as const) {
      const visitor = new Visitor();
      const { interaction } = await openInteraction(visitor, party);
      const uid = interaction.split('/').at(-1) ?? '';
      const answers = [await askForCode(visitor, interaction, identifier, birthDate)];
      for (let tries = 0; tries < 6; tries++)
        answers.push(await visitor.request(`${interaction}/password-recovery/code`, { json: { code: '999999' } }));
      transcripts.push(
        answers.map(({ status, json }) => [status, json.code ?? json.status, JSON.stringify(json).length - uid.length]),
      );
      assert.equal(answers.at(-1)?.json.code, 'code_tries_exceeded');
    }
    const outcomes = transcripts.map((transcript) => transcript.map(([status, code]) => [status, code]));
    assert.deepEqual(outcomes[1], outcomes[0]);
    assert.deepEqual(outcomes[2], outcomes[0]);
  });

  it('asks at most once a minute for a message to one contact point', async () => {
    const { civilIdentity, contactPoints, mobile } = newcomer();
    const person = await createPerson(service, { civilIdentity, contactPoints });
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    for (let asked = 0; asked < 3; asked++)
      assert.equal((await askForCode(visitor, interaction, person.identifier)).json.status, 'code-sent');
    await messagesTo(service, mobile);
    await untilJobsAreDone(service);
    assert.equal((await messagesTo(service, mobile)).length, 1);
  });

  it('gives the picture and the sound of a captcha to its own browser, and the places to anybody', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const { json } = await visitor.request(`${interaction}/captchas`, { json: {} });
    for (const [url, type] of [
      [json.picture, 'image/png'],
      [json.sound, 'audio/wav'],
    ] as const) {
      assert.equal((await visitor.request(url)).headers.get('content-type'), type);
      assert.equal((await new Visitor().request(url)).status, 404);
    }
    assert.equal((await visitor.request(`${interaction}/captchas/unknown/picture`)).status, 404);
    const reference = (path: string) => new Visitor().request(`${service.url}/reference/${path}`);
    const departements = (await reference('departements')).json as { code: string }[];
    for (const code of ['2A', '971', '75'])
      assert.ok(
        departements.some((known) => known.code === code),
        code,
      );
    const communes = (await reference('departements/13/communes?search=mars')).json as { name: string }[];
    assert.ok(communes.some(({ name }) => name === 'Marseille'));
    assert.equal((await reference('departements/00/communes')).status, 404);
    assert.ok(((await reference('countries')).json as unknown[]).length > 200);
  });

  it('of 10 parallel right codes, 50 times, one proves anything', async () => {
    for (let trial = 0; trial < 50; trial++) {
      const codes = service.app.ports.verificationCodes;
      const subject = { kind: 'account', accountId: `account-${trial}` } as const;
      const code = {
        codeId: `race-${trial}`,
        purpose: 'password-recovery',
        code: '123456',
        subject,
        countedAs: 'codes',
      };
      await codes.create(code, 600);
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, () => codes.verify(`race-${trial}`, 'password-recovery', '123456', 'nobody')),
      );
      const winners = results.flatMap((result) =>
        result.status === 'fulfilled' && result.value.subject ? [result.value.subject] : [],
      );
      assert.deepEqual(winners, [subject]);
    }
  });
});
