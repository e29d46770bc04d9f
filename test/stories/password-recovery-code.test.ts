import assert from 'node:assert/strict';
import type { NewPasswordForm } from '../../src/stories/password-recovery/flow.ts';
import { randomNir } from '../support/people.ts';
import { createPlace, type TestPlace } from './support/place.ts';
import { refusalOf, resultOf, resultsOf, watchRefusal } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';
import {
  askForCode,
  changePassword,
  codeTo,
  createReachable,
  proveCode,
  type ReachablePerson,
} from './support/walks.ts';

const WRONG_CODE = '999999';

describe('the code of a recovery', () => {
  let stories: Stories;
  let person: ReachablePerson;
  let place: TestPlace;
  beforeEach(async () => {
    stories = openStories();
    person = await createReachable(stories);
    place = createPlace(stories);
  });

  const submitCode = (code: string, where = place) => where.run('submitRecoveryCode', { code });

  it('that is wrong is refused like one that nobody was sent, five times, and then every code', async () => {
    const refusals = [];
    for (const [identifier, birthDate] of [
      [person.identifier, undefined],
      [person.identifier, '04/11/1962'],
      [randomNir(), undefined],
    ] as const) {
      const where = createPlace(stories);
      await askForCode(where, identifier, { birthDate });
      await stories.runJobs();
      const seen = [];
      for (let tries = 0; tries < 7; tries++)
        seen.push(await watchRefusal(stories, () => submitCode(WRONG_CODE, where)));
      refusals.push(seen);
    }
    assert.deepEqual(refusals[1], refusals[0]);
    assert.deepEqual(refusals[2], refusals[0]);
    const codes = refusals[0]?.map(({ refusal }) => refusal.code) ?? [];
    assert.deepEqual(
      codes.slice(0, 5),
      Array.from({ length: 5 }, () => 'code_wrong'),
    );
    assert.deepEqual(codes.slice(5), ['code_tries_exceeded', 'code_tries_exceeded']);
  });

  it('is refused too when it is right, once its tries are over; a text that is no code counts for none', async () => {
    await askForCode(place, person.identifier);
    await stories.runJobs();
    for (const text of ['12345', '1234567890', 'abcdef', '      '])
      assert.deepEqual((await refusalOf(submitCode(text))).fields, ['code: code_shape']);
    await resultsOf(5, () => submitCode(WRONG_CODE));
    assert.equal(await resultOf(submitCode(codeTo(stories, person.mobile))), 'code_tries_exceeded');
    assert.equal(await resultOf(changePassword(place)), 'step_not_available');
  });

  it('is right until 10 minutes after it was made, once, and in the place that asked for it', async () => {
    await askForCode(place, person.identifier);
    await stories.runJobs();
    const code = codeTo(stories, person.mobile);
    const elsewhere = createPlace(stories, { browser: place.browser });
    assert.equal(await resultOf(submitCode(code, elsewhere)), 'step_not_available');
    await askForCode(elsewhere, person.identifier);
    assert.equal(await resultOf(submitCode(code, elsewhere)), 'code_wrong');
    stories.ports.clock.move(599);
    assert.equal((await submitCode(code)).status, 'new-password-required');
    assert.equal(await resultOf(submitCode(code)), 'code_wrong', 'a code is used once');
    const late = createPlace(stories);
    await askForCode(late, person.identifier);
    await stories.runJobs();
    stories.ports.clock.move(600);
    assert.equal(await resultOf(submitCode(codeTo(stories, person.mobile), late)), 'code_wrong');
  });

  it('is asked for by its shape alone where none is given, and is told of nobody', async () => {
    await askForCode(place, person.identifier);
    assert.deepEqual((await refusalOf(place.send('submitRecoveryCode', {}))).fields, ['code: field_required']);
  });

  it('proves whose it was and when, beside what it was asked for with', async () => {
    await askForCode(place, person.identifier);
    await stories.runJobs();
    const asked = place.proofs()['password-recovery'];
    stories.ports.clock.move(17);
    const body = { code: codeTo(stories, person.mobile) };
    const { kept, ...outcome } = (await place.outcomeOf('submitRecoveryCode', body)) as NewPasswordForm;
    const rules = { minimumLength: 8, maximumLength: 24, minimumBits: 50 };
    assert.deepEqual(outcome, { status: 'new-password-required', identifierType: 'nir', rules });
    const proof = { accountId: person.accountId, provedAtMs: stories.ports.clock.now().getTime() };
    assert.deepEqual(kept, { proofs: { 'password-recovery': { ...asked, proof } } });
  });

  it('is neither one of another purpose nor one about anything but an account', async () => {
    await askForCode(place, person.identifier);
    const { codeId } = place.proofs()['password-recovery'] ?? assert.fail();
    const { accountId } = person;
    const { verificationCodes } = stories.ports;
    const code = { codeId, code: '123456', subject: { kind: 'account', accountId }, countedAs: 'codes' } as const;
    await verificationCodes.create({ ...code, purpose: 'registration' }, 600);
    assert.equal(await resultOf(submitCode('123456')), 'code_wrong');
    const subject = { kind: 'contact-point', key: accountId } as const;
    await verificationCodes.create({ ...code, purpose: 'password-recovery', subject }, 600);
    assert.equal(await resultOf(submitCode('123456')), 'code_wrong');
    assert.equal(place.proofs()['password-recovery']?.proof, undefined);
  });

  it('holds what it proved: whoever asks for another code proves anew', async () => {
    await proveCode(stories, place, person);
    const other = await createReachable(stories);
    await askForCode(place, other.identifier);
    assert.equal((await refusalOf(changePassword(place))).code, 'step_not_available');
    assert.equal((await refusalOf(place.run('showRecoveryPassword'))).code, 'step_not_available');
  });
});
