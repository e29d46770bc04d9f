/** The suite of the challenges of captchas: so many tries, one use, and every time a second before and at its end. */
import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import type { CaptchaResult } from '../../src/ports/captcha.ts';
import type { CaptchaChallenges, Judge } from '../../src/ports/captcha-challenges.ts';
import { CAPTCHAS_AN_HOUR, somewhere } from '../support/captchas.ts';
import { type Backend, findReadable, type Opening, PARALLEL, TRIALS, unavailable, unique } from './backends.ts';

const LIFE = 300;
const SOLVED_LIFE = 300;
/** Less is too little for somebody who has yet to answer. */
const TO_ANSWER = 90;

const RIGHT = () => true;
const WRONG = () => false;

/** What a captcha keeps of a challenge. */
export interface Content {
  readonly answer: string;
}

export function describeCaptchaChallenges(name: string, { open, away }: Opening<CaptchaChallenges<Content>>): void {
  describe(`the challenges of captchas, on ${name}`, () => {
    let backend: Backend<CaptchaChallenges<Content>>;
    let challenges: CaptchaChallenges<Content>;
    let uid: string;
    before(async () => {
      backend = await open();
      challenges = backend.port;
    });
    beforeEach(() => {
      uid = unique();
    });
    after(() => backend.close());

    const create = async (answer = unique()) =>
      (await challenges.create(uid, somewhere(), () => ({ answer }))).captchaId;
    const solve = (captchaId: string, isRight: Judge<Content> | undefined) => challenges.solve(captchaId, uid, isRight);
    const verify = (captchaId: string, isRight: Judge<Content> | undefined) =>
      challenges.verify(captchaId, uid, isRight);
    const answerable = (captchaId: string) => challenges.findAnswerable(captchaId, uid);
    const solved = async () => {
      const captchaId = await create();
      assert.equal(await solve(captchaId, RIGHT), 'right');
      return captchaId;
    };

    it('are told with their id and their life, each with an id of its own, and give back what was made', async () => {
      const content = { answer: unique() };
      const made = await challenges.create(uid, somewhere(), async () => content);
      assert.deepEqual(made, { captchaId: made.captchaId, expiresInSeconds: LIFE });
      assert.ok(made.captchaId.length >= 43, '256 bits');
      assert.notEqual(await create(), made.captchaId);
      assert.deepEqual(await challenges.find(made.captchaId, uid), content);
    });

    it('ask whether an answer is right with the content, and of an answer that was given alone', async () => {
      const captchaId = await create('KNOWN7');
      const asked: Content[] = [];
      const judge = (content: Content) => asked.push(content) > 1;
      assert.deepEqual(
        [await solve(captchaId, undefined), await verify(captchaId, undefined)],
        Array(2).fill('unanswered'),
      );
      assert.deepEqual(asked, []);
      assert.deepEqual([await solve(captchaId, judge), await solve(captchaId, judge)], ['wrong', 'right']);
      assert.deepEqual(asked, [{ answer: 'KNOWN7' }, { answer: 'KNOWN7' }]);
    });

    it('wait for a judge that takes its time', async () => {
      assert.equal(await challenges.solve(await create(), uid, async () => false), 'wrong');
      assert.equal(await challenges.solve(await create(), uid, async () => true), 'right');
    });

    it('have three tries: the third may be right, and none is asked for after it', async () => {
      const captchaId = await create();
      assert.deepEqual([await solve(captchaId, WRONG), await solve(captchaId, WRONG)], ['wrong', 'wrong']);
      assert.ok(await challenges.find(captchaId, uid), 'one try is left');
      assert.ok(await answerable(captchaId));
      assert.equal(await solve(captchaId, RIGHT), 'right');

      const spent = await create();
      for (let tries = 0; tries < 3; tries++) assert.equal(await verify(spent, WRONG), 'wrong');
      const never = () => assert.fail('no try is left');
      assert.deepEqual([await verify(spent, never), await solve(spent, undefined)], ['expired', 'expired']);
      assert.equal(await challenges.find(spent, uid), undefined);
      assert.equal(await answerable(spent), undefined);
    });

    it('stay solved at the cost of no try, whatever is answered, and are used once', async () => {
      const captchaId = await solved();
      for (const isRight of [undefined, WRONG, WRONG, WRONG, WRONG])
        assert.equal(await solve(captchaId, isRight), 'right');
      assert.ok(await challenges.find(captchaId, uid), 'it can be shown again');
      assert.equal(await verify(captchaId, undefined), 'right');
      for (const again of [solve, verify]) assert.equal(await again(captchaId, RIGHT), 'expired');
      assert.equal(await challenges.find(captchaId, uid), undefined);
      assert.equal(await answerable(captchaId), undefined);
    });

    it('are used by a right answer alone', async () => {
      const captchaId = await create();
      assert.equal(await verify(captchaId, WRONG), 'wrong');
      assert.equal(await verify(captchaId, undefined), 'unanswered');
      assert.deepEqual([await verify(captchaId, RIGHT), await verify(captchaId, RIGHT)], ['right', 'expired']);
    });

    it('are found, answered and used in their own interaction alone, where they keep their tries', async () => {
      const other = unique();
      for (const captchaId of [await create(), await solved()]) {
        const never = () => assert.fail('it is of another interaction');
        for (let tries = 0; tries < 4; tries++) {
          assert.equal(await challenges.solve(captchaId, other, never), 'expired');
          assert.equal(await challenges.verify(captchaId, other, never), 'expired');
        }
        assert.equal(await challenges.find(captchaId, other), undefined);
        assert.equal(await challenges.findAnswerable(captchaId, other), undefined);
        assert.equal(await verify(captchaId, RIGHT), 'right');
      }
    });

    it('that nobody made are expired, and there is nothing to find', async () => {
      assert.deepEqual([await solve(unique(), RIGHT), await verify(unique(), RIGHT)], ['expired', 'expired']);
      assert.equal(await challenges.find(unique(), uid), undefined);
      assert.equal(await answerable(unique()), undefined);
    });

    it('can be answered for five minutes', async () => {
      const [early, late] = [await create(), await create()];
      await backend.pass(LIFE - 1);
      assert.ok(await challenges.find(late, uid));
      assert.equal(await solve(early, RIGHT), 'right');
      await backend.pass(1);
      assert.equal(await challenges.find(late, uid), undefined);
      assert.deepEqual([await solve(late, RIGHT), await verify(late, RIGHT)], ['expired', 'expired']);
    });

    it('that are solved can be used for five minutes more, however late that was', async () => {
      const [used, late] = [await create(), await create()];
      await backend.pass(LIFE - 1);
      for (const captchaId of [used, late]) assert.equal(await solve(captchaId, RIGHT), 'right');
      await backend.pass(SOLVED_LIFE - 1);
      assert.equal(await verify(used, undefined), 'right');
      await backend.pass(1);
      assert.deepEqual([await solve(late, RIGHT), await verify(late, RIGHT)], ['expired', 'expired']);
    });

    it('that are solved at once do not live longer for it', async () => {
      const captchaId = await solved();
      await backend.pass(SOLVED_LIFE);
      assert.deepEqual([await solve(captchaId, RIGHT), await verify(captchaId, RIGHT)], ['expired', 'expired']);
    });

    it('are answerable, with what is left of their life, while that is enough', async () => {
      const captchaId = await create();
      const { isSolved, ...first } = (await answerable(captchaId)) ?? assert.fail();
      assert.equal(isSolved, undefined);
      assertAbout(first, captchaId, LIFE);
      await backend.pass(100);
      assertAbout(await answerable(captchaId), captchaId, LIFE - 100);
      await backend.pass(LIFE - 100 - TO_ANSWER);
      assert.deepEqual(await answerable(captchaId), { captchaId, expiresInSeconds: TO_ANSWER });
      await backend.pass(1);
      assert.equal(await answerable(captchaId), undefined);
      assert.ok(await challenges.find(captchaId, uid), 'who has it before the eyes can still answer');
    });

    it('that are solved are answerable, and said to be solved, while enough of that is left', async () => {
      const captchaId = await create();
      await backend.pass(LIFE - 1);
      await solve(captchaId, RIGHT);
      const { isSolved, ...found } = (await answerable(captchaId)) ?? assert.fail();
      assert.equal(isSolved, true);
      assertAbout(found, captchaId, SOLVED_LIFE);
      await backend.pass(SOLVED_LIFE - TO_ANSWER - 1);
      assert.equal((await answerable(captchaId))?.isSolved, true);
      await backend.pass(2);
      assert.equal(await answerable(captchaId), undefined);
      assert.equal(await verify(captchaId, undefined), 'right', 'who sends the form in time is let through');
    });

    it('leave once the limit of a client address, and nothing is made past it', async () => {
      const address = somewhere();
      const make = () => ({ answer: 'made' });
      for (let count = 0; count < CAPTCHAS_AN_HOUR; count++) await challenges.create(uid, address, make);
      const refused = challenges.create(uid, address, () => assert.fail('nothing is made'));
      await assert.rejects(refused, (error) => {
        assert.ok(error instanceof ServiceError && error.code === 'too_many_requests');
        return true;
      });
      assert.ok(await challenges.create(uid, somewhere(), make), 'another address has a limit of its own');
    });

    it(`of ${PARALLEL} right answers at once, have one that is used, ${TRIALS} times`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const captchaId = trial % 2 === 0 ? await create() : await solved();
        const results = await atOnce(() => verify(captchaId, RIGHT));
        assert.deepEqual([count(results, 'right'), count(results, 'expired')], [1, PARALLEL - 1], `trial ${trial}`);
        assert.equal(await verify(captchaId, RIGHT), 'expired');
      }
    });

    it(`of ${PARALLEL} wrong answers at once, compare three, ${TRIALS} times`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const captchaId = await create();
        let compared = 0;
        const results = await atOnce(() => challenges.solve(captchaId, uid, () => ++compared < 0));
        assert.deepEqual([compared, count(results, 'wrong'), count(results, 'expired')], [3, 3, PARALLEL - 3]);
      }
    });

    it('answered rightly by many at once are solved, and nobody is told that the answer was wrong', async () => {
      const captchaId = await create();
      const results = await atOnce(() => solve(captchaId, RIGHT));
      assert.ok(count(results, 'right') >= 3);
      assert.equal(count(results, 'wrong'), 0);
      assert.equal(await solve(captchaId, undefined), 'right');
    });

    it('leave neither id, interaction nor answer readable at rest', async () => {
      const answer = unique();
      const captchaId = await create(answer);
      await solve(captchaId, RIGHT);
      const dump = await backend.atRest();
      for (const kind of ['captcha:', 'captcha-solved:']) assert.ok(dump.includes(kind), `the dump holds ${kind}`);
      assert.deepEqual(findReadable(dump, [captchaId, uid, answer]), []);
    });
  });

  if (away)
    describe(`the challenges of captchas, on ${name}, with the store away`, () => {
      let backend: Backend<CaptchaChallenges<Content>>;
      before(async () => {
        backend = await away();
      });
      after(() => backend.close());

      it('say store_unavailable, and neither that an answer is right nor that it is wrong', async () => {
        const challenges = backend.port;
        await assert.rejects(
          challenges.create('u', somewhere(), () => ({ answer: 'a' })),
          unavailable,
        );
        await assert.rejects(challenges.find('c', 'u'), unavailable);
        await assert.rejects(challenges.findAnswerable('c', 'u'), unavailable);
        await assert.rejects(challenges.solve('c', 'u', RIGHT), unavailable);
        await assert.rejects(challenges.verify('c', 'u', RIGHT), unavailable);
      });
    });
}

/** A moment has passed since. */
function assertAbout(
  found: { captchaId: string; expiresInSeconds: number } | undefined,
  captchaId: string,
  seconds: number,
) {
  assert.deepEqual(found, { captchaId, expiresInSeconds: found?.expiresInSeconds });
  assert.ok(
    found && found.expiresInSeconds > seconds - 3 && found.expiresInSeconds <= seconds,
    `${found?.expiresInSeconds}`,
  );
}

function atOnce(answer: () => Promise<CaptchaResult>): Promise<CaptchaResult[]> {
  return Promise.all(Array.from({ length: PARALLEL }, answer));
}

function count(results: readonly CaptchaResult[], wanted: CaptchaResult): number {
  return results.filter((result) => result === wanted).length;
}
