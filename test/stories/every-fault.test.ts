import assert from 'node:assert/strict';
import type { OperationId } from '../../src/http/contract/operations.ts';
import { createPerson, INITIAL_PASSWORD, identity, randomProvisional } from '../support/people.ts';
import { createPlace, type TestPlace } from './support/place.ts';
import { refusalOf, watchRefusal } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';
import { createReachable, NEW_PASSWORD, proveCode, signIn } from './support/walks.ts';

describe('a form with several faults is told all of them at once, in the order of its screen', () => {
  let stories: Stories;
  let place: TestPlace;
  beforeEach(() => {
    stories = openStories();
    place = createPlace(stories);
  });

  async function faultsOf(id: OperationId, sent: object): Promise<readonly string[]> {
    const { code, fields } = await refusalOf(place.send(id, sent));
    assert.equal(code, 'validation_failed');
    return fields;
  }

  it('sign-in: a NIR whose key is wrong, and no password', async () => {
    const sent = { identifierType: 'nir', identifier: '2550814168025 39' };
    assert.deepEqual(await faultsOf('submitSignIn', sent), ['identifier: nir_key', 'password: field_required']);
  });

  it('sign-in: a field that is too long is told once, by its shape', async () => {
    const sent = { identifierType: 'nir', identifier: '2'.repeat(41) };
    assert.deepEqual(await faultsOf('submitSignIn', sent), ['identifier: field_too_long', 'password: field_required']);
  });

  it('sign-in: of an identifier whose type is none, the type alone is told', async () => {
    const sent = { identifierType: 'passport', identifier: 'P1', password: 'a' };
    assert.deepEqual(await faultsOf('submitSignIn', sent), ['identifierType: field_invalid']);
  });

  it('password recovery: identifier, birth date and channel', async () => {
    const sent = { identifierType: 'provisional', identifier: 'P12', birthDate: '31/02/1990' };
    assert.deepEqual(await faultsOf('submitPasswordRecovery', sent), [
      'identifier: provisional_identifier_shape',
      'birthDate: date_impossible',
      'channel: field_required',
    ]);
  });

  it('a form with faults of meaning is neither counted nor looked up', async () => {
    for (const [id, sent] of [
      ['submitSignIn', { identifierType: 'nir', identifier: '12', password: 'a' }],
      ['submitPasswordRecovery', { identifierType: 'nir', identifier: '12', birthDate: '0', channel: 'sms' }],
    ] as const) {
      const { refusal, calls } = await watchRefusal(stories, () => place.run(id, sent));
      assert.deepEqual([refusal.code, calls], ['validation_failed', []], id);
    }
  });

  it('the code: a field that is not of the form, and a shape that no code has', async () => {
    await proveCode(stories, place, await createReachable(stories));
    const faults = await faultsOf('submitRecoveryCode', { code: '12', digits: '12' });
    assert.deepEqual(faults, ['code: code_shape', 'digits: field_unknown']);
  });

  for (const [what, id] of [
    ['a new password', 'submitRecoveryPassword'],
    ['a first password', 'submitPassword'],
  ] as const)
    describe(`${what}, not confirmed`, () => {
      beforeEach(async () => {
        if (id === 'submitRecoveryPassword') await proveCode(stories, place, await createReachable(stories));
        else {
          const initial = { identifier: randomProvisional(), password: INITIAL_PASSWORD, initial: true };
          const { identifier } = await createPerson(stories, { ...initial, civilIdentity: identity });
          await signIn(place, identifier, INITIAL_PASSWORD);
        }
      });

      it('is told every rule that it does not meet, those of its owner’s identity too', async () => {
        const faults = await faultsOf(id, { password: 'lefebvre' });
        assert.deepEqual(faults, [
          'password: password_too_weak',
          'password: password_personal',
          'confirmation: field_required',
        ]);
      });

      it('is told nothing of the password when that is right, and is told both when both are missing', async () => {
        assert.deepEqual(await faultsOf(id, { password: NEW_PASSWORD }), ['confirmation: field_required']);
        assert.deepEqual(await faultsOf(id, {}), ['password: field_required', 'confirmation: field_required']);
      });

      it('is compared with nobody’s identity without the proof', async () => {
        const { refusal, calls } = await watchRefusal(stories, () =>
          createPlace(stories).send(id, { password: 'lefebvre' }),
        );
        assert.equal(refusal.code, 'step_not_available');
        assert.ok(!calls.includes('accounts.findProfile'));
      });
    });
});
