import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import type { SignInForm } from '../../src/stories/sign-in/flow.ts';
import { createPerson, PASSWORD, randomNir } from '../support/people.ts';
import { CAPTCHA_ANSWER } from './support/captcha.ts';
import { type Answer, type Browser, createBrowser, createPlace } from './support/place.ts';
import { refusalOf, resultOf, resultsOf, watchRefusal } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';
import {
  changePassword,
  createReachable,
  createWithBoth,
  NEW_PASSWORD,
  proveCode,
  signIn,
  WRONG_PASSWORD,
} from './support/walks.ts';

const FAILED = 'sign_in_failed';
const LOCKED = 'sign_in_locked';

describe('failures to sign in', () => {
  let stories: Stories;
  beforeEach(() => {
    stories = openStories();
  });

  const signInOn = (browser: Browser, identifier: string, password = PASSWORD) =>
    signIn(createPlace(stories, { browser }), identifier, password);
  const newBrowser = () => createBrowser(stories.ports.clock);
  const fail = (times: number, identifier: string, browser = newBrowser()) =>
    resultsOf(times, () => signInOn(browser, identifier, WRONG_PASSWORD));
  const repeat = (times: number, result: string) => Array.from({ length: times }, () => result);

  it('lock from the 5th on, for longer each time, and a right password waits like a wrong one', async () => {
    const { accountId, identifier } = await createPerson(stories);
    assert.deepEqual(await fail(5, identifier), repeat(5, FAILED));
    for (const seconds of [60, 120, 240]) {
      assert.equal(await resultOf(signInOn(newBrowser(), identifier)), LOCKED);
      const { outcome, accountId: whose } = stories.ports.audit.events.at(-1) ?? assert.fail();
      assert.deepEqual([outcome, whose], [LOCKED, accountId]);
      const right = await watchRefusal(stories, () => signInOn(newBrowser(), identifier));
      const wrong = await watchRefusal(stories, () => signInOn(newBrowser(), identifier, WRONG_PASSWORD));
      assert.deepEqual(right, wrong);
      assert.deepEqual(right.refusal, { code: LOCKED, fields: [], retryAfterSeconds: seconds });
      assert.deepEqual(right.calls, ['rateLimiter.count', 'accounts.findForSignIn', 'attempts.begin']);
      stories.ports.clock.move(seconds - 1);
      const { code, retryAfterSeconds } = await refusalOf(signInOn(newBrowser(), identifier));
      assert.deepEqual([code, retryAfterSeconds], [LOCKED, 1]);
      stories.ports.clock.move(1);
      assert.deepEqual(await fail(1, identifier), [FAILED]);
    }
  });

  describe('of one person with two identifiers', () => {
    it('are counted by account: 5 in all are compared, whichever identifier was typed', async () => {
      const { nir, provisional } = await createWithBoth(stories);
      const whichHash = stories.ports.passwords.verified;
      for (const identifier of [nir, provisional, nir, provisional, nir])
        assert.deepEqual(await fail(1, identifier), [FAILED]);
      for (const identifier of [provisional, nir])
        assert.equal(await resultOf(signInOn(newBrowser(), identifier)), FAILED, 'the right password too');
      assert.equal(whichHash.length, 7, 'the work is done, and its result thrown away');
    });

    it('lock what was typed, and no other: the two stay apart for whoever tries them', async () => {
      const { nir, provisional } = await createWithBoth(stories);
      assert.deepEqual(await fail(6, provisional), [...repeat(5, FAILED), LOCKED]);
      const [others, strangers] = [[nir], Array.from({ length: 6 }, randomNir)];
      for (const identifier of [...others, ...strangers]) {
        const seen = [];
        for (const password of [PASSWORD, WRONG_PASSWORD, PASSWORD, WRONG_PASSWORD, WRONG_PASSWORD, PASSWORD])
          seen.push(await watchRefusal(stories, () => signInOn(newBrowser(), identifier, password)));
        assert.deepEqual(
          seen.map(({ refusal }) => refusal.code),
          [...repeat(5, FAILED), LOCKED],
        );
        const [{ calls } = assert.fail()] = seen;
        assert.deepEqual(
          calls.filter((call) => /attempts|passwords/.test(call)),
          ['attempts.begin', 'attempts.begin', 'passwords.verify'],
        );
      }
    });

    it('stay apart after a recovery too: it lifts the lock of what was typed there, and no other', async () => {
      const contactPoints = [{ kind: 'mobile' as const, value: '+33612399002', verified: true }];
      const { nir, provisional, accountId } = await createWithBoth(stories, { contactPoints });
      const strangers = [randomNir(), randomNir()];
      for (const identifier of [provisional, nir, ...strangers]) await fail(5, identifier);
      const place = createPlace(stories);
      await proveCode(stories, place, { accountId, identifier: provisional, mobile: '+33612399002', email: '' });
      await changePassword(place);
      const results = [];
      for (const identifier of [provisional, nir, ...strangers]) results.push(...(await fail(1, identifier)));
      assert.deepEqual(results, [FAILED, LOCKED, LOCKED, LOCKED]);
    });

    it('let the holder in again with either, once the lock is over', async () => {
      const { nir, provisional } = await createWithBoth(stories);
      await fail(5, provisional);
      stories.ports.clock.move(60);
      assert.equal(await resultOf(signInOn(newBrowser(), nir)), 'authenticated');
      assert.equal(await resultOf(signInOn(newBrowser(), provisional)), 'authenticated');
    });
  });

  describe('from the lock of 15 minutes on', () => {
    /** 9 failures, each after the lock before. */
    async function lockLongest(identifier: string): Promise<void> {
      for (const minutes of [0, 0, 0, 0, 0, 1, 2, 4, 8]) {
        stories.ports.clock.move(60 * minutes);
        assert.deepEqual(await fail(1, identifier), [FAILED]);
      }
    }
    async function trySolved(identifier: string, password: string, typed = CAPTCHA_ANSWER): Promise<Answer> {
      const place = createPlace(stories);
      const { request } = place.context();
      const { captchaId } = await stories.ports.captcha.create(place.placeId, 'fr', request.clientAddress);
      return place.run('submitSignIn', { identifierType: 'nir', identifier, password, captchaId, captcha: typed });
    }

    it('a stranger waits or solves a captcha, known and unknown alike; a solved one is compared', async () => {
      const { identifier } = await createPerson(stories);
      for (const who of [identifier, randomNir()]) {
        await lockLongest(who);
        const { refusal } = await watchRefusal(stories, () => signInOn(newBrowser(), who, WRONG_PASSWORD));
        assert.deepEqual(refusal, { code: 'captcha_required', fields: [], retryAfterSeconds: 900 });
        assert.equal(await resultOf(trySolved(who, WRONG_PASSWORD)), FAILED);
        const wrong = await refusalOf(trySolved(who, PASSWORD, 'WRONG9'));
        assert.deepEqual(wrong.fields, ['captcha: captcha_wrong']);
      }
      assert.equal(await resultOf(trySolved(identifier, PASSWORD)), 'authenticated');
      assert.deepEqual(await fail(1, identifier), [FAILED], 'and the count begins again');
    });

    it('a captcha that is solved beside a fault of the form need not be solved again, and passes once', async () => {
      const { identifier } = await createPerson(stories);
      await lockLongest(identifier);
      const place = createPlace(stories);
      const { captchaId } = await stories.ports.captcha.create(place.placeId, 'fr', place.clientAddress);
      const pair = { identifierType: 'nir', identifier, password: WRONG_PASSWORD, captchaId } as const;
      const open = await refusalOf(place.run('submitSignIn', pair));
      assert.equal(open.code, 'captcha_required', 'nobody solved it yet');
      const faulty = { ...pair, identifier: `${identifier}00`, captcha: CAPTCHA_ANSWER };
      assert.deepEqual((await refusalOf(place.run('submitSignIn', faulty))).fields, ['identifier: nir_key']);
      const wrong = { ...faulty, captchaId: 'unknown' };
      assert.deepEqual((await refusalOf(place.run('submitSignIn', wrong))).fields, [
        'identifier: nir_key',
        'captcha: captcha_expired',
      ]);
      assert.equal(await resultOf(place.run('submitSignIn', pair)), FAILED);
      assert.equal((await refusalOf(place.run('submitSignIn', pair))).code, 'captcha_required', 'it is used');
    });

    it('whoever waited needs no captcha', async () => {
      const { identifier } = await createPerson(stories);
      await lockLongest(identifier);
      stories.ports.clock.move(899);
      assert.equal(await resultOf(signInOn(newBrowser(), identifier)), 'captcha_required');
      stories.ports.clock.move(1);
      assert.equal(await resultOf(signInOn(newBrowser(), identifier)), 'authenticated');
    });

    it('30 attempts a day are compared, whoever solves what, known and unknown alike', async () => {
      const { identifier } = await createPerson(stories);
      for (const who of [identifier, randomNir()]) {
        await lockLongest(who);
        const already = stories.ports.passwords.verified.length;
        assert.deepEqual(await resultsOf(21, () => trySolved(who, WRONG_PASSWORD)), repeat(21, FAILED));
        const { code, retryAfterSeconds = 0 } = await refusalOf(trySolved(who, PASSWORD));
        assert.equal(code, LOCKED);
        assert.ok(retryAfterSeconds > 23 * 3600 && retryAfterSeconds <= 24 * 3600, `${retryAfterSeconds} s`);
        assert.equal(stories.ports.passwords.verified.length, already + 21);
        stories.ports.clock.move(retryAfterSeconds - 1);
        assert.equal(await resultOf(trySolved(who, PASSWORD)), LOCKED);
        stories.ports.clock.move(1);
        assert.equal(await resultOf(signInOn(newBrowser(), who, WRONG_PASSWORD)), FAILED);
      }
    });

    it('a form that is refused has a captcha, and keeps it while it can be answered', async () => {
      const { identifier } = await createPerson(stories);
      await lockLongest(identifier);
      const place = createPlace(stories);
      const body = { identifierType: 'nir', identifier, password: WRONG_PASSWORD } as const;
      const form = async (more: object, refusal?: ServiceError) => {
        const again = stories.registry.operations.get('submitSignIn')?.submit?.again ?? assert.fail();
        return (await again(place.context(), { ...body, ...more }, refusal)) as SignInForm;
      };
      assert.equal((await form({}, new ServiceError('sign_in_failed'))).captcha, undefined);
      const { captcha = assert.fail() } = await form({}, new ServiceError('captcha_required'));
      const failed = await form({ captchaId: captcha.captchaId }, new ServiceError('sign_in_failed'));
      assert.equal(failed.captcha?.captchaId, captcha.captchaId);
      const other = await form({ captchaId: captcha.captchaId, renew: 'captcha' });
      assert.notEqual(other.captcha?.captchaId, captcha.captchaId);
    });

    it('does not keep out a browser that has signed in to the account, nor recovery', async () => {
      const person = await createReachable(stories);
      const browser = newBrowser();
      await signInOn(browser, person.identifier);
      await lockLongest(person.identifier);
      assert.equal(await resultOf(signInOn(browser, person.identifier)), 'authenticated');
      const place = createPlace(stories);
      await proveCode(stories, place, person);
      await changePassword(place);
      await fail(6, person.identifier);
      assert.equal(await resultOf(signInOn(place.browser, person.identifier, NEW_PASSWORD)), 'authenticated');
    });
  });

  it('of one person, or of an unknown identifier, lock nobody else', async () => {
    const [one, other] = [await createPerson(stories), await createPerson(stories)];
    const [nobody, somebodyElse] = [randomNir(), randomNir()];
    await fail(6, one.identifier);
    await fail(6, nobody);
    assert.deepEqual(await fail(1, somebodyElse), [FAILED]);
    assert.equal(await resultOf(signInOn(newBrowser(), other.identifier)), 'authenticated');
  });

  it('are forgotten at a success', async () => {
    const { identifier } = await createPerson(stories);
    for (let round = 0; round < 3; round++) {
      assert.deepEqual(await fail(4, identifier), repeat(4, FAILED));
      assert.equal(await resultOf(signInOn(newBrowser(), identifier)), 'authenticated');
    }
    assert.deepEqual(await fail(6, identifier), [...repeat(5, FAILED), LOCKED]);
  });

  it('are forgotten after a day without one', async () => {
    const { identifier } = await createPerson(stories);
    await fail(4, identifier);
    stories.ports.clock.move(86_400);
    assert.deepEqual(await fail(6, identifier), [...repeat(5, FAILED), LOCKED]);
    const other = await createPerson(stories);
    await fail(4, other.identifier);
    stories.ports.clock.move(86_399);
    assert.deepEqual(await fail(2, other.identifier), [FAILED, LOCKED], 'and not a second before');
  });

  it('are not what a hasher that is busy leaves: the attempt is given back, and is no security fact', async () => {
    const { identifier } = await createPerson(stories);
    for (const who of [identifier, randomNir()]) {
      await fail(4, who);
      const already = stories.ports.audit.events.length;
      stories.ports.passwords.busy = true;
      assert.deepEqual(await fail(10, who), repeat(10, 'busy'));
      assert.equal(stories.ports.audit.events.length, already);
      stories.ports.passwords.busy = false;
      assert.deepEqual(await fail(2, who), [FAILED, LOCKED]);
    }
  });

  it('of 200 at once, 5 are compared', async () => {
    const { identifier } = await createPerson(stories);
    const results = await Promise.all(
      Array.from({ length: 200 }, () => resultOf(signInOn(newBrowser(), identifier, WRONG_PASSWORD))),
    );
    assert.equal(results.filter((result) => result === FAILED).length, 5);
    assert.equal(results.filter((result) => result === LOCKED).length, 195);
    assert.equal(stories.ports.passwords.verified.length, 5);
  });

  describe('on a browser that has signed in to the account before', () => {
    it('have a count of their own: those of a stranger do not keep the holder out, nor the other way round', async () => {
      const { identifier } = await createPerson(stories);
      const browser = newBrowser();
      await signInOn(browser, identifier);
      await fail(6, identifier);
      assert.equal(await resultOf(signInOn(newBrowser(), identifier)), LOCKED);
      assert.equal(await resultOf(signInOn(browser, identifier)), 'authenticated');
      const other = await createPerson(stories);
      await signInOn(browser, other.identifier);
      await fail(6, other.identifier, browser);
      assert.equal(await resultOf(signInOn(newBrowser(), other.identifier)), 'authenticated');
    });

    it('lock it too, and a right password waits like a wrong one', async () => {
      const { identifier } = await createPerson(stories);
      const browser = newBrowser();
      await signInOn(browser, identifier);
      assert.deepEqual(await fail(6, identifier, browser), [...repeat(5, FAILED), LOCKED]);
      assert.equal(await resultOf(signInOn(browser, identifier)), LOCKED);
      stories.ports.clock.move(60);
      assert.equal(await resultOf(signInOn(browser, identifier)), 'authenticated');
    });

    it('are counted apart on each such browser', async () => {
      const { identifier } = await createPerson(stories);
      const [telephone, computer] = [newBrowser(), newBrowser()];
      for (const browser of [telephone, computer]) await signInOn(browser, identifier);
      await fail(6, identifier, telephone);
      assert.equal(await resultOf(signInOn(computer, identifier)), 'authenticated');
    });

    it('are those of a stranger for an account that this browser has not signed in to', async () => {
      const [mine, theirs] = [await createPerson(stories), await createPerson(stories)];
      const browser = newBrowser();
      await signInOn(browser, mine.identifier);
      await fail(6, theirs.identifier);
      assert.equal(await resultOf(signInOn(browser, theirs.identifier)), LOCKED);
    });

    it('are those of a stranger when its cookie was altered', async () => {
      const { identifier } = await createPerson(stories);
      const browser = newBrowser();
      await signInOn(browser, identifier);
      await fail(6, identifier);
      const device = browser.tokens().device ?? assert.fail();
      for (const value of [`${device.slice(0, -4)}AAAA`, 'k9.AAAA', '']) {
        browser.write({ device: { value, seconds: 3600 } });
        assert.equal(await resultOf(signInOn(browser, identifier)), LOCKED, value);
      }
    });
  });

  describe('from one client address', () => {
    const attemptFrom = (address: string, shared = false) =>
      signIn(createPlace(stories, { address, shared }), randomNir(), WRONG_PASSWORD);

    it('are 30 attempts a minute, and from one that many people share 10 times as many', async () => {
      for (const [address, shared, limit] of [
        ['192.0.2.1', false, 30],
        ['192.0.2.2', true, 300],
      ] as const) {
        const results = await resultsOf(limit + 1, () => attemptFrom(address, shared));
        assert.deepEqual(results, [...repeat(limit, FAILED), 'too_many_requests']);
        const { outcome, accountId } = stories.ports.audit.events.at(-1) ?? assert.fail();
        assert.deepEqual([outcome, accountId], ['too_many_requests', undefined]);
        const { refusal, calls } = await watchRefusal(stories, () => attemptFrom(address, shared));
        assert.deepEqual(refusal, { code: 'too_many_requests', fields: [], retryAfterSeconds: 60 });
        assert.deepEqual(calls, ['rateLimiter.count'], 'nothing is looked up or compared, nor told twice');
      }
      assert.equal((await refusalOf(attemptFrom('192.0.2.3'))).code, FAILED);
      stories.ports.clock.move(59);
      assert.equal((await refusalOf(attemptFrom('192.0.2.1'))).code, 'too_many_requests');
      stories.ports.clock.move(1);
      assert.equal((await refusalOf(attemptFrom('192.0.2.1'))).code, FAILED);
    });

    describe('that is a carrier’s', () => {
      const address = '192.0.2.9';
      const from = (browser: Browser, identifier: string, password = PASSWORD) =>
        resultOf(signIn(createPlace(stories, { address, browser }), identifier, password));
      const spend = () => resultsOf(30, () => attemptFrom(address));

      it('a browser that has signed in to the account spends 30 of its own', async () => {
        const { identifier } = await createPerson(stories);
        const browser = newBrowser();
        await signInOn(browser, identifier);
        await spend();
        assert.equal(await from(newBrowser(), identifier), 'too_many_requests');
        for (let count = 0; count < 30; count++) assert.equal(await from(browser, identifier), 'authenticated');
        assert.equal(await from(browser, identifier), 'too_many_requests');
        stories.ports.clock.move(59);
        assert.equal(await from(browser, identifier), 'too_many_requests');
        stories.ports.clock.move(1);
        assert.equal(await from(browser, identifier), 'authenticated');
      });

      it('it spends them there alone: what it knows of A does not help against B, nor against nobody', async () => {
        const [mine, theirs] = [await createPerson(stories), await createPerson(stories)];
        const browser = newBrowser();
        await signInOn(browser, mine.identifier);
        await spend();
        for (const who of [theirs.identifier, randomNir()])
          assert.equal(await from(browser, who, WRONG_PASSWORD), 'too_many_requests', who);
      });

      it('a new password ends what browsers had of their own, that of the browser that recovered aside', async () => {
        const person = await createReachable(stories);
        const thief = newBrowser();
        await signInOn(thief, person.identifier);
        stories.ports.clock.move(1);
        const place = createPlace(stories);
        await proveCode(stories, place, person);
        await changePassword(place);
        await spend();
        assert.equal(await from(thief, person.identifier, NEW_PASSWORD), 'too_many_requests');
        assert.equal(await from(place.browser, person.identifier, NEW_PASSWORD), 'authenticated');
      });
    });
  });
});
