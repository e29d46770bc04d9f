import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import { readDevice } from '../../src/stories/kit/browser.ts';
import type { PasswordChanged } from '../../src/stories/password-recovery/flow.ts';
import { PASSWORD } from '../support/people.ts';
import { createPlace, type TestPlace } from './support/place.ts';
import { refusalOf, resultOf, watchRefusal } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';
import {
  askForCode,
  changePassword,
  codeTo,
  createReachable,
  NEW_PASSWORD,
  proveCode,
  type ReachablePerson,
  signIn,
} from './support/walks.ts';

describe('the new password of a recovery', () => {
  let stories: Stories;
  let person: ReachablePerson;
  let place: TestPlace;
  beforeEach(async () => {
    stories = openStories();
    person = await createReachable(stories);
    place = createPlace(stories);
    await proveCode(stories, place, person);
  });

  const signInWith = (password: string) => resultOf(signIn(createPlace(stories), person.identifier, password));

  it('keeps the rules of every new password, and the proof stays until it does', async () => {
    for (const [password, faults, confirmation = password] of [
      ['claire', ['password_too_short', 'password_too_weak', 'password_personal']],
      [`${person.identifier}-Ab`, ['password_personal']],
      ['Bienvenue2026!', ['password_common']],
      ['Lefebvre-Ruisseau-4', ['password_personal']],
      ['Ruisseau-Marie-48', ['password_personal']],
      ['Ruisseau-03111962', ['password_personal']],
      [NEW_PASSWORD, ['confirmation_differs'], PASSWORD],
    ] as readonly (readonly [string, readonly string[], string?])[]) {
      const { refusal, calls } = await watchRefusal(stories, () => changePassword(place, password, confirmation));
      assert.deepEqual(
        refusal.fields.map((fault) => fault.split(': ')[1]),
        faults,
      );
      assert.ok(!calls.includes('passwords.hash'));
    }
    assert.equal(await signInWith(PASSWORD), 'authenticated');
    assert.equal((await changePassword(place)).status, 'password-changed');
  });

  it('ends the sessions that began until now, and has the person told on every contact point', async () => {
    stories.ports.clock.move(5);
    await changePassword(place);
    const account = await stories.ports.accounts.findById(person.accountId);
    assert.deepEqual(account?.sessionsEndedAt, stories.ports.clock.now());
    await stories.runJobs();
    for (const to of [person.mobile, person.email])
      assert.match(stories.ports.notifier.textsTo(to).at(-1) ?? '', /mot de passe.* vient de changer/);
  });

  it('is kept in one writing, however it is composed', async () => {
    await changePassword(place, NEW_PASSWORD.normalize('NFC'), NEW_PASSWORD.normalize('NFD'));
    assert.equal(await signInWith(NEW_PASSWORD.normalize('NFC')), 'authenticated');
    assert.equal(await signInWith(NEW_PASSWORD.normalize('NFD')), 'authenticated');
  });

  it('is not set by a proof from before another change', async () => {
    const another = createPlace(stories);
    stories.ports.clock.move(60);
    await proveCode(stories, another, person);
    stories.ports.clock.move(5);
    await changePassword(another);
    stories.ports.clock.move(5);
    const { code } = await refusalOf(changePassword(place, 'Another-Password-7'));
    assert.equal(code, 'step_not_available');
    assert.deepEqual(
      [await signInWith('Another-Password-7'), await signInWith(NEW_PASSWORD)],
      ['sign_in_failed', 'authenticated'],
    );
  });

  it('of 10 at once with one proof, one is set, and it is that one’s', async () => {
    const tabs = Array.from({ length: 10 }, () => {
      const tab = createPlace(stories);
      tab.keep({ proofs: place.proofs() });
      return tab;
    });
    const results = await Promise.all(
      tabs.map((tab, index) => resultOf(changePassword(tab, `${NEW_PASSWORD}${index}`))),
    );
    assert.deepEqual(results.toSorted(), [
      'password-changed',
      ...Array.from({ length: 9 }, () => 'step_not_available'),
    ]);
    assert.equal(await signInWith(`${NEW_PASSWORD}${results.indexOf('password-changed')}`), 'authenticated');
    await stories.runJobs();
    const warnings = stories.ports.notifier.textsTo(person.email);
    assert.equal(warnings.length, 1, 'the person is told once');
  });

  it('is set once', async () => {
    await changePassword(place);
    assert.equal((await refusalOf(changePassword(place, PASSWORD))).code, 'step_not_available');
    assert.equal((await refusalOf(place.run('showRecoveryPassword'))).code, 'step_not_available');
    assert.equal(await signInWith(NEW_PASSWORD), 'authenticated');
  });

  for (const state of ['suspended', 'closed'] as const)
    it(`is refused to an account that was ${state} since the code was proved, and to that for nothing else`, async () => {
      stories.ports.accounts.setState(person.accountId, state);
      assert.equal((await refusalOf(changePassword(place))).code, 'step_not_available');
      assert.deepEqual(stories.ports.audit.outcomes('password-recovery').slice(-1), [
        'password-recovery: step_not_available',
      ]);
      stories.ports.accounts.setState(person.accountId, 'active');
      assert.equal(await signInWith(PASSWORD), 'authenticated');
      await stories.runJobs();
      assert.deepEqual(stories.ports.notifier.textsTo(person.email), [], 'nobody is told of a change');
      assert.equal((await changePassword(place)).status, 'password-changed');
    });

  it('is refused to an account that is there no more, confirmed or not, and both leave that event', async () => {
    let isGone = false;
    stories = openStories({
      ports: ({ accounts }) => ({
        accounts: { ...accounts, findProfile: async (id) => (isGone ? undefined : accounts.findProfile(id)) },
      }),
    });
    [person, place] = [await createReachable(stories), createPlace(stories)];
    await proveCode(stories, place, person);
    isGone = true;
    const already = stories.ports.audit.events.length;
    assert.equal((await refusalOf(changePassword(place))).code, 'account_unavailable');
    const besides = place.send('submitRecoveryPassword', { password: 'lefebvre' });
    assert.equal((await refusalOf(besides)).code, 'account_unavailable');
    assert.deepEqual(stories.ports.audit.outcomes().slice(already), [
      'password-recovery: begun',
      'password-recovery: account_unavailable',
      'password-recovery: account_unavailable',
    ]);
    isGone = false;
    assert.equal((await changePassword(place)).status, 'password-changed');
  });

  it('leaves no event of a form that is not confirmed', async () => {
    const already = stories.ports.audit.events.length;
    for (const password of ['lefebvre', NEW_PASSWORD])
      assert.equal((await refusalOf(place.send('submitRecoveryPassword', { password }))).code, 'validation_failed');
    assert.equal(stories.ports.audit.events.length, already);
  });

  it('is done once it is said, voids what was proved here, and makes this browser known', async () => {
    const body = { password: NEW_PASSWORD, confirmation: NEW_PASSWORD };
    const { kept, ...outcome } = (await place.outcomeOf('submitRecoveryPassword', body)) as PasswordChanged;
    assert.deepEqual(outcome, { status: 'password-changed', identifierType: 'nir', isDone: true });
    const { device, ...browser } = kept?.browser ?? {};
    assert.deepEqual([kept?.proofs, browser], [{ 'password-recovery': undefined, proved: undefined }, {}]);
    const { accounts } = readDevice(stories.ports.vault, device?.value);
    assert.deepEqual(accounts, [{ accountId: person.accountId, sinceMs: stories.ports.clock.now().getTime() }]);
  });

  describe('and the failures that were counted before it', () => {
    let forgotten: string[];
    let isAway: boolean;
    let isForgetful: boolean;
    beforeEach(async () => {
      [forgotten, isAway, isForgetful] = [[], false, false];
      stories = openStories({
        ports: ({ attempts, knownBrowsers }) => ({
          knownBrowsers: {
            ...knownBrowsers,
            async remember(...whom) {
              if (isForgetful) throw new ServiceError('store_unavailable');
              await knownBrowsers.remember(...whom);
            },
          },
          attempts: {
            ...attempts,
            async succeed(key) {
              if (isAway) throw new ServiceError('store_unavailable');
              forgotten.push(key);
              await attempts.succeed(key);
            },
          },
        }),
      });
      [person, place] = [await createReachable(stories), createPlace(stories)];
    });
    const keysOf = ({ accountId, identifier }: ReachablePerson) => [
      `account:${accountId}`,
      `identifier:${stories.ports.vault.blindIndex('identifier:nir', identifier)}`,
    ];

    it('are forgotten of the account and of what was typed; of a browser that knows the account its own too', async () => {
      await proveCode(stories, place, person);
      forgotten.length = 0;
      await changePassword(place);
      assert.deepEqual(forgotten, keysOf(person));
      stories.ports.clock.move(3600);
      const here = createPlace(stories, { browser: place.browser });
      await proveCode(stories, here, person);
      forgotten.length = 0;
      await changePassword(here);
      const { deviceId } = readDevice(stories.ports.vault, place.browser.tokens().device);
      assert.deepEqual(forgotten, [...keysOf(person), `account:${person.accountId}:device:${deviceId}`]);
    });

    it('stay where the store is away by then: the password is changed, and an operator learns of the rest', async () => {
      await proveCode(stories, place, person);
      isAway = true;
      assert.equal((await changePassword(place)).status, 'password-changed');
      assert.deepEqual(place.browser.tokens(), {}, 'this browser is not known');
      const [line, ...more] = stories.ports.log.lines;
      assert.deepEqual([line?.level, line?.fields.event, more], ['warn', 'after_password_change', []]);
      assert.ok(line?.fields.error instanceof ServiceError);
      assert.deepEqual(stories.ports.log.texts, ['locks were not lifted after a new password']);
      isAway = false;
      assert.equal(await signInWith(NEW_PASSWORD), 'authenticated');
    });

    it('are forgotten where the browser cannot be made known, and the password is changed all the same', async () => {
      await proveCode(stories, place, person);
      [forgotten.length, isForgetful] = [0, true];
      assert.equal((await changePassword(place)).status, 'password-changed');
      assert.deepEqual([forgotten, place.browser.tokens()], [keysOf(person), {}]);
      assert.deepEqual(
        stories.ports.log.lines.map(({ fields }) => fields.event),
        ['after_password_change'],
      );
    });
  });

  it('is that of the account whose code was proved, whoever is asked for since in another place', async () => {
    const other = await createReachable(stories);
    await askForCode(createPlace(stories, { browser: place.browser }), other.identifier);
    await changePassword(place);
    assert.equal(await signInWith(NEW_PASSWORD), 'authenticated');
    assert.equal(await resultOf(signIn(createPlace(stories), other.identifier, PASSWORD)), 'authenticated');
  });

  it('leaves events: each step as begun before anything is used up, then what became of it, and whose', async () => {
    stories.ports.clock.move(60);
    const where = createPlace(stories);
    const already = stories.ports.audit.events.length;
    await askForCode(where, person.identifier);
    await stories.runJobs();
    await refusalOf(where.run('submitRecoveryCode', { code: '999999' }));
    await refusalOf(where.run('submitRecoveryCode', { code: 'none' }));
    await where.run('submitRecoveryCode', { code: codeTo(stories, person.mobile) });
    await refusalOf(changePassword(where, 'short'));
    await changePassword(where);
    const events = stories.ports.audit.events.slice(already).filter(({ kind }) => kind === 'password-recovery');
    const { accountId } = person;
    assert.deepEqual(
      events.map(({ outcome, accountId: whose }) => [outcome, whose]),
      [
        ...[
          ['begun', undefined],
          ['code-sent', undefined],
        ],
        ...[
          ['begun', undefined],
          ['code_wrong', undefined],
        ],
        ...[
          ['begun', undefined],
          ['new-password-required', accountId],
        ],
        ['begun', undefined],
        ...[
          ['begun', undefined],
          ['password-changed', accountId],
        ],
      ],
    );
    const index = stories.ports.vault.blindIndex('client-address', where.clientAddress.address);
    for (const event of events) {
      assert.deepEqual([event.clientId, event.clientAddressIndex], ['mon-compte', index]);
      assert.ok(event.requestId?.startsWith(where.placeId));
    }
    const written = JSON.stringify(stories.ports.audit.events);
    for (const secret of [person.identifier, person.mobile, NEW_PASSWORD, '1962']) assert.ok(!written.includes(secret));
  });

  it('costs no code when the audit log is away: the code is right once it is back', async () => {
    stories.ports.clock.move(60);
    const where = createPlace(stories);
    await askForCode(where, person.identifier);
    await stories.runJobs();
    const code = codeTo(stories, person.mobile);
    stories.ports.audit.away = true;
    const { refusal, calls } = await watchRefusal(stories, () => where.run('submitRecoveryCode', { code }));
    assert.equal(refusal.code, 'store_unavailable');
    assert.deepEqual(calls, ['rateLimiter.count', 'audit.record']);
    stories.ports.audit.away = false;
    assert.equal((await where.run('submitRecoveryCode', { code })).status, 'new-password-required');
  });
});
