import assert from 'node:assert/strict';
import { maskIdentifier } from '../../src/domain/identifier.ts';
import { createPerson, INITIAL_PASSWORD, PASSWORD, randomNir } from '../support/people.ts';
import { createPlace, type TestPlace } from './support/place.ts';
import { refusalOf, resultOf, resultsOf, watchRefusal } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';
import {
  askForCode,
  changePassword,
  choosePassword,
  codeTo,
  createReachable,
  NEW_PASSWORD,
  proveCode,
  type ReachablePerson,
  signIn,
  WRONG_PASSWORD,
} from './support/walks.ts';

const WRONG_CODE = '999999';

describe('password recovery', () => {
  let stories: Stories;
  let person: ReachablePerson;
  let place: TestPlace;
  beforeEach(async () => {
    stories = openStories();
    person = await createReachable(stories);
    place = createPlace(stories);
  });

  const submitCode = (code: string, where = place) => where.run('submitRecoveryCode', { code });
  const signInWith = (password: string) => resultOf(signIn(createPlace(stories), person.identifier, password));
  const rules = { minimumLength: 8, maximumLength: 24, minimumBits: 50 };

  it('asks for the details, the code and the new password, and signs nobody in', async () => {
    assert.deepEqual(await place.run('showPasswordRecovery'), {
      status: 'password-recovery',
      json: { identifierType: 'nir' },
      path: 'password-recovery?identifier_type=nir',
      next: ['submitPasswordRecovery', 'submitSignIn'],
    });
    const asked = {
      status: 'code-sent',
      json: {
        identifierType: 'nir',
        masked: maskIdentifier({ type: 'nir', value: person.identifier }),
        channel: 'sms',
        triesLeft: 5,
        resendableAt: new Date(stories.ports.clock.now().getTime() + 60_000).toISOString(),
        resendableInSeconds: 60,
      },
      path: 'password-recovery/code',
      next: ['submitRecoveryCode', 'resendRecoveryCode', 'submitPasswordRecovery', 'submitSignIn'],
    };
    assert.deepEqual(await askForCode(place, person.identifier), asked);
    assert.deepEqual(await place.run('showRecoveryCode'), asked);
    await stories.runJobs();
    const code = codeTo(stories, person.mobile);
    const proved = {
      status: 'new-password-required',
      json: { identifierType: 'nir', rules },
      path: 'password-recovery/password',
      next: ['submitRecoveryPassword'],
    };
    assert.deepEqual(await submitCode(`${code.slice(0, 3)}\u00a0${code.slice(3)} `), proved);
    assert.deepEqual(await place.run('showRecoveryPassword'), proved);
    assert.deepEqual(await changePassword(place), {
      status: 'password-changed',
      json: { identifierType: 'nir' },
      path: 'password-recovery/done',
      next: ['submitSignIn'],
    });
    assert.deepEqual([place.left(), Object.keys(place.browser.tokens()), place.proofs()], [undefined, ['device'], {}]);
    assert.equal((await place.current()).status, 'sign-in');
    assert.deepEqual([await signInWith(PASSWORD), await signInWith(NEW_PASSWORD)], ['sign_in_failed', 'authenticated']);
  });

  it('asks for a form of the type that is asked for, or hinted at, or of the NIR', async () => {
    const hinted = createPlace(stories, { loginHint: 'provisional' });
    assert.deepEqual((await hinted.run('showPasswordRecovery')).json, { identifierType: 'provisional' });
    const asked = await hinted.run('showPasswordRecovery', undefined, { identifier_type: 'nir' });
    assert.deepEqual(asked.json, { identifierType: 'nir' });
    const again = await place.formAgain('submitPasswordRecovery', { identifierType: 'provisional' });
    assert.deepEqual(again.json, { identifierType: 'provisional' });
  });

  it('asks for a code of known and of unknown people alike, and of the stores', async () => {
    const suspended = await createReachable(stories, { state: 'suspended' });
    const unreachable = await createPerson(stories);
    const asked = [];
    for (const [identifier, birthDate] of [
      [person.identifier, undefined],
      [person.identifier, '04/11/1962'],
      [suspended.identifier, undefined],
      [unreachable.identifier, undefined],
      [randomNir(), undefined],
    ] as const) {
      const where = createPlace(stories);
      const calls = await stories.callsDuring(() => askForCode(where, identifier, { birthDate }));
      const proofs = Object.keys(where.proofs()['password-recovery'] ?? {});
      asked.push({ calls, proofs, current: await where.current() });
    }
    for (const one of asked) assert.deepEqual(one, asked[0]);
    assert.deepEqual(asked[0]?.calls, ['rateLimiter.count', 'audit.record', 'jobs.add']);
  });

  it('refuses an identifier and a birth date that nobody can have, and asks for nothing', async () => {
    for (const [identifier, birthDate, field] of [
      ['255081416802', '03/11/1962', 'identifier: nir_shape'],
      [person.identifier, '31/02/1962', 'birthDate: date_impossible'],
      [person.identifier, '03/11/2162', 'birthDate: date_future'],
      [person.identifier, 'yesterday', 'birthDate: date_shape'],
    ] as const)
      assert.deepEqual((await refusalOf(askForCode(place, identifier, { birthDate }))).fields, [field]);
    assert.deepEqual([stories.ports.jobs.added, place.proofs()], [[], {}]);
  });

  it('is refused by its steps themselves too, whatever was checked before them: nothing is asked for, no try is spent', async () => {
    const details = { identifierType: 'nir', identifier: person.identifier, birthDate: '03/11/1962', channel: 'sms' };
    for (const [wrong, field] of [
      [{ identifier: '12' }, 'identifier: nir_shape'],
      [{ identifier: undefined }, 'identifier: field_required'],
      [{ birthDate: '31/02/1962' }, 'birthDate: date_impossible'],
    ] as const) {
      const step = () => place.outcomeOf('submitPasswordRecovery', { ...details, ...wrong });
      const { refusal, calls } = await watchRefusal(stories, step);
      assert.deepEqual([refusal.fields, calls], [[field], ['rateLimiter.count', 'audit.record']]);
    }
    await askForCode(place, person.identifier);
    const step = () => place.outcomeOf('submitRecoveryCode', { code: '12' });
    const { refusal, calls } = await watchRefusal(stories, step);
    assert.deepEqual([refusal.fields, calls], [['code: code_shape'], ['rateLimiter.count', 'audit.record']]);
  });

  it('opens nothing before its turn', async () => {
    const early = async (...operations: (() => Promise<unknown>)[]) => {
      for (const operation of operations) assert.equal((await refusalOf(operation())).code, 'step_not_available');
    };
    const withoutCode = [() => place.run('showRecoveryPassword'), () => changePassword(place)];
    await early(
      () => place.run('showRecoveryCode'),
      () => submitCode('123456'),
      ...withoutCode,
    );
    await askForCode(place, person.identifier);
    await early(...withoutCode);
    await stories.runJobs();
    await refusalOf(submitCode(WRONG_CODE));
    await early(...withoutCode, () => choosePassword(place, NEW_PASSWORD));
    assert.equal(await signInWith(PASSWORD), 'authenticated');
  });

  it('is open to whoever is locked out, and lifts that lock', async () => {
    const fail = () => signIn(createPlace(stories), person.identifier, WRONG_PASSWORD);
    await resultsOf(5, fail);
    assert.equal(await signInWith(PASSWORD), 'sign_in_locked');
    await proveCode(stories, place, person);
    assert.equal(await signInWith(PASSWORD), 'sign_in_locked', 'not before the password is set');
    await changePassword(place);
    assert.equal(await signInWith(NEW_PASSWORD), 'authenticated');
  });

  it('lifts the lock of the browser that it was made on too, which has a count of its own', async () => {
    const { browser } = place;
    const here = (password: string) => resultOf(signIn(createPlace(stories, { browser }), person.identifier, password));
    await here(PASSWORD);
    await resultsOf(5, () => signIn(createPlace(stories), person.identifier, WRONG_PASSWORD));
    await resultsOf(5, () => signIn(createPlace(stories, { browser }), person.identifier, WRONG_PASSWORD));
    assert.deepEqual([await here(PASSWORD), await signInWith(PASSWORD)], ['sign_in_locked', 'sign_in_locked']);
    await proveCode(stories, place, person);
    await changePassword(place);
    assert.deepEqual([await here(NEW_PASSWORD), await signInWith(NEW_PASSWORD)], ['authenticated', 'authenticated']);
  });

  it('is open to somebody who still has an initial password, which it destroys', async () => {
    person = await createReachable(stories, { password: INITIAL_PASSWORD, initial: true });
    await proveCode(stories, place, person);
    await changePassword(place);
    assert.equal(await signInWith(INITIAL_PASSWORD), 'sign_in_failed');
    assert.equal(await signInWith(NEW_PASSWORD), 'authenticated');
  });

  it('is limited by client address to 60 steps an hour, those of both recoveries together', async () => {
    const where = createPlace(stories, { address: '192.0.2.5' });
    const asked = await resultsOf(30, () => askForCode(where, randomNir()));
    const tried = await resultsOf(30, () => submitCode(WRONG_CODE, where));
    assert.deepEqual([...new Set(asked)], ['code-sent']);
    assert.deepEqual([...new Set(tried)], ['code_wrong', 'code_tries_exceeded']);
    const tooMany = await refusalOf(askForCode(where, person.identifier));
    assert.deepEqual(tooMany, { code: 'too_many_requests', fields: [], retryAfterSeconds: 3600 });
    const identity = { birthName: 'X', givenNames: 'Y', birthDate: '01/01/1990', captchaId: 'none', captcha: 'none' };
    const form = { ...identity, birthplace: 'france', departement: '31', commune: 'Toulouse' } as const;
    const both = await refusalOf(where.run('submitProvisionalIdentifierRecovery', form));
    assert.equal(both.code, 'too_many_requests');
    stories.ports.clock.move(3599);
    assert.equal((await refusalOf(askForCode(where, person.identifier))).retryAfterSeconds, 1);
    stories.ports.clock.move(1);
    assert.equal((await askForCode(where, person.identifier)).status, 'code-sent');
  });
});
