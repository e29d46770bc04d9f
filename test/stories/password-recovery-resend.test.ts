import assert from 'node:assert/strict';
import { createJobHandlers } from '../../src/app/job-handlers.ts';
import { nextCodeAt } from '../../src/domain/verification-code.ts';
import { randomNir } from '../support/people.ts';
import { createPlace, type TestPlace } from './support/place.ts';
import { refusalOf, resultOf, resultsOf, watchRefusal } from './support/refusals.ts';
import { openStories, type Stories, sending } from './support/stories.ts';
import {
  askedCode,
  askForCode,
  changePassword,
  codeTo,
  createReachable,
  proveCode,
  type ReachablePerson,
} from './support/walks.ts';

const EARLY = 'code_asked_too_early';
const WRONG_CODE = '999999';

describe('another code', () => {
  let stories: Stories;
  let person: ReachablePerson;
  let place: TestPlace;
  beforeEach(async () => {
    stories = openStories();
    person = await createReachable(stories);
    place = createPlace(stories);
  });

  const again = (where = place, channel?: 'sms' | 'mail') => where.run('resendRecoveryCode', { channel });
  const submitCode = (code: string, where = place) => where.run('submitRecoveryCode', { code });
  const sentTo = (to: string) => stories.ports.notifier.textsTo(to).length;
  const pass = (seconds: number) => stories.ports.clock.move(seconds);
  const ask = async (where = place, identifier = person.identifier) => {
    await askForCode(where, identifier);
    await stories.runJobs();
  };
  const askAgain = async (channel?: 'sms' | 'mail') => {
    const answer = await again(place, channel);
    await stories.runJobs();
    return answer;
  };

  it('is sent in one act a minute later, and the one before is void at once', async () => {
    await ask();
    const first = codeTo(stories, person.mobile);
    pass(60);
    const answer = await again();
    assert.deepEqual([answer.status, answer.json.triesLeft, answer.json.resendableInSeconds], ['code-sent', 5, 60]);
    assert.equal(await resultOf(submitCode(first)), 'code_wrong');
    await stories.runJobs();
    assert.equal(sentTo(person.mobile), 2);
    assert.equal((await submitCode(codeTo(stories, person.mobile))).status, 'new-password-required');
    assert.equal((await changePassword(place)).status, 'password-changed');
  });

  it('is refused before, with the time that is left, and nothing is asked for', async () => {
    await ask();
    for (const [passed, left] of [
      [0, 60],
      [20, 40],
      [39.5, 1],
    ] as const) {
      pass(passed);
      const { code, retryAfterSeconds } = await refusalOf(again());
      assert.deepEqual([code, retryAfterSeconds], [EARLY, left]);
      assert.equal((await place.run('showRecoveryCode')).json.resendableInSeconds, left);
    }
    assert.deepEqual(
      new Set(stories.ports.audit.outcomes('password-recovery')),
      new Set(['password-recovery: begun', 'password-recovery: code-sent']),
      'to be in a hurry is no security fact',
    );
    await stories.runJobs();
    assert.equal(sentTo(person.mobile), 1);
    assert.equal((await submitCode(codeTo(stories, person.mobile))).status, 'new-password-required');
  });

  it('is waited for from the last form on: details that were corrected begin anew', async () => {
    const perHour = stories.config.messages.perContactPointPerHour;
    for (let forms = 0; forms < perHour; forms++) {
      const { resendableInSeconds } = (await askForCode(place, randomNir())).json;
      assert.equal(resendableInSeconds, 60, `form ${forms}`);
    }
    const patient = stories.ports.jobs.added.filter(({ payload }) => 'askedAgainAtMs' in payload);
    assert.deepEqual(patient, []);
    pass(60);
    assert.equal((await again()).status, 'code-sent');
    assert.ok('askedAgainAtMs' in (stories.ports.jobs.added.at(-1)?.payload ?? {}));
  });

  it('goes where it is asked to go, and the next one there too', async () => {
    await ask();
    pass(60);
    assert.equal((await askAgain('mail')).json.channel, 'mail');
    assert.deepEqual([sentTo(person.mobile), sentTo(person.email)], [1, 1]);
    pass(60);
    assert.equal((await askAgain()).json.channel, 'mail');
    assert.deepEqual([sentTo(person.mobile), sentTo(person.email)], [1, 2]);
  });

  it('is asked for as often in an hour as a contact point is sent one: the last code stays alive', async () => {
    await ask();
    for (let count = 0; count < 2; count++) {
      pass(60);
      assert.equal((await askAgain()).status, 'code-sent');
    }
    pass(60);
    const { code, retryAfterSeconds } = await refusalOf(again());
    assert.deepEqual([code, retryAfterSeconds], [EARLY, 3600 - 180]);
    assert.equal(sentTo(person.mobile), 3);
    assert.equal((await submitCode(codeTo(stories, person.mobile))).status, 'new-password-required');
  });

  it('is answered alike for known and unknown people, and so are its refusal and the tries that are left', async () => {
    const seen = [];
    for (const [identifier, birthDate] of [
      [person.identifier, undefined],
      [person.identifier, '04/11/1962'],
      [randomNir(), undefined],
    ] as const) {
      const where = createPlace(stories);
      await askForCode(where, identifier, { birthDate });
      await stories.runJobs();
      const early = await watchRefusal(stories, () => again(where));
      const wrong = await watchRefusal(stories, () => submitCode(WRONG_CODE, where));
      const left = (await where.run('showRecoveryCode')).json.triesLeft;
      pass(60);
      const calls = await stories.callsDuring(() => again(where));
      const { masked: _masked, resendableAt: _at, ...json } = (await where.run('showRecoveryCode')).json;
      await stories.runJobs();
      seen.push({ early, wrong, left, calls, json, proofs: Object.keys(where.proofs()['password-recovery'] ?? {}) });
    }
    assert.deepEqual(seen[1], seen[0]);
    assert.deepEqual(seen[2], seen[0]);
    assert.deepEqual([seen[0]?.left, seen[0]?.calls], [4, ['rateLimiter.count', 'audit.record', 'jobs.add']]);
  });

  it('tells how many tries each wrong code leaves, down to none, and another code has all of them again', async () => {
    await ask();
    for (const left of [4, 3, 2, 1, 0]) {
      assert.equal((await refusalOf(submitCode(WRONG_CODE))).triesLeft, left);
      assert.equal((await place.run('showRecoveryCode')).json.triesLeft, left);
    }
    assert.equal(await resultOf(submitCode(codeTo(stories, person.mobile))), 'code_tries_exceeded');
    pass(60);
    assert.equal((await askAgain()).json.triesLeft, 5);
    assert.equal((await submitCode(codeTo(stories, person.mobile))).status, 'new-password-required');
  });

  it('voids what the one before has proved', async () => {
    await proveCode(stories, place, person);
    pass(60);
    await askAgain();
    assert.equal(await resultOf(changePassword(place)), 'step_not_available');
  });

  it('is for nobody who has not asked for one here', async () => {
    assert.equal(await resultOf(again()), 'step_not_available');
    await ask();
    assert.equal(await resultOf(again(createPlace(stories, { browser: place.browser }))), 'step_not_available');
  });

  it('is not to be had, nor is anything else, from what a version before this one has kept: begin again', async () => {
    const old = JSON.parse(JSON.stringify({ codeId: 'code-1', identifierType: 'nir', typedAs: 'typed' }));
    const { identifier, askedAtMs } = askedCode;
    for (const former of [old, { ...old, identifier }, { ...old, askedAtMs }]) {
      place.keep({ proofs: { 'password-recovery': former } });
      for (const step of [() => again(), () => submitCode('123456'), () => place.run('showRecoveryCode')])
        assert.equal(await resultOf(step()), 'step_not_available');
      const form = { status: 'password-recovery', identifierType: 'nir', kept: { form: { identifierType: 'nir' } } };
      assert.deepEqual(await place.outcomeOf('showPasswordRecovery'), form);
    }
    await ask();
    assert.equal((await submitCode(codeTo(stories, person.mobile))).status, 'new-password-required');
  });

  it('spends the limit by client address, as every step of a recovery', async () => {
    const where = createPlace(stories, { address: '192.0.2.77' });
    await askForCode(where, randomNir());
    assert.deepEqual(new Set(await resultsOf(59, () => again(where))), new Set([EARLY]));
    assert.equal(await resultOf(again(where)), 'too_many_requests');
  });

  it('reaches somebody whose message before was counted a moment after they asked', async () => {
    await askForCode(place, person.identifier);
    pass(3);
    await stories.runJobs();
    pass(57);
    await again();
    await stories.runJobs();
    assert.equal(sentTo(person.mobile), 1, 'too early for the contact point by 3 seconds');
    pass(3);
    await stories.runJobs();
    assert.equal(sentTo(person.mobile), 2);
    assert.equal((await submitCode(codeTo(stories, person.mobile))).status, 'new-password-required');
    assert.deepEqual(stories.ports.audit.outcomes('password-recovery-search'), [
      'password-recovery-search: sent',
      'password-recovery-search: sent',
    ]);
  });

  it('waits for its contact point for less than 15 seconds, tried every other one', async () => {
    for (const [passed, outcome] of [
      [14.999, 'sent'],
      [15, 'throttled'],
    ] as const) {
      stories = openStories();
      [person, place] = [await createReachable(stories), createPlace(stories)];
      await ask();
      pass(60);
      await ask(createPlace(stories));
      await again();
      pass(passed);
      const putOff = await runPutOff();
      const [last] = stories.ports.audit.outcomes('password-recovery-search').slice(-1);
      assert.deepEqual([putOff, last], [outcome === 'sent' ? [2] : [], `password-recovery-search: ${outcome}`]);
    }
  });

  /** Does the jobs that wait. @returns by how many seconds each was put off. */
  async function runPutOff(): Promise<readonly number[]> {
    const seconds: number[] = [];
    const handlers = createJobHandlers(stories.config, { ...stories.ports, ...sending(stories.config) });
    const search = handlers['start-password-recovery'];
    await stories.ports.jobs.run({
      ...handlers,
      'start-password-recovery': (payload, attempt) =>
        search(payload, {
          ...attempt,
          putOff(after) {
            seconds.push(after);
            attempt.putOff(after);
          },
        }),
    });
    return seconds;
  }

  it('is given up after a while where its contact point has had its share from elsewhere', async () => {
    await ask();
    pass(59);
    await ask(createPlace(stories));
    for (let count = 0; count < 2; count++) {
      pass(60);
      await ask(createPlace(stories));
    }
    await again();
    await stories.runJobs();
    pass(15);
    await stories.runJobs();
    assert.equal(
      stories.ports.audit.outcomes('password-recovery-search').at(-1),
      'password-recovery-search: throttled',
    );
    pass(3600);
    await stories.runJobs();
    assert.equal(sentTo(person.mobile), 3, 'nothing comes late');
  });

  describe('asked for twice at once', () => {
    /** Both requests see the place as it stood before either: the later of the two is what it keeps. */
    const twice = async (ask: () => Promise<unknown>) => {
      const putBack = place.standing();
      await ask();
      const first = place.proofs();
      putBack();
      await ask();
      return [first, place.proofs()].map((kept) => kept['password-recovery']?.codeId);
    };

    for (const winner of [0, 1])
      it(`(request ${winner + 1} is kept) is one code, whichever message leaves: the first, or another`, async () => {
        const ids = await twice(() => askForCode(place, person.identifier));
        assert.equal(ids[winner], ids[1 - winner]);
        await stories.runJobs();
        assert.equal(sentTo(person.mobile), 1);
        pass(60);
        const more = await twice(() => again());
        assert.equal(more[0], more[1]);
        assert.notEqual(more[0], ids[0]);
        await stories.runJobs();
        assert.equal(sentTo(person.mobile), 2);
        assert.equal((await submitCode(codeTo(stories, person.mobile))).status, 'new-password-required');
      });

    it('with other details is another code, and so is one after a password was set', async () => {
      const other = await twice(() => askForCode(place, person.identifier));
      const birthDate = '04/11/1962';
      assert.notEqual((await twice(() => askForCode(place, person.identifier, { birthDate })))[0], other[0]);
      [person, place] = [await createReachable(stories), createPlace(stories)];
      await proveCode(stories, place, person);
      const used = place.proofs()['password-recovery']?.codeId;
      await changePassword(place);
      pass(60);
      await ask();
      assert.notEqual(place.proofs()['password-recovery']?.codeId, used);
      assert.equal((await submitCode(codeTo(stories, person.mobile))).status, 'new-password-required');
    });
  });

  it('is waited for from the last one on, and from the first of the hour once all of its share was asked for', () => {
    const waits = { secondsBetween: 60, perHour: 3 };
    assert.equal(nextCodeAt([], waits), 0);
    assert.equal(nextCodeAt([1000], waits), 61_000);
    assert.equal(nextCodeAt([1000, 90_000], waits), 150_000);
    assert.equal(nextCodeAt([1000, 90_000, 200_000], waits), 3_601_000);
    assert.equal(nextCodeAt([1000, 90_000, 3_590_000], waits), 3_650_000);
    assert.equal(nextCodeAt([1000], { secondsBetween: 60, perHour: 1 }), 3_601_000);
  });
});
