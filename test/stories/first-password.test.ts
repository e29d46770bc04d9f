import assert from 'node:assert/strict';
import type { AccountProfile } from '../../src/domain/account.ts';
import { changedEvent } from '../support/audit.ts';
import { createPerson, INITIAL_PASSWORD, identity, PASSWORD, randomNir } from '../support/people.ts';
import { createPlace, type TestPlace } from './support/place.ts';
import { refusalOf, resultOf, watchRefusal } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';
import { choosePassword, createWithBoth, NEW_PASSWORD, signIn } from './support/walks.ts';

describe('first password', () => {
  let stories: Stories;
  let identifier: string;
  let accountId: string;
  beforeEach(async () => {
    stories = openStories();
    ({ identifier, accountId } = await createPerson(stories, { password: INITIAL_PASSWORD, initial: true }));
  });

  /** A place where the initial password was proved. */
  async function provedPlace(remember?: boolean): Promise<TestPlace> {
    const place = createPlace(stories);
    await signIn(place, identifier, INITIAL_PASSWORD, remember);
    return place;
  }
  const storedPassword = async () =>
    (await stories.ports.accounts.findForSignIn({ type: 'nir', value: identifier }))?.password;
  const signInWith = (password: string) => resultOf(signIn(createPlace(stories), identifier, password));

  it('a right initial password signs nobody in: it opens the creation of a password, and the place stands there', async () => {
    const place = createPlace(stories);
    const rules = { minimumLength: 8, maximumLength: 24, minimumBits: 50 };
    const asked = {
      status: 'password-creation-required',
      json: { rules },
      path: 'password',
      next: ['submitPassword'],
    };
    assert.deepEqual(await signIn(place, identifier, INITIAL_PASSWORD), asked);
    assert.equal(place.left(), undefined);
    assert.deepEqual(place.browser.tokens(), {}, 'this browser has not signed in yet');
    assert.deepEqual(await place.current(), asked);
    assert.deepEqual(await place.run('showPassword'), asked);
  });

  it('the created password signs in, and from then on opens the account in the place of the initial one', async () => {
    const place = await provedPlace();
    stories.ports.clock.move(60);
    assert.deepEqual(await choosePassword(place, NEW_PASSWORD), { status: 'authenticated', json: {} });
    const left = place.left() ?? assert.fail();
    assert.deepEqual([left.accountId, left.acr, left.amr], [accountId, 'eidas1', ['pwd']]);
    assert.deepEqual(left.provedAt, stories.ports.clock.now());
    assert.equal((await storedPassword())?.kind, 'password');
    assert.deepEqual(
      [await signInWith(INITIAL_PASSWORD), await signInWith(NEW_PASSWORD)],
      ['sign_in_failed', 'authenticated'],
    );
  });

  it('« Se souvenir de moi » of the first screen holds to the end, and not without it', async () => {
    for (const remember of [true, false]) {
      ({ identifier } = await createPerson(stories, { password: INITIAL_PASSWORD, initial: true }));
      const place = await provedPlace(remember);
      await choosePassword(place, NEW_PASSWORD);
      const token = place.browser.tokens().remembered;
      assert.equal(token !== undefined, remember);
      if (token)
        assert.deepEqual(await stories.ports.rememberedIdentifiers.find(token), { type: 'nir', value: identifier });
    }
  });

  it('is for nobody who has not proved an initial password in this place, and spends no hash on them', async () => {
    const other = await createPerson(stories);
    const elsewhere = await provedPlace();
    const places = [createPlace(stories), createPlace(stories, { browser: elsewhere.browser })];
    const password = createPlace(stories);
    const record = { accountId: other.accountId, provedAtMs: 0, identifierType: 'nir' as const, remember: false };
    password.keep({ proofs: { proved: { ...record, factors: [{ kind: 'password' }] } } });
    for (const place of [...places, password]) {
      const { refusal, calls } = await watchRefusal(stories, () => choosePassword(place, NEW_PASSWORD));
      assert.equal(refusal.code, 'step_not_available');
      assert.deepEqual(calls, ['rateLimiter.count', 'audit.record']);
      assert.equal((await refusalOf(place.run('showPassword'))).code, 'step_not_available');
    }
  });

  it('refuses a password that breaks a rule, names every rule, and leaves all as it was', async () => {
    const place = await provedPlace();
    const birth = identity.birthDate.split('-').reverse().join('');
    const cases: readonly (readonly [password: string, faults: readonly string[], confirmation?: string])[] = [
      ['Court7!', ['password_too_short', 'password_too_weak']],
      [`Long-${'é'.repeat(20)}7`, ['password_too_long']],
      ['abcdefghij', ['password_too_weak']],
      ['M0ntagne!!!!', ['password_common']],
      ['Bienvenue2026!', ['password_common']],
      [`${identifier}-Ab`, ['password_personal']],
      ['Lefebvre-Ruisseau-4', ['password_personal']],
      ['Ruisseau-Marie-48', ['password_personal']],
      [`Ruisseau-${birth}`, ['password_personal']],
      [NEW_PASSWORD, ['confirmation_differs'], `${NEW_PASSWORD}.`],
      ['claire', ['password_too_short', 'password_too_weak', 'password_personal', 'confirmation_differs'], 'other'],
    ];
    for (const [password, faults, confirmation = password] of cases) {
      const { refusal, calls } = await watchRefusal(stories, () => choosePassword(place, password, confirmation));
      assert.equal(refusal.code, 'validation_failed');
      assert.deepEqual(
        refusal.fields.map((fault) => fault.split(': ')[1]),
        faults,
        password,
      );
      assert.ok(!calls.includes('passwords.hash') && !calls.includes('audit.record'));
    }
    assert.equal((await storedPassword())?.kind, 'initial-password');
    assert.equal((await choosePassword(place, NEW_PASSWORD)).status, 'authenticated', 'the proof is still there');
  });

  it('takes a password and its confirmation that are composed otherwise, and keeps one writing', async () => {
    const place = await provedPlace();
    await choosePassword(place, NEW_PASSWORD.normalize('NFD'), NEW_PASSWORD.normalize('NFC'));
    assert.deepEqual((await storedPassword())?.hash, await stories.ports.passwords.hash(NEW_PASSWORD.normalize('NFC')));
  });

  for (const state of ['suspended', 'closed'] as const)
    it(`is refused to an account that was ${state} since the proof, whose initial password stays`, async () => {
      const place = await provedPlace();
      stories.ports.accounts.setState(accountId, state);
      const { refusal, calls } = await watchRefusal(stories, () => choosePassword(place, NEW_PASSWORD));
      assert.equal(refusal.code, 'account_unavailable');
      assert.ok(!calls.includes('passwords.hash'));
      assert.equal((await storedPassword())?.kind, 'initial-password');
      assert.deepEqual([place.left(), place.browser.tokens()], [undefined, {}]);
      assert.deepEqual(stories.ports.audit.outcomes('first-password'), ['first-password: account_unavailable']);
      stories.ports.accounts.setState(accountId, 'active');
      assert.equal((await choosePassword(place, NEW_PASSWORD)).status, 'authenticated', 'it was for that alone');
    });

  it('is refused to an account that is there no more, and to one whose identifier has ended', async () => {
    let profile: AccountProfile | undefined;
    let isChanged = false;
    stories = openStories({
      ports: ({ accounts }) => ({
        accounts: { ...accounts, findProfile: async (id) => (isChanged ? profile : accounts.findProfile(id)) },
      }),
    });
    ({ identifier, accountId } = await createPerson(stories, { password: INITIAL_PASSWORD, initial: true }));
    const place = await provedPlace();
    const account = (await stories.ports.accounts.findProfile(accountId)) ?? assert.fail();
    isChanged = true;
    for (const other of [
      undefined,
      { ...account, identifiers: [{ type: 'provisional', value: 'P40718352' } as const] },
    ]) {
      profile = other;
      assert.equal((await refusalOf(choosePassword(place, NEW_PASSWORD))).code, 'account_unavailable');
    }
    profile = undefined;
    const besides = refusalOf(place.send('submitPassword', { password: 'lefebvre' }));
    assert.equal((await besides).code, 'account_unavailable');
    assert.equal((await storedPassword())?.kind, 'initial-password');
    profile = account;
    assert.equal((await choosePassword(place, NEW_PASSWORD)).status, 'authenticated');
  });

  it('says of its owner who they are, by what they were found, and what is told where they are led no further', async () => {
    const { provisional } = await createWithBoth(stories, {
      password: { kind: 'initial-password', hash: await stories.ports.passwords.hash(INITIAL_PASSWORD) },
    });
    const place = createPlace(stories);
    await signIn(place, provisional, INITIAL_PASSWORD, true);
    const { proved } = place.proofs();
    stories.ports.clock.move(7);
    const body = { password: NEW_PASSWORD, confirmation: NEW_PASSWORD };
    assert.deepEqual(await place.outcomeOf('submitPassword', body), {
      status: 'proved',
      account: await stories.ports.accounts.findProfile(proved?.accountId ?? ''),
      factors: [{ kind: 'password' }],
      provedAt: stories.ports.clock.now(),
      identifier: { type: 'provisional', value: provisional },
      remember: true,
      otherwise: { status: 'password-created', identifierType: 'provisional' },
    });
  });

  it('is made once, wherever the initial password was proved', async () => {
    const [one, other] = [await provedPlace(), await provedPlace()];
    await choosePassword(one, NEW_PASSWORD);
    assert.equal((await refusalOf(choosePassword(other, PASSWORD))).code, 'step_not_available');
    assert.deepEqual([await signInWith(PASSWORD), await signInWith(NEW_PASSWORD)], ['sign_in_failed', 'authenticated']);
  });

  it('of 10 at once, one is made, and it is that one’s', async () => {
    for (let trial = 0; trial < 20; trial++) {
      ({ identifier } = await createPerson(stories, { password: INITIAL_PASSWORD, initial: true }));
      const [proved, tabs] = [await provedPlace(), [] as TestPlace[]];
      for (let tab = 0; tab < 10; tab++) {
        const place = createPlace(stories);
        place.keep({ proofs: proved.proofs() });
        tabs.push(place);
      }
      const results = await Promise.all(
        tabs.map((place, tab) => resultOf(choosePassword(place, `${NEW_PASSWORD}${tab}`))),
      );
      assert.deepEqual(results.toSorted(), ['authenticated', ...Array.from({ length: 9 }, () => 'step_not_available')]);
      assert.equal(await signInWith(`${NEW_PASSWORD}${results.indexOf('authenticated')}`), 'authenticated');
    }
  });

  it('is void once a recovery has set a password', async () => {
    const place = await provedPlace();
    const hash = await stories.ports.passwords.hash(PASSWORD);
    await stories.ports.accounts.setPassword(accountId, hash, stories.ports.clock.now(), changedEvent);
    assert.equal((await refusalOf(choosePassword(place, NEW_PASSWORD))).code, 'step_not_available');
    assert.equal(await signInWith(PASSWORD), 'authenticated');
  });

  it('leaves an event of each attempt but of a form that was filled in badly', async () => {
    const place = await provedPlace();
    await refusalOf(choosePassword(createPlace(stories), NEW_PASSWORD));
    await refusalOf(choosePassword(place, 'short'));
    await choosePassword(place, NEW_PASSWORD);
    const events = stories.ports.audit.events.filter(({ kind }) => kind === 'first-password');
    assert.deepEqual(
      events.map(({ outcome, accountId: whose }) => [outcome, whose]),
      [
        ['step_not_available', undefined],
        ['authenticated', accountId],
      ],
    );
    assert.equal(events[1]?.clientId, 'mon-compte');
    assert.ok(!JSON.stringify(stories.ports.audit.events).includes(NEW_PASSWORD));
  });

  it('keeps the proof when the hasher is busy: the next try is right', async () => {
    const place = await provedPlace();
    stories.ports.passwords.busy = true;
    assert.equal((await refusalOf(choosePassword(place, NEW_PASSWORD))).code, 'busy');
    stories.ports.passwords.busy = false;
    assert.equal((await choosePassword(place, NEW_PASSWORD)).status, 'authenticated');
  });

  it('is limited by client address to 30 a minute', async () => {
    const address = '192.0.2.9';
    for (let count = 0; count < 30; count++)
      assert.equal(
        await resultOf(choosePassword(createPlace(stories, { address }), NEW_PASSWORD)),
        'step_not_available',
      );
    const { code } = await refusalOf(choosePassword(createPlace(stories, { address }), NEW_PASSWORD));
    assert.equal(code, 'too_many_requests');
    assert.equal(await resultOf(signIn(createPlace(stories, { address }), randomNir())), 'sign_in_failed');
    const place = await provedPlace();
    const there = createPlace(stories, { address });
    there.keep({ proofs: place.proofs() });
    stories.ports.clock.move(59);
    assert.equal(await resultOf(choosePassword(there, NEW_PASSWORD)), 'too_many_requests');
    stories.ports.clock.move(1);
    assert.equal(await resultOf(choosePassword(there, NEW_PASSWORD)), 'authenticated');
  });
});
