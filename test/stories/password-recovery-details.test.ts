import assert from 'node:assert/strict';
import { maskIdentifier } from '../../src/domain/identifier.ts';
import type { CodeForm } from '../../src/stories/password-recovery/flow/asking.ts';
import { randomNir } from '../support/people.ts';
import { createBrowser, createPlace, type TestPlace } from './support/place.ts';
import { refusalOf } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';
import {
  askedCode,
  askForCode,
  codeTo,
  createReachable,
  createWithBoth,
  type ReachablePerson,
  signIn,
} from './support/walks.ts';

describe('the details of a recovery', () => {
  let stories: Stories;
  let person: ReachablePerson;
  beforeEach(async () => {
    stories = openStories();
    person = await createReachable(stories);
  });

  it('are shown again as they were typed, to be corrected, on the form of their own type alone', async () => {
    const place = createPlace(stories);
    const typed = { identifier: ` ${person.identifier} `, birthDate: '03/11/1962', channel: 'mail' };
    await place.run('submitPasswordRecovery', { identifierType: 'nir', ...typed, channel: 'mail' });
    const formOf = (identifierType: 'nir' | 'provisional') =>
      place.outcomeOf('showPasswordRecovery', {}, { identifier_type: identifierType });
    const form = { status: 'password-recovery', kept: { form: { identifierType: 'nir' } } };
    assert.deepEqual(await formOf('nir'), { ...form, identifierType: 'nir', typed });
    const kept = { form: { identifierType: 'provisional' } };
    assert.deepEqual(await formOf('provisional'), { ...form, identifierType: 'provisional', kept });
    await signIn(createPlace(stories, { browser: place.browser }), person.identifier, undefined, true);
    const remembered = { identifierType: 'nir', masked: maskIdentifier({ type: 'nir', value: person.identifier }) };
    assert.deepEqual(await formOf('nir'), { ...form, identifierType: 'nir', typed, remembered });
    assert.deepEqual(await formOf('provisional'), { ...form, identifierType: 'provisional', kept });
  });

  it('of which some are missing are asked for, each by its own field', async () => {
    const place = createPlace(stories);
    const { identifier } = person;
    const faultsOf = async (body: object) => (await refusalOf(place.send('submitPasswordRecovery', body))).fields;
    const whole = { identifierType: 'nir', identifier, birthDate: '03/11/1962', channel: 'sms' };
    for (const name of ['identifier', 'birthDate', 'channel'] as const)
      assert.deepEqual(await faultsOf({ ...whole, [name]: undefined }), [`${name}: field_required`]);
    assert.equal((await place.send('submitPasswordRecovery', whole)).status, 'code-sent');
  });

  it('have a code of their own for each place, step, browser, identifier, birth date and code before', async () => {
    const { nir, provisional } = await createWithBoth(stories);
    const place = createPlace(stories);
    const codeIdOf = async (details: object, where = place) => {
      const body = { identifierType: 'nir', identifier: nir, birthDate: '03/11/1962', channel: 'sms', ...details };
      const { kept } = (await where.outcomeOf('submitPasswordRecovery', body)) as CodeForm;
      return kept?.proofs?.['password-recovery']?.codeId;
    };
    const ids = [await codeIdOf({})];
    assert.equal(await codeIdOf({ channel: 'mail' }), ids[0], 'two clicks ask for one');
    ids.push(await codeIdOf({ birthDate: '04/11/1962' }), await codeIdOf({ identifier: randomNir() }));
    ids.push(await codeIdOf({ identifierType: 'provisional', identifier: provisional }));
    const [one, other] = [createBrowser(stories.ports.clock), createBrowser(stories.ports.clock)];
    for (const browser of [one, other]) {
      await signIn(createPlace(stories, { browser }), nir);
      place.browser.write({ device: { value: browser.tokens().device ?? '', seconds: 60 } });
      ids.push(await codeIdOf({}));
    }
    ids.push(await codeIdOf({}, createPlace(stories, { browser: place.browser })));
    place.keep();
    ids.push(await codeIdOf({}));
    const putBack = place.standing();
    for (const codeId of ['before', 'long before']) {
      putBack();
      place.keep({ proofs: { 'password-recovery': { ...askedCode, codeId } } });
      ids.push(await codeIdOf({}));
    }
    assert.equal(new Set(ids).size, ids.length);
  });

  it('are found again under indexes of their own purposes alone', async () => {
    const purposes = new Set<string>();
    stories = openStories({
      ports: ({ vault }) => ({
        vault: {
          ...vault,
          blindIndex(purpose, value) {
            purposes.add(purpose);
            return vault.blindIndex(purpose, value);
          },
        },
      }),
    });
    await askForCode(createPlace(stories), randomNir());
    assert.deepEqual(purposes, new Set(['client-address', 'recovery-code-id', 'identifier:nir']));
  });

  it('keep when the codes of the last hour were asked for, and no more', async () => {
    const place = createPlace(stories);
    await askForCode(place, person.identifier);
    const asked = () => place.proofs()['password-recovery']?.askedAtMs ?? [];
    for (let count = 0; count < 4; count++) {
      stories.ports.clock.move(3600);
      const now = stories.ports.clock.now().getTime();
      await place.run('resendRecoveryCode', {});
      const hours = Array.from({ length: Math.min(3, count + 2) }, (_none, hour) => now - hour * 3_600_000);
      assert.deepEqual(asked(), hours.toReversed());
    }
  });

  it('need no identifier where the browser remembers it, which is shown masked', async () => {
    const place = createPlace(stories);
    await signIn(place, person.identifier, undefined, true);
    const here = createPlace(stories, { browser: place.browser });
    const shown = (await here.run('showPasswordRecovery')).json;
    assert.deepEqual(Object.keys(shown), ['identifierType', 'remembered']);
    assert.ok(!JSON.stringify(shown).includes(person.identifier));
    const body = { identifierType: 'nir', birthDate: '03/11/1962', channel: 'sms' } as const;
    assert.equal((await here.run('submitPasswordRecovery', body)).status, 'code-sent');
    await stories.runJobs();
    assert.equal(
      (await here.run('submitRecoveryCode', { code: codeTo(stories, person.mobile) })).status,
      'new-password-required',
    );
  });

  it('need one where nothing is remembered, where the record has ended, and for the other type', async () => {
    const body = { birthDate: '03/11/1962', channel: 'sms' } as const;
    const place = createPlace(stories);
    const ask = (where: TestPlace, identifierType: 'nir' | 'provisional') =>
      refusalOf(where.run('submitPasswordRecovery', { identifierType, ...body }));
    assert.deepEqual((await ask(place, 'nir')).fields, ['identifier: field_required']);
    await signIn(place, person.identifier, undefined, true);
    const here = createPlace(stories, { browser: place.browser });
    assert.deepEqual((await ask(here, 'provisional')).fields, ['identifier: field_required']);
    assert.equal(
      (await here.run('showPasswordRecovery', undefined, { identifier_type: 'provisional' })).json.remembered,
      undefined,
    );
    here.browser.write({ remembered: { value: 'ended', seconds: 3600 } });
    assert.deepEqual((await ask(here, 'nir')).fields, ['identifier: field_required']);
  });
});
