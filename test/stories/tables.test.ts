import assert from 'node:assert/strict';
import { createPlace } from './support/place.ts';
import { openStories } from './support/stories.ts';

/** What is typed again after each refusal. */
const SECRETS = ['password', 'confirmation', 'code', 'captcha', 'captchaId'];

describe('the tables of all stories', () => {
  const stories = openStories();
  const operations = [...stories.registry.operations];
  const submits = operations.flatMap(([id, { submit }]) => (submit ? [[id, submit] as const] : []));

  it('have what takes what was typed stand behind a guard, whose events have a kind', () => {
    assert.deepEqual(Object.fromEntries(submits.map(([id, { guardedBy }]) => [id, guardedBy])), {
      submitSignIn: 'sign-in',
      submitPassword: 'first-password',
      submitPasswordRecovery: 'password-recovery',
      submitRecoveryCode: 'password-recovery',
      submitRecoveryPassword: 'password-recovery',
      submitProvisionalIdentifierRecovery: 'provisional-identifier-recovery',
    });
  });

  it('show no secret again', () => {
    for (const [id, { keeps }] of submits)
      assert.deepEqual(
        keeps.filter((name) => SECRETS.includes(name)),
        [],
        id,
      );
  });

  it('show again what a person would have to type anew otherwise', () => {
    const kept = Object.fromEntries(submits.map(([id, { keeps }]) => [id, keeps]));
    assert.deepEqual(kept.submitSignIn, ['identifierType', 'identifier', 'remember']);
    assert.deepEqual(kept.submitPasswordRecovery, ['identifierType', 'identifier', 'birthDate', 'channel']);
    assert.equal(kept.submitProvisionalIdentifierRecovery?.length, 12);
  });

  it('show the same form again where a row has no other for a refusal', async () => {
    const place = createPlace(stories);
    place.keep({ proofs: { 'password-recovery': { codeId: 'code-1', identifierType: 'provisional' } } });
    const again = await place.formAgain('submitRecoveryCode', {});
    assert.deepEqual([again.status, again.json], ['code-sent', { identifierType: 'provisional' }]);
  });

  it('keep the parts that a form asks for apart from what it submits', () => {
    const buttons = Object.fromEntries(submits.map(([id, submit]) => [id, submit.buttons]));
    assert.deepEqual(buttons.submitProvisionalIdentifierRecovery, ['shape', 'renew']);
    assert.deepEqual(buttons.submitSignIn, []);
  });
});
