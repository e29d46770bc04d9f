import assert from 'node:assert/strict';
import { storeUnavailable } from '../../src/errors.ts';
import { randomNir } from '../support/people.ts';
import { type Browser, createBrowser, createPlace, type TestPlace } from './support/place.ts';
import { resultOf, watchRefusal } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';
import {
  askForCode,
  changePassword,
  codeTo,
  createReachable,
  createWithBoth,
  NEW_PASSWORD,
  proveCode,
  type ReachablePerson,
  signIn,
} from './support/walks.ts';

const WRONG_CODE = '999999';
const SIGN = /plusieurs codes faux/i;

describe('codes that are guessed at', () => {
  let stories: Stories;
  let person: ReachablePerson;
  beforeEach(async () => {
    stories = openStories({
      env: { MESSAGES_PER_CONTACT_POINT_PER_HOUR: '100', MESSAGES_PER_CONTACT_POINT_PER_DAY: '100' },
    });
    person = await createReachable(stories);
  });

  const submitCode = (where: TestPlace, code: string) => resultOf(where.run('submitRecoveryCode', { code }));
  const newBrowser = () => createBrowser(stories.ports.clock);

  /** A place of a stranger, or of a browser, that has asked for a code. */
  async function asked(identifier: string, browser: Browser = newBrowser()): Promise<TestPlace> {
    stories.ports.clock.move(60);
    const place = createPlace(stories, { browser });
    await askForCode(place, identifier);
    await stories.runJobs();
    return place;
  }

  /** So many wrong codes, five for each code, from as many places and addresses. */
  async function guess(count: number, identifier: string, browser?: Browser): Promise<void> {
    for (let left = count; left > 0; left -= 5) {
      const place = await asked(identifier, browser);
      for (let tries = 0; tries < Math.min(5, left); tries++)
        assert.equal(await submitCode(place, WRONG_CODE), 'code_wrong');
    }
    await stories.runJobs();
  }

  const lengthOfNext = async (browser?: Browser) => {
    const place = await asked(person.identifier, browser);
    const code = codeTo(stories, person.mobile);
    assert.equal(await submitCode(place, code), 'new-password-required', 'nobody is shut out');
    return code.length;
  };
  const warnings = (to: string) => stories.ports.notifier.textsTo(to).filter((text) => SIGN.test(text)).length;

  it('are longer past 10 wrong ones a day, whatever code, place and address they were typed at', async () => {
    await guess(10, person.identifier);
    assert.equal(await lengthOfNext(), 6);
    await guess(1, person.identifier);
    assert.equal(await lengthOfNext(), 9);
  });

  it('are as long as before after a day without a wrong one', async () => {
    await guess(11, person.identifier);
    stories.ports.clock.move(86_000);
    assert.equal(await lengthOfNext(), 9);
    await guess(1, person.identifier);
    stories.ports.clock.move(86_000);
    assert.equal(await lengthOfNext(), 9, 'each wrong one counts for a day');
    stories.ports.clock.move(400);
    assert.equal(await lengthOfNext(), 6);
  });

  it('have the holder told, on each contact point, once', async () => {
    await guess(10, person.identifier);
    assert.deepEqual([warnings(person.mobile), warnings(person.email)], [0, 0]);
    await guess(15, person.identifier);
    assert.deepEqual([warnings(person.mobile), warnings(person.email)], [1, 1]);
    assert.equal(stories.ports.audit.outcomes('password-recovery').filter((it) => /guessed/.test(it)).length, 1);
    stories.ports.clock.move(86_400);
    await guess(11, person.identifier);
    assert.deepEqual([warnings(person.mobile), warnings(person.email)], [2, 2], 'and again another day');
  });

  it('are answered once the telling is asked for: where that fails, so does the answer, whoever is meant', async () => {
    let isAway = false;
    stories = openStories({
      ports: ({ jobs }) => ({
        jobs: {
          ...jobs,
          async add(name, payload, event) {
            if (isAway && name === 'tell-wrong-codes') throw storeUnavailable();
            await jobs.add(name, payload, event);
          },
        },
      }),
    });
    person = await createReachable(stories);
    for (const identifier of [person.identifier, randomNir()]) {
      await guess(10, identifier);
      const place = await asked(identifier);
      isAway = true;
      assert.equal(await submitCode(place, WRONG_CODE), 'store_unavailable');
      assert.equal(await submitCode(place, WRONG_CODE), 'code_wrong', 'its twin has nobody to tell');
      isAway = false;
    }
  });

  it('are counted by account, whichever of two identifiers was typed', async () => {
    const contactPoints = [{ kind: 'mobile' as const, value: '+33612399001', verified: true }];
    const { nir, provisional } = await createWithBoth(stories, { contactPoints });
    await guess(6, nir);
    await guess(5, provisional);
    await asked(nir);
    assert.equal(codeTo(stories, '+33612399001').length, 9);
  });

  it('of a browser that has signed in before are counted apart: strangers do not make them longer', async () => {
    const browser = newBrowser();
    await signIn(createPlace(stories, { browser }), person.identifier);
    await guess(11, person.identifier);
    assert.equal(await lengthOfNext(browser), 6);
    await guess(11, person.identifier, browser);
    assert.equal(await lengthOfNext(browser), 9);
  });

  it('of an unknown person are answered by the same answers and the same work', async () => {
    const seen: Record<string, unknown[]> = { known: [], unknown: [] };
    for (const [who, identifier] of [['known', person.identifier] as const, ['unknown', randomNir()] as const])
      for (let code = 0; code < 3; code++) {
        const place = await asked(identifier);
        for (let tries = 0; tries < 6; tries++)
          seen[who]?.push(await watchRefusal(stories, () => place.run('submitRecoveryCode', { code: WRONG_CODE })));
        await stories.runJobs();
      }
    assert.deepEqual(seen.known, seen.unknown);
  });

  it('of one person lengthen nobody else’s codes, on whatever browser', async () => {
    await guess(11, person.identifier);
    const [browser, other] = [newBrowser(), await createReachable(stories)];
    person = other;
    assert.equal(await lengthOfNext(), 6);
    await signIn(createPlace(stories, { browser }), other.identifier);
    assert.equal(await lengthOfNext(browser), 6);
  });

  it('of unknown people are counted apart by what was typed, and have a job done that tells nobody', async () => {
    const tellings = () => stories.ports.jobs.added.filter(({ name }) => name === 'tell-wrong-codes');
    const [one, other] = [randomNir(), randomNir()];
    await guess(10, one);
    await guess(10, other);
    assert.deepEqual(tellings(), []);
    await guess(1, one);
    await guess(5, one);
    assert.deepEqual(tellings(), [{ name: 'tell-wrong-codes', payload: {} }]);
  });

  it('of nobody ask for no account', async () => {
    const asked: unknown[] = [];
    stories = openStories({
      ports: ({ accounts }) => ({
        accounts: {
          ...accounts,
          async findRecoverableById(accountId) {
            asked.push(accountId);
            return accounts.findRecoverableById(accountId);
          },
        },
      }),
    });
    person = await createReachable(stories);
    const { accountId } = person;
    await stories.ports.jobs.add('tell-wrong-codes', {});
    await stories.runJobs();
    assert.deepEqual(asked, []);
    await stories.ports.jobs.add('tell-wrong-codes', { accountId: 'gone' });
    await stories.runJobs();
    assert.deepEqual([asked.splice(0), stories.ports.audit.events], [['gone'], []], 'an account that is gone');
    await stories.ports.jobs.add('tell-wrong-codes', { accountId });
    await stories.runJobs();
    assert.deepEqual(asked, [accountId]);
    assert.deepEqual(stories.ports.audit.events.at(-1), {
      kind: 'password-recovery',
      outcome: 'codes-guessed-at',
      accountId,
    });
  });

  it('of nobody tell nobody', async () => {
    const already = stories.ports.notifier.sent.length;
    await guess(12, randomNir());
    assert.equal(stories.ports.notifier.sent.length, already);
  });
});

describe('messages that strangers ask for', () => {
  it('use up neither the share of a browser that has signed in, nor that of one that has just recovered', async () => {
    const stories = openStories();
    const person = await createReachable(stories);
    const browser = createBrowser(stories.ports.clock);
    await signIn(createPlace(stories, { browser }), person.identifier);
    const count = () => stories.ports.notifier.textsTo(person.mobile).length;
    const ask = async (by?: Browser) => {
      const already = count();
      await askForCode(createPlace(stories, { browser: by }), person.identifier);
      await stories.runJobs();
      stories.ports.clock.move(60);
      return count() - already;
    };
    const place = createPlace(stories);
    await proveCode(stories, place, person);
    stories.ports.clock.move(60);
    for (const sent of [1, 1, 0, 0]) assert.equal(await ask(), sent);
    assert.equal(await ask(browser), 1, 'the holder on a browser of theirs');
    await changePassword(place, NEW_PASSWORD);
    await stories.runJobs();
    assert.equal(await ask(browser), 0, 'a new password ends what the others were known for');
    assert.equal(await ask(place.browser), 1, 'the browser that recovered');
  });
});
