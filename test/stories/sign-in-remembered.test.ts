import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import type { SignInForm } from '../../src/stories/sign-in/flow.ts';
import { createPerson, PASSWORD, randomProvisional } from '../support/people.ts';
import { type Browser, createBrowser, createPlace } from './support/place.ts';
import { refusalOf } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';
import { createWithBoth, signIn, typeOf } from './support/walks.ts';

const DAY = 86_400;

describe('« Se souvenir de moi »', () => {
  let stories: Stories;
  let browser: Browser;
  beforeEach(() => {
    stories = openStories();
    browser = createBrowser(stories.ports.clock);
  });

  const next = (loginHint?: string) => createPlace(stories, { browser, loginHint });
  const shown = async (place = next()) => (await place.run('showSignIn')).json;
  const rememberOn = (identifier: string) => signIn(next(), identifier, PASSWORD, true);

  it('keeps the identifier of this browser, shows it masked, and asks for the password alone', async () => {
    const { accountId, identifier } = await createPerson(stories, { identifier: '2550814168025' });
    await rememberOn(identifier);
    const remembered = { identifierType: 'nir', masked: '2 55 •• •• ••• •25' };
    const place = next();
    assert.deepEqual(await place.run('showSignIn'), {
      status: 'sign-in',
      json: { identifierType: 'nir', remembered },
      path: 'sign-in?identifier_type=nir',
      next: [
        ...['submitSignIn', 'forgetIdentifier', 'submitPasswordRecovery'],
        ...['submitProvisionalIdentifierRecovery', 'createCaptcha'],
      ],
    });
    await place.run('submitSignIn', { identifierType: 'nir', password: PASSWORD, remember: true });
    assert.equal(place.left()?.accountId, accountId);
    assert.ok(!browser.tokens().remembered?.includes(identifier));
    assert.deepEqual(await shown(createPlace(stories)), { identifierType: 'nir' }, 'on this browser alone');
  });

  it('gives way to the hint of the client, and is shown again without one', async () => {
    const { identifier } = await createPerson(stories, { identifier: '2550814168025' });
    await rememberOn(identifier);
    assert.deepEqual(await shown(next('provisional')), { identifierType: 'provisional' });
    assert.ok((await shown(next('nir'))).remembered);
    assert.ok((await shown()).remembered);
  });

  it('keeps that of the two identifiers of a person that was typed', async () => {
    const { nir, provisional } = await createWithBoth(stories);
    for (const identifier of [provisional, nir]) {
      await rememberOn(identifier);
      assert.equal((await shown()).identifierType, typeOf(identifier));
    }
  });

  it('keeps nothing when the box was not ticked, and forgets what was kept', async () => {
    const { identifier } = await createPerson(stories);
    await signIn(next(), identifier);
    assert.equal(browser.tokens().remembered, undefined);
    await rememberOn(identifier);
    const token = browser.tokens().remembered ?? assert.fail();
    await signIn(next(), identifier, PASSWORD, false);
    assert.equal(browser.tokens().remembered, undefined);
    assert.equal(await stories.ports.rememberedIdentifiers.find(token), undefined);
  });

  it('gives another token at each sign-in, and the one before is worth nothing', async () => {
    const { identifier } = await createPerson(stories);
    await rememberOn(identifier);
    const former = browser.tokens().remembered ?? assert.fail();
    await rememberOn(identifier);
    assert.notEqual(browser.tokens().remembered, former);
    assert.equal(await stories.ports.rememberedIdentifiers.find(former), undefined);
  });

  it('keeps nothing of a refused sign-in', async () => {
    const { identifier } = await createPerson(stories, { state: 'suspended' });
    await refusalOf(rememberOn(identifier));
    assert.deepEqual(browser.tokens(), {});
  });

  it('keeps it for 30 days', async () => {
    const { identifier } = await createPerson(stories);
    await rememberOn(identifier);
    const token = browser.tokens().remembered ?? assert.fail();
    stories.ports.clock.move(30 * DAY - 1);
    assert.ok((await shown()).remembered);
    stories.ports.clock.move(1);
    assert.equal((await shown()).remembered, undefined);
    assert.equal(await stories.ports.rememberedIdentifiers.find(token), undefined, 'on the server too');
  });

  it('« Ce n’est pas vous ? » forgets the token and the record behind it', async () => {
    const { identifier } = await createPerson(stories);
    await rememberOn(identifier);
    const token = browser.tokens().remembered ?? assert.fail();
    const place = next();
    const answer = await place.run('forgetIdentifier', {});
    assert.deepEqual(answer.json, { identifierType: 'nir' });
    assert.ok(!answer.next?.includes('forgetIdentifier'));
    assert.equal(browser.tokens().remembered, undefined);
    assert.equal(await stories.ports.rememberedIdentifiers.find(token), undefined);
    assert.deepEqual(await shown(), { identifierType: 'nir' });
    assert.equal((await place.run('forgetIdentifier', {})).status, 'sign-in', 'also where nothing is remembered');
  });

  it('is used for the form of its own type alone', async () => {
    const provisional = randomProvisional();
    await createPerson(stories, { identifier: provisional });
    await rememberOn(provisional);
    const place = next();
    assert.deepEqual((await place.run('showSignIn', undefined, { identifier_type: 'nir' })).json, {
      identifierType: 'nir',
    });
    const body = { identifierType: 'nir', password: PASSWORD, remember: true } as const;
    const { code, fields } = await refusalOf(place.run('submitSignIn', body));
    assert.deepEqual([code, fields], ['validation_failed', ['identifier: field_required']]);
    await place.run('submitSignIn', { ...body, identifierType: 'provisional' });
    assert.ok(place.left());
  });

  it('asks for the identifier where none is remembered, and where the record has ended', async () => {
    const body = { identifierType: 'nir', password: PASSWORD } as const;
    assert.deepEqual((await refusalOf(next().run('submitSignIn', body))).fields, ['identifier: field_required']);
    browser.write({ remembered: { value: 'ended', seconds: DAY } });
    assert.deepEqual((await refusalOf(next().run('submitSignIn', body))).fields, ['identifier: field_required']);
    assert.deepEqual(stories.ports.audit.events, []);
  });
});

