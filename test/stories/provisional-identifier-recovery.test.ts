import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import { CAPTCHAS_AN_HOUR } from '../support/captchas.ts';
import { CAPTCHA_ANSWER } from './support/captcha.ts';
import { askForIdentifier, bornAbroad, bornInFrance, captchaOf, type IdentityForm } from './support/identities.ts';
import { createPlace, type TestPlace } from './support/place.ts';
import { refusalOf, resultOf, watchRefusal } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';

const OPERATION = 'submitProvisionalIdentifierRecovery';

describe('provisional identifier recovery', () => {
  let stories: Stories;
  let place: TestPlace;
  beforeEach(() => {
    stories = openStories();
    place = createPlace(stories);
  });

  async function faultsOf(form: Partial<IdentityForm>): Promise<readonly string[]> {
    const captcha = { captchaId: await captchaOf(place), captcha: CAPTCHA_ANSWER };
    const { code, fields } = await refusalOf(place.run(OPERATION, { ...bornAbroad, ...captcha, ...form }));
    assert.equal(code, 'validation_failed');
    return fields;
  }

  it('shows a form with a captcha of its own, by its picture and its sound', async () => {
    const { status, json, path, next } = await place.run('showProvisionalIdentifierRecovery');
    assert.deepEqual([status, path], ['provisional-identifier-recovery', 'provisional-identifier-recovery']);
    assert.deepEqual(next, [OPERATION, 'createCaptcha', 'submitSignIn']);
    const { captchaId, ...shown } = json.captcha as { captchaId: string };
    const address = `/${place.placeId}/captchas/${captchaId}`;
    assert.deepEqual(shown, { picture: `${address}/picture`, sound: `${address}/sound`, expiresInSeconds: 300 });
    assert.notEqual(await captchaOf(place), captchaId, 'another one each time');
  });

  it('answers with the same page in every case, signs nobody in, and asks the same of the stores', async () => {
    const answer = {
      status: 'message-on-its-way',
      json: {},
      path: 'provisional-identifier-recovery/done',
      next: ['submitSignIn'],
    };
    for (const form of [bornAbroad, bornInFrance, { ...bornAbroad, birthName: 'Personne' }]) {
      const captchaId = await captchaOf(place);
      const calls = await stories.callsDuring(async () => {
        assert.deepEqual(await place.run(OPERATION, { ...form, captchaId, captcha: CAPTCHA_ANSWER }), answer);
      });
      assert.deepEqual(calls, ['rateLimiter.count', 'audit.record', 'captcha.verify', 'jobs.add']);
    }
    assert.deepEqual([place.left(), place.proofs(), place.browser.tokens()], [undefined, {}, {}]);
    assert.equal((await place.current()).status, 'sign-in');
  });

  it('is done once it is said, and leaves one event of it besides that of its beginning', async () => {
    const body = { ...bornAbroad, captchaId: await captchaOf(place), captcha: CAPTCHA_ANSWER };
    assert.deepEqual(await place.outcomeOf(OPERATION, body), { status: 'message-on-its-way', isDone: true });
    const kind = 'provisional-identifier-recovery';
    assert.deepEqual(stories.ports.audit.outcomes(), [`${kind}: begun`, `${kind}: message-on-its-way`]);
  });

  it('asks for what belongs to the shape of the birthplace, all at once', async () => {
    const { departement: _departement, commune: _commune, ...france } = bornInFrance;
    assert.deepEqual(await faultsOf({ ...france, birthplace: 'france' }), [
      'departement: field_required',
      'commune: field_required',
    ]);
    const abroad = [
      'country',
      'city',
      'parent1BirthName',
      'parent1GivenNames',
      'parent2BirthName',
      'parent2GivenNames',
    ];
    const missing = Object.fromEntries(abroad.map((name) => [name, undefined]));
    assert.deepEqual(
      await faultsOf(missing),
      abroad.map((name) => `${name}: field_required`),
    );
  });

  it('refuses what nobody can be born with, every fault of the form at once', async () => {
    for (const [form, ...faults] of [
      [{ birthDate: '31/02/1990' }, 'birthDate: date_impossible'],
      [{ birthName: ' \u00a0' }, 'birthName: field_required'],
      [{ birthName: '😀' }, 'birthName: field_invalid'],
      [{ givenNames: 'Ol\u0000ena' }, 'givenNames: field_invalid'],
      [{ givenNames: '12' }, 'givenNames: field_invalid'],
      [{ country: '99999' }, 'country: country_unknown'],
      [{ country: '99100' }, 'country: country_unknown'],
      [{ city: '-' }, 'city: field_invalid'],
      [{ parent2BirthName: '?' }, 'parent2BirthName: field_invalid'],
      [{ ...bornInFrance, departement: '96' }, 'departement: departement_unknown'],
      [{ ...bornInFrance, commune: 'Atlantis' }, 'commune: commune_unknown'],
      [
        { birthName: '!', givenNames: '!', birthDate: '0', country: '0', parent1GivenNames: '!' },
        ...['birthName: field_invalid', 'givenNames: field_invalid', 'birthDate: date_shape'],
        ...['country: country_unknown', 'parent1GivenNames: field_invalid'],
      ],
    ] as readonly (readonly [Partial<IdentityForm>, ...string[]])[])
      assert.deepEqual(await faultsOf(form), faults);
    assert.deepEqual(stories.ports.jobs.added, []);
    assert.deepEqual(stories.ports.audit.outcomes(), []);
  });

  it('takes a commune by its name, however it is written, or by its code, and a département in small letters', async () => {
    for (const [departement, commune, code] of [
      ['31', 'toulouse', '31555'],
      ['31', '31555', '31555'],
      ['2a', 'Ajaccio', '2A004'],
      ['42', 'St-Étienne', '42218'],
      ['Rhône', 'Lyon 3', '69383'],
      ['1', 'Bourg en Bresse', '01053'],
      ['76', 'Havre', '76351'],
    ] as const) {
      await askForIdentifier(place, { ...bornInFrance, departement, commune });
      const job = stories.ports.jobs.added.at(-1);
      assert.ok(job?.name === 'find-provisional-identifier' && 'identity' in job.payload);
      assert.deepEqual(job.payload.identity.birthplace, { countryCode: '99100', communeCode: code });
      assert.deepEqual(job.payload.identity.parents, [], 'parents are for births abroad');
    }
  });

  describe('with a parent whom the person does not know', () => {
    const { parent1BirthName: _name, parent1GivenNames: _given, ...withoutOne } = bornAbroad;
    const parentsOf = () => {
      const job = stories.ports.jobs.added.at(-1);
      assert.ok(job?.name === 'find-provisional-identifier' && 'identity' in job.payload);
      return job.payload.identity.parents;
    };

    it('asks for the other alone', async () => {
      assert.deepEqual(await faultsOf({ ...withoutOne, parent1BirthName: undefined, parent1GivenNames: undefined }), [
        'parent1BirthName: field_required',
        'parent1GivenNames: field_required',
      ]);
      await askForIdentifier(place, { ...withoutOne, parent1Unknown: true });
      assert.deepEqual(parentsOf(), ['unknown', { birthName: 'Kovalenko', givenNames: 'Petro' }]);
    });

    it('does not read what is said of them all the same', async () => {
      await askForIdentifier(place, { ...bornAbroad, parent1BirthName: '?', parent1Unknown: true });
      assert.equal(parentsOf()?.[0], 'unknown');
    });

    it('may not know the other either', async () => {
      await askForIdentifier(place, { ...withoutOne, parent1Unknown: true, parent2Unknown: true });
      assert.deepEqual(parentsOf(), ['unknown', 'unknown']);
      assert.deepEqual(await faultsOf({ parent1Unknown: false, parent1BirthName: undefined }), [
        'parent1BirthName: field_required',
      ]);
    });
  });

  it('hands on what was typed in one writing, and for whom', async () => {
    await askForIdentifier(place, { ...bornAbroad, birthName: '  Noe\u0308l ', city: ' Kyiv ' });
    const job = stories.ports.jobs.added.at(-1);
    assert.deepEqual(job?.payload, {
      clientId: 'mon-compte',
      identity: {
        birthName: 'Noël',
        givenNames: 'Olena',
        birthDate: '1990-03-17',
        birthplace: { countryCode: '99155', city: 'Kyiv' },
        parents: [
          { birthName: 'Bondar', givenNames: 'Iryna' },
          { birthName: 'Kovalenko', givenNames: 'Petro' },
        ],
      },
    });
  });

  describe('its captcha', () => {
    const submit = (
      captchaId: string,
      captcha: string | undefined = CAPTCHA_ANSWER,
      where = place,
      form: object = {},
    ) => where.run(OPERATION, { ...bornAbroad, ...form, captchaId, captcha });
    const faultOf = async (step: Promise<unknown>) => (await refusalOf(step)).fields;

    it('is wrong three times at most, and is used once', async () => {
      const [lost, used] = [await captchaOf(place), await captchaOf(place)];
      for (let tries = 0; tries < 3; tries++)
        assert.deepEqual(await faultOf(submit(lost, 'WRONG7')), ['captcha: captcha_wrong']);
      assert.deepEqual(await faultOf(submit(lost)), ['captcha: captcha_expired']);
      assert.equal((await submit(used)).status, 'message-on-its-way');
      assert.deepEqual(await faultOf(submit(used)), ['captcha: captcha_expired']);
      assert.equal(stories.ports.jobs.added.length, 1);
    });

    it('ends after 5 minutes, and belongs to its place', async () => {
      const captchaId = await captchaOf(place);
      const other = createPlace(stories, { browser: place.browser });
      assert.deepEqual(await faultOf(submit(captchaId, CAPTCHA_ANSWER, other)), ['captcha: captcha_expired']);
      const twin = await captchaOf(place);
      stories.ports.clock.move(299);
      assert.equal((await submit(twin)).status, 'message-on-its-way');
      stories.ports.clock.move(1);
      assert.deepEqual(await faultOf(submit(captchaId)), ['captcha: captcha_expired']);
    });

    it('stays solved while the rest is corrected, and is used once by whoever gets through', async () => {
      const captchaId = await captchaOf(place);
      for (let count = 0; count < 5; count++) {
        const form = { birthDate: 'yesterday' };
        const { refusal, calls } = await watchRefusal(stories, () => submit(captchaId, CAPTCHA_ANSWER, place, form));
        assert.deepEqual(refusal.fields, ['birthDate: date_shape']);
        assert.deepEqual(calls, ['rateLimiter.count', 'captcha.solve'], 'nothing is used up');
      }
      assert.equal((await place.run(OPERATION, { ...bornAbroad, captchaId })).status, 'message-on-its-way');
      assert.deepEqual(await faultOf(place.run(OPERATION, { ...bornAbroad, captchaId })), ['captcha: captcha_expired']);
      assert.equal(stories.ports.jobs.added.length, 1);
    });

    it('is not used up by a step that refuses the rest by itself', async () => {
      const captchaId = await captchaOf(place);
      const body = { ...bornAbroad, captchaId, captcha: CAPTCHA_ANSWER };
      const { refusal, calls } = await watchRefusal(stories, () =>
        place.outcomeOf(OPERATION, { ...body, birthDate: 'yesterday', city: '-' }),
      );
      assert.deepEqual(refusal.fields, ['birthDate: date_shape', 'city: field_invalid']);
      assert.deepEqual(calls, ['rateLimiter.count', 'audit.record']);
      assert.equal((await place.run(OPERATION, body)).status, 'message-on-its-way');
    });

    it('that is solved need not be answered again, nor rightly', async () => {
      for (const again of [{ captcha: 'WRONG7' }, {}]) {
        const captchaId = await captchaOf(place);
        await faultOf(submit(captchaId, CAPTCHA_ANSWER, place, { city: '-' }));
        assert.deepEqual(await faultOf(place.run(OPERATION, { ...bornAbroad, city: '-', captchaId })), [
          'city: field_invalid',
        ]);
        const sent = { ...bornAbroad, captchaId, ...again };
        assert.equal((await place.run(OPERATION, sent)).status, 'message-on-its-way');
      }
    });

    it('has its fault told with the others, and its three tries counted there too', async () => {
      const captchaId = await captchaOf(place);
      const form = { birthName: '!', captcha: undefined };
      assert.deepEqual(await faultOf(place.send(OPERATION, { ...bornAbroad, ...form, captchaId })), [
        'birthName: field_invalid',
        'captcha: field_required',
      ]);
      for (const code of ['captcha_wrong', 'captcha_wrong', 'captcha_wrong', 'captcha_expired'])
        assert.deepEqual(await faultOf(submit(captchaId, 'WRONG7', place, form)), [
          'birthName: field_invalid',
          `captcha: ${code}`,
        ]);
      assert.deepEqual(await faultOf(submit(captchaId)), ['captcha: captcha_expired']);
    });

    it('is asked for where nothing else is missing, and costs no try then', async () => {
      const captchaId = await captchaOf(place);
      for (let count = 0; count < 4; count++)
        assert.deepEqual(await faultOf(place.run(OPERATION, { ...bornAbroad, captchaId })), [
          'captcha: field_required',
        ]);
      assert.equal((await submit(captchaId)).status, 'message-on-its-way');
    });

    it('that is solved ends after 5 more minutes, and is solved in its own place alone', async () => {
      const captchaId = await captchaOf(place);
      stories.ports.clock.move(250);
      await faultOf(submit(captchaId, CAPTCHA_ANSWER, place, { city: '-' }));
      const other = createPlace(stories, { browser: place.browser });
      assert.deepEqual(await faultOf(other.run(OPERATION, { ...bornAbroad, captchaId })), ['captcha: captcha_expired']);
      stories.ports.clock.move(299);
      assert.deepEqual(await faultOf(submit(captchaId, undefined, place, { city: '-' })), ['city: field_invalid']);
      stories.ports.clock.move(1);
      assert.deepEqual(await faultOf(submit(captchaId)), ['captcha: captcha_expired']);
    });

    it('that is solved lets one of ten through that come at once, ten times', async () => {
      for (let trial = 1; trial <= 10; trial++) {
        const where = createPlace(stories);
        const captchaId = await captchaOf(where);
        await faultOf(submit(captchaId, CAPTCHA_ANSWER, where, { city: '-' }));
        const once = () => resultOf(where.run(OPERATION, { ...bornAbroad, captchaId }));
        const results = await Promise.all(Array.from({ length: 10 }, once));
        assert.equal(results.filter((status) => status === 'message-on-its-way').length, 1);
        assert.equal(stories.ports.jobs.added.length, trial);
      }
    });

    it('is counted by client address, also beside other faults', async () => {
      const captchaId = await captchaOf(place);
      const faulty = () => refusalOf(submit(captchaId, 'WRONG7', place, { city: '-' }));
      for (let count = 0; count < stories.config.throttles.recoveryPerHour; count++)
        assert.equal((await faulty()).code, 'validation_failed');
      assert.equal((await faulty()).code, 'too_many_requests');
    });

    it('is not spent while the audit log is away', async () => {
      const captchaId = await captchaOf(place);
      stories.ports.audit.away = true;
      assert.equal((await refusalOf(submit(captchaId))).code, 'store_unavailable');
      stories.ports.audit.away = false;
      assert.equal((await submit(captchaId)).status, 'message-on-its-way');
    });

    const shownAgain = async (body: object, refusal?: ServiceError): Promise<string> => {
      const { json } = await place.formAgain(OPERATION, body, refusal);
      return (json.captcha as { captchaId: string }).captchaId;
    };

    it('is the same on the form that is shown again, while it can be answered', async () => {
      const captchaId = await captchaOf(place);
      assert.equal(await shownAgain({ captchaId }), captchaId);
      for (let tries = 0; tries < 3; tries++) {
        assert.equal(await shownAgain({ captchaId }), captchaId);
        await faultOf(submit(captchaId, 'WRONG7'));
      }
      assert.notEqual(await shownAgain({ captchaId }), captchaId, 'no try is left');
    });

    it('is shown as solved on the form that is shown again, and replaced before that ends', async () => {
      const captchaId = await captchaOf(place);
      stories.ports.clock.move(100);
      await faultOf(submit(captchaId, CAPTCHA_ANSWER, place, { city: '-' }));
      const again = async () => (await place.formAgain(OPERATION, { captchaId })).json.captcha as object;
      assert.partialDeepStrictEqual(await again(), { captchaId, solved: true, expiresInSeconds: 300 });
      stories.ports.clock.move(230);
      assert.notEqual(await shownAgain({ captchaId }), captchaId, 'too little time is left');
    });

    it('is another one when it is asked for, when it was another place’s, and when it is about to end', async () => {
      const captchaId = await captchaOf(place);
      const theirs = await captchaOf(createPlace(stories, { browser: place.browser }));
      assert.notEqual(await shownAgain({ captchaId, renew: 'captcha' }), captchaId);
      assert.notEqual(await shownAgain({ captchaId: theirs }), theirs);
      assert.notEqual(await shownAgain({}), captchaId);
      stories.ports.clock.move(250);
      assert.notEqual(await shownAgain({ captchaId }), captchaId);
    });

    it('is made so many times an hour for one client address, whoever asks; the form that has one keeps it', async () => {
      const captchaId = await captchaOf(place);
      for (let made = 1; made < CAPTCHAS_AN_HOUR; made++) await captchaOf(place);
      const refusal = await place.run('showProvisionalIdentifierRecovery').catch((error) => error);
      assert.equal(refusal.code, 'too_many_requests');
      await assert.rejects(place.formAgain(OPERATION, { captchaId, renew: 'captcha' } as object), {
        code: 'too_many_requests',
      });
      assert.equal(await shownAgain({ captchaId }), captchaId);
      assert.equal(await shownAgain({ captchaId }, refusal), captchaId);
      await assert.rejects(shownAgain({}, refusal), { code: 'too_many_requests' });
    });

    it('is no part of a form that was refused for its limit: no other one is made for it', async () => {
      const limited = new ServiceError('too_many_requests');
      let shown: unknown;
      const again = (refusal: ServiceError) => async () => {
        shown = await place.outcomeAgain(OPERATION, {}, refusal);
      };
      assert.deepEqual(await stories.callsDuring(again(limited)), []);
      assert.deepEqual(shown, { status: 'provisional-identifier-recovery' });
      assert.deepEqual(await stories.callsDuring(again(new ServiceError('form_token_invalid'))), ['captcha.create']);
      assert.ok(shown instanceof Object && 'captcha' in shown);
    });
  });
});
