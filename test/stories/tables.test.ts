import assert from 'node:assert/strict';
import { ourStories } from '../../src/app/create-stories.ts';
import { createPlace } from './support/place.ts';
import { openStories } from './support/stories.ts';
import { askedCode } from './support/walks.ts';

/** What is typed again after each refusal. */
const SECRETS = ['password', 'confirmation', 'code', 'captcha', 'captchaId'];

describe('the tables of all stories', () => {
  const stories = openStories();
  const operations = [...stories.registry.operations];
  const submits = operations.flatMap(([id, { submit }]) => (submit ? [{ id, ...submit }] : []));
  const of = (wanted: string) => submits.find(({ id }) => id === wanted) ?? assert.fail(wanted);

  it('have what takes what was typed stand behind a guard, whose events are named after the story', () => {
    const names = ourStories.map(({ name }) => name);
    for (const { id, guardedBy } of submits)
      assert.ok(
        names.some((name) => name === guardedBy),
        id,
      );
    assert.deepEqual(new Set(submits.map(({ guardedBy }) => guardedBy)), new Set(names), 'each story has one');
  });

  it('show no secret again', () => {
    for (const { id, keeps } of submits)
      assert.deepEqual(
        keeps.filter((name) => SECRETS.includes(name)),
        [],
        id,
      );
  });

  it('show again what a person would have to type anew otherwise', () => {
    assert.deepEqual(of('submitSignIn').keeps, ['identifierType', 'identifier', 'remember']);
    const details = ['identifierType', 'identifier', 'birthDate', 'channel'];
    assert.deepEqual(of('submitPasswordRecovery').keeps, details);
    assert.equal(of('submitProvisionalIdentifierRecovery').keeps.length, 14);
  });

  it('show the form of the row again where it has no other for a refusal', async () => {
    const place = createPlace(stories);
    place.keep({ proofs: { 'password-recovery': askedCode } });
    const again = await place.formAgain('submitRecoveryCode', {});
    assert.deepEqual([again.status, again.json.identifierType], ['code-sent', 'provisional']);
  });

  it('name the buttons that ask for a form again, and submit nothing', () => {
    assert.deepEqual(of('submitProvisionalIdentifierRecovery').buttons, ['renew']);
    assert.deepEqual(of('submitSignIn').buttons, ['renew']);
    assert.deepEqual(of('submitPasswordRecovery').buttons, ['carry']);
  });

  it('lead to operations that a story has, or that its place has', async () => {
    const known = new Set<string>([...stories.registry.operations.keys(), 'createCaptcha']);
    const place = createPlace(stories);
    for (const id of ['showSignIn', 'showPasswordRecovery', 'showProvisionalIdentifierRecovery'] as const)
      for (const next of (await place.run(id)).next ?? []) assert.ok(known.has(next), next);
  });
});
