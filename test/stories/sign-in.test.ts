import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import { createPerson, INITIAL_PASSWORD, PASSWORD, randomNir, randomProvisional, withKey } from '../support/people.ts';
import { createPlace } from './support/place.ts';
import { refusalOf, watchRefusal } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';
import { createWithBoth, signIn, WRONG_PASSWORD } from './support/walks.ts';

describe('sign-in', () => {
  let stories: Stories;
  beforeEach(() => {
    stories = openStories();
  });

  it('with a right pair leaves the place signed in, and says who, how and when', async () => {
    for (const [identityVerified, acr] of [
      [true, 'eidas1'],
      [false, 'eidas0'],
    ] as const) {
      const person = await createPerson(stories, { identityVerified });
      const place = createPlace(stories);
      assert.deepEqual(await signIn(place, person.identifier), { status: 'authenticated', json: {} });
      const left = place.left() ?? assert.fail();
      assert.deepEqual([left.accountId, left.acr, left.amr], [person.accountId, acr, ['pwd']]);
      assert.deepEqual(left.provedAt, stories.ports.clock.now());
      assert.deepEqual(place.proofs(), {});
    }
  });

  it('says of a right pair who it is, by which factor and identifier, and what is to be remembered', async () => {
    const person = await createPerson(stories);
    const newcomer = await createPerson(stories, { password: INITIAL_PASSWORD, initial: true });
    for (const [{ identifier, accountId }, password, remember] of [
      [person, PASSWORD, true],
      [newcomer, INITIAL_PASSWORD, false],
    ] as const) {
      const account = await stories.ports.accounts.findForSignIn({ type: 'nir', value: identifier });
      const { credentialId } = account?.password ?? assert.fail();
      const body = { identifierType: 'nir', identifier, password, remember };
      assert.deepEqual(await createPlace(stories).outcomeOf('submitSignIn', body), {
        status: 'proved',
        account: { ...account, accountId },
        factors: [password === PASSWORD ? { kind: 'password' } : { kind: 'initial-password', credentialId }],
        provedAt: stories.ports.clock.now(),
        identifier: { type: 'nir', value: identifier },
        remember,
      });
    }
  });

  it('looks a person up once, whatever of their own this browser has there', async () => {
    const { identifier } = await createPerson(stories);
    const { browser } = await signedInPlace(identifier);
    const place = createPlace(stories, { browser });
    const calls = await stories.callsDuring(() => signIn(place, identifier));
    assert.equal(count(calls, 'accounts.findForSignIn'), 1);
    const again = createPlace(stories, { browser });
    const { calls: ofRefusal } = await watchRefusal(stories, () => signIn(again, identifier, WRONG_PASSWORD));
    assert.equal(count(ofRefusal, 'accounts.findForSignIn'), 1);
  });

  it('refuses what is no identifier on a browser that has signed in before, once it is counted for its address', async () => {
    const { browser } = await signedInPlace((await createPerson(stories)).identifier);
    const place = createPlace(stories, { browser });
    const body = { identifierType: 'nir', identifier: '12', password: PASSWORD, remember: false };
    const { refusal, calls } = await watchRefusal(stories, () => place.outcomeOf('submitSignIn', body));
    assert.deepEqual([refusal.code, refusal.fields], ['validation_failed', ['identifier: nir_shape']]);
    assert.deepEqual(
      calls,
      ['rateLimiter.count', 'rateLimiter.count'],
      'the look-up of this browser, then the address',
    );
  });

  for (const [what, error] of [
    ['is away', new ServiceError('store_unavailable')],
    ['is broken', new TypeError('broken')],
  ] as const)
    it(`asks for nothing more where the store of accounts ${what} while a known browser is looked up`, async () => {
      const away = { isAway: false };
      stories = openStories({
        ports: ({ accounts }) => ({
          accounts: {
            ...accounts,
            findForSignIn: (identifier) => (away.isAway ? Promise.reject(error) : accounts.findForSignIn(identifier)),
          },
        }),
      });
      const { identifier } = await createPerson(stories);
      const { browser } = await signedInPlace(identifier);
      away.isAway = true;
      const place = createPlace(stories, { browser });
      const calls = await stories.callsDuring(() =>
        signIn(place, identifier).then(
          () => assert.fail('nobody is to be signed in'),
          (thrown: unknown) => assert.equal(thrown, error),
        ),
      );
      assert.deepEqual(calls, ['rateLimiter.count', 'accounts.findForSignIn']);
    });

  it('counts what two unknown people type, and an account, each under keys that are nobody else’s', async () => {
    const keys: string[] = [];
    stories = openStories({
      ports: ({ attempts }) => ({
        attempts: {
          ...attempts,
          begin(key, ...more) {
            keys.push(key);
            return attempts.begin(key, ...more);
          },
        },
      }),
    });
    const { identifier, accountId } = await createPerson(stories);
    const typed = [identifier, randomNir(), randomNir()];
    for (const who of typed) await refusalOf(signIn(createPlace(stories), who, WRONG_PASSWORD));
    const indexOf = (value: string) => `identifier:${stories.ports.vault.blindIndex('identifier:nir', value)}`;
    const [own = '', one = '', other = ''] = typed.map(indexOf);
    assert.deepEqual(keys, [own, `account:${accountId}`, one, `nobody:${one}`, other, `nobody:${other}`]);
  });

  it('with a password that is replaced while it is compared began before that, and is over with it', async () => {
    let replacedAt: Date | undefined;
    const own = openStories({
      ports: ({ passwords, clock }) => ({
        passwords: {
          ...passwords,
          async verify(password, hash) {
            const isRight = await passwords.verify(password, hash);
            clock.move(1);
            replacedAt = clock.now();
            clock.move(1);
            return isRight;
          },
        },
      }),
    });
    const person = await createPerson(own);
    const place = createPlace(own);
    await signIn(place, person.identifier);
    const { provedAt } = place.left() ?? assert.fail();
    assert.ok(replacedAt && provedAt < replacedAt);
  });

  it('takes the NIR with its key and its spaces, and the provisional identifier without its P', async () => {
    const [nir, provisional] = [randomNir(), randomProvisional()];
    for (const identifier of [nir, provisional]) await createPerson(stories, { identifier });
    const typed = withKey(nir).replace(/(.)(..)(.*)(..)/, '$1 $2\u00a0$3 $4');
    assert.equal((await signIn(createPlace(stories), typed)).status, 'authenticated');
    const body = { identifierType: 'provisional', identifier: provisional.slice(1), password: PASSWORD } as const;
    assert.equal((await createPlace(stories).run('submitSignIn', body)).status, 'authenticated');
  });

  it('refuses an identifier of no known shape before anything is looked up, counted or audited', async () => {
    const place = createPlace(stories);
    for (const [identifier, code] of [
      ['7550814168025', 'nir_provisional'],
      ['P12345678', 'identifier_is_provisional'],
      ['2550814168025 39', 'nir_key'],
      ['255081416802', 'nir_shape'],
      [' ', 'field_required'],
    ] as const) {
      const body = { identifierType: 'nir', identifier, password: PASSWORD } as const;
      const { refusal, calls } = await watchRefusal(stories, () => place.run('submitSignIn', body));
      assert.deepEqual(refusal.fields, [`identifier: ${code}`]);
      assert.deepEqual(calls, []);
    }
    assert.deepEqual(stories.ports.audit.events, []);
  });

  it('finds the same password however its accents are composed', async () => {
    const [composed, decomposed] = ['Été-à-la-plage-7'.normalize('NFC'), 'Été-à-la-plage-7'.normalize('NFD')];
    assert.notEqual(composed, decomposed);
    const { identifier } = await createPerson(stories, { password: composed });
    assert.equal((await signIn(createPlace(stories), identifier, decomposed)).status, 'authenticated');
  });

  const people: readonly (readonly [who: string, create: () => Promise<string>])[] = [
    ['with a password', async () => (await createPerson(stories)).identifier],
    ['with an initial password', async () => (await createPerson(stories, { initial: true })).identifier],
    ['who is suspended', async () => (await createPerson(stories, { state: 'suspended' })).identifier],
    ['with two identifiers', async () => (await createWithBoth(stories)).nir],
    ['without a password', createWithoutPassword],
  ];
  for (const [who, create] of people)
    it(`refuses a wrong password of somebody ${who} as one of nobody, and asks the same of the stores`, async () => {
      const [known, nobody] = [await create(), randomNir()];
      for (let attempt = 1; attempt <= 8; attempt++) {
        const [ofKnown, ofNobody] = [await failAs(known), await failAs(nobody)];
        assert.deepEqual(ofKnown, ofNobody, `attempt ${attempt}`);
        assert.equal(ofKnown.refusal.code, attempt <= 5 ? 'sign_in_failed' : 'sign_in_locked');
        assert.equal(count(ofKnown.calls, 'attempts.begin'), attempt <= 5 ? 2 : 1);
        assert.equal(count(ofKnown.calls, 'passwords.verify'), attempt <= 5 ? 1 : 0);
      }
    });

  async function failAs(identifier: string) {
    const place = createPlace(stories);
    const watched = await watchRefusal(stories, () => signIn(place, identifier, WRONG_PASSWORD));
    return { ...watched, proofs: place.proofs(), browser: place.browser.tokens() };
  }

  it('tells a suspended and a closed account of its state after a right password alone', async () => {
    for (const state of ['suspended', 'closed'] as const)
      for (const initial of [false, true]) {
        const person = await createPerson(stories, { state, initial });
        const place = createPlace(stories);
        assert.equal((await refusalOf(signIn(place, person.identifier, WRONG_PASSWORD))).code, 'sign_in_failed');
        assert.equal((await refusalOf(signIn(place, person.identifier))).code, 'account_unavailable');
        assert.deepEqual(place.proofs(), {});
      }
  });

  it('leaves one event of each attempt: what became of it, whose, for whom and from where', async () => {
    const { accountId, identifier } = await createPerson(stories);
    const newcomer = await createPerson(stories, { password: INITIAL_PASSWORD, initial: true });
    const suspended = await createPerson(stories, { state: 'suspended' });
    const attempts = [
      ['authenticated', accountId, () => signIn(createPlace(stories), identifier)],
      ['sign_in_failed', accountId, () => refusalOf(signIn(createPlace(stories), identifier, WRONG_PASSWORD))],
      ['sign_in_failed', undefined, () => refusalOf(signIn(createPlace(stories), randomNir()))],
      ['account_unavailable', suspended.accountId, () => refusalOf(signIn(createPlace(stories), suspended.identifier))],
      [
        'password-creation-required',
        newcomer.accountId,
        () => signIn(createPlace(stories), newcomer.identifier, INITIAL_PASSWORD),
      ],
    ] as const;
    for (const [outcome, whose, attempt] of attempts) {
      await attempt();
      const event = stories.ports.audit.events.at(-1);
      assert.deepEqual([event?.kind, event?.outcome, event?.accountId], ['sign-in', outcome, whose]);
    }
    assert.equal(stories.ports.audit.events.length, attempts.length);
    const place = createPlace(stories, { clientId: 'mon-compte-droits' });
    await signIn(place, identifier);
    assert.deepEqual(stories.ports.audit.events.at(-1), {
      kind: 'sign-in',
      outcome: 'authenticated',
      accountId,
      clientId: 'mon-compte-droits',
      requestId: `${place.placeId}-1`,
      clientAddressIndex: stories.ports.vault.blindIndex('client-address', place.clientAddress.address),
    });
    const written = JSON.stringify(stories.ports.audit.events);
    for (const secret of [identifier, PASSWORD, WRONG_PASSWORD, place.clientAddress.address])
      assert.ok(!written.includes(secret), secret);
  });

  it('signs nobody in whose event could not be written', async () => {
    const { identifier } = await createPerson(stories);
    const place = createPlace(stories);
    stories.ports.audit.away = true;
    assert.equal((await refusalOf(signIn(place, identifier))).code, 'store_unavailable');
    assert.deepEqual([place.left(), place.proofs(), place.browser.tokens()], [undefined, {}, {}]);
  });

  it('signs nobody in who has no password, even by a hasher that takes any for right', async () => {
    const careless = { isOn: true };
    stories = openStories({
      ports: ({ passwords }) => ({
        passwords: { ...passwords, verify: async (...given) => careless.isOn || passwords.verify(...given) },
      }),
    });
    for (const identifier of [randomNir(), await createWithoutPassword()]) {
      const place = createPlace(stories);
      assert.equal((await refusalOf(signIn(place, identifier))).code, 'sign_in_failed');
      assert.deepEqual([place.left(), place.proofs()], [undefined, {}]);
    }
    const { identifier } = await createPerson(stories);
    assert.equal((await signIn(createPlace(stories), identifier, WRONG_PASSWORD)).status, 'authenticated', 'its twin');
    careless.isOn = false;
    assert.equal((await refusalOf(signIn(createPlace(stories), identifier, WRONG_PASSWORD))).code, 'sign_in_failed');
  });

  it('hashes a password again when its hash is weaker than those made today, once', async () => {
    const { identifier } = await createPerson(stories);
    stories.ports.passwords.strength = 2;
    assert.equal(await hashesDuring(() => refusalOf(signIn(createPlace(stories), identifier, WRONG_PASSWORD))), 0);
    assert.equal(await hashesDuring(() => signIn(createPlace(stories), identifier)), 1);
    assert.equal(await hashesDuring(() => signIn(createPlace(stories), identifier)), 0);
    const password = await passwordOf(identifier);
    assert.deepEqual(password?.hash, await stories.ports.passwords.hash(PASSWORD), 'of the same password');
    assert.equal(password?.kind, 'password');
  });

  it('signs in although the stronger hash cannot be kept: the weaker one stays until the next time', async () => {
    const away = async () => Promise.reject(new ServiceError('store_unavailable'));
    stories = openStories({ ports: ({ accounts }) => ({ accounts: { ...accounts, upgradePasswordHash: away } }) });
    const { identifier } = await createPerson(stories);
    const before = await passwordOf(identifier);
    stories.ports.passwords.strength = 2;
    assert.equal((await signIn(createPlace(stories), identifier)).status, 'authenticated');
    assert.deepEqual(await passwordOf(identifier), before);
    const [line, ...more] = stories.ports.log.lines;
    assert.deepEqual(
      [line?.level, line?.fields.event, more],
      ['warn', 'rehash_failed', []],
      'an operator learns of it',
    );
    assert.ok(line?.fields.error instanceof ServiceError);
    assert.deepEqual(stories.ports.log.texts, ['a weaker hash was kept']);
  });

  it('does not hash an initial password again: it is destroyed soon', async () => {
    const { identifier } = await createPerson(stories, { password: INITIAL_PASSWORD, initial: true });
    stories.ports.passwords.strength = 2;
    assert.equal(await hashesDuring(() => signIn(createPlace(stories), identifier, INITIAL_PASSWORD)), 0);
  });

  const passwordOf = async (value: string) =>
    (await stories.ports.accounts.findForSignIn({ type: 'nir', value }))?.password;
  const hashesDuring = async (step: () => Promise<unknown>) => count(await stories.callsDuring(step), 'passwords.hash');
  const count = (calls: readonly string[], wanted: string) => calls.filter((call) => call === wanted).length;

  /** A place that somebody has signed in at, and the browser that it leaves. */
  async function signedInPlace(identifier: string) {
    const place = createPlace(stories);
    await signIn(place, identifier);
    return place;
  }

  async function createWithoutPassword(): Promise<string> {
    const value = randomNir();
    await stories.ports.accounts.create({
      identifiers: [{ type: 'nir', value }],
      identityVerified: true,
      locale: 'fr',
    });
    return value;
  }
});