describe('the form of sign-in', () => {
  it('keeps of itself which type it asks for, and the captcha that it shows', async () => {
    const place = createPlace(openStories());
    for (const identifierType of ['nir', 'provisional'] as const) {
      const form = { status: 'sign-in', identifierType } as const;
      const shown = await place.outcomeOf('showSignIn', {}, { identifier_type: identifierType });
      assert.deepEqual(shown, { ...form, kept: { form: { identifierType } } });
      const again = await place.outcomeAgain('submitSignIn', { identifierType }, new ServiceError('captcha_required'));
      const { captcha } = again as SignInForm;
      assert.ok(captcha);
      assert.deepEqual(again, { ...form, captcha, kept: { form: { identifierType, captchaId: captcha.captchaId } } });
    }
  });

  it('that has forgotten the identifier is that which is asked for, then that of the hint, then that of the NIR', async () => {
    const stories = openStories();
    for (const [loginHint, asked, identifierType] of [
      ['provisional', 'nir', 'nir'],
      ['nir', 'provisional', 'provisional'],
      ['provisional', undefined, 'provisional'],
      [undefined, undefined, 'nir'],
    ] as const) {
      const forgotten = createPlace(stories, { loginHint }).outcomeOf(
        'forgetIdentifier',
        {},
        { identifier_type: asked },
      );
      const kept = { browser: { remembered: null } };
      assert.deepEqual(await forgotten, { status: 'sign-in', identifierType, kept });
    }
  });

  it('is that which is asked for, then that of the hint, then that of the NIR', async () => {
    const stories = openStories();
    const typeShown = async (loginHint?: string, asked?: 'nir' | 'provisional') =>
      (await createPlace(stories, { loginHint }).run('showSignIn', undefined, { identifier_type: asked })).json
        .identifierType;
    assert.equal(await typeShown('provisional', 'nir'), 'nir');
    assert.equal(await typeShown('provisional'), 'provisional');
    assert.equal(await typeShown('2550814168025'), 'nir', 'a hint of any other kind says nothing');
    assert.equal(await typeShown(), 'nir');
  });

  it('shows a refusal where it was typed, but a P on the form of the NIR on that of provisional identifiers', async () => {
    const place = createPlace(openStories());
    const formAfter = async (code: 'identifier_is_provisional' | 'nir_shape') => {
      const refusal = new ServiceError('validation_failed', { fields: [{ field: 'identifier', code }] });
      return (await place.formAgain('submitSignIn', { identifierType: 'nir' }, refusal)).json;
    };
    assert.deepEqual(await formAfter('nir_shape'), { identifierType: 'nir' });
    assert.deepEqual(await formAfter('identifier_is_provisional'), { identifierType: 'provisional' });
  });
});
