import assert from 'node:assert/strict';
import { createPerson, PASSWORD, randomNir } from '../support/people.ts';
import { type Browser, createBrowser, createPlace } from './support/place.ts';
import { refusalOf, resultOf, resultsOf, watchRefusal } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';
import { createWithBoth, signIn, WRONG_PASSWORD } from './support/walks.ts';

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
      const right = await watchRefusal(stories, () => signInOn(newBrowser(), identifier));
      const wrong = await watchRefusal(stories, () => signInOn(newBrowser(), identifier, WRONG_PASSWORD));
      assert.deepEqual(right, wrong);
      assert.deepEqual(right.refusal, { code: LOCKED, fields: [], retryAfterSeconds: seconds });
      assert.ok(!right.calls.includes('passwords.verify'));
      const { outcome, accountId: whose } = stories.ports.audit.events.at(-1) ?? assert.fail();
      assert.deepEqual([outcome, whose], [LOCKED, accountId]);
      stories.ports.clock.move(seconds);
      assert.deepEqual(await fail(1, identifier), [FAILED]);
    }
  });

  it('are counted by account, whichever of two identifiers was typed', async () => {
    const { nir, provisional } = await createWithBoth(stories);
    for (const identifier of [nir, provisional, nir, provisional, nir])
      assert.deepEqual(await fail(1, identifier), [FAILED]);
    assert.equal(await resultOf(signInOn(newBrowser(), provisional)), LOCKED);
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
        const { refusal, calls } = await watchRefusal(stories, () => attemptFrom(address, shared));
        assert.deepEqual(refusal, { code: 'too_many_requests', fields: [], retryAfterSeconds: 60 });
        assert.deepEqual(calls, ['rateLimiter.count', 'audit.record'], 'nothing is looked up or compared');
        const { outcome, accountId } = stories.ports.audit.events.at(-1) ?? assert.fail();
        assert.deepEqual([outcome, accountId], ['too_many_requests', undefined]);
      }
      assert.equal((await refusalOf(attemptFrom('192.0.2.3'))).code, FAILED);
      stories.ports.clock.move(60);
      assert.equal((await refusalOf(attemptFrom('192.0.2.1'))).code, FAILED);
    });
  });
});
