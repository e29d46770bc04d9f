/** What every captcha promises, over every store. */
import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import type { Captcha, CaptchaResult } from '../../src/ports/captcha.ts';
import { CAPTCHAS_AN_HOUR, somewhere } from '../support/captchas.ts';
import { type Backend, findReadable, type Opening, PARALLEL, TRIALS } from './backends.ts';

/** A captcha, and the right answer, read behind the port. */
export interface ReadableCaptcha extends Captcha {
  answerOf(captchaId: string, uid: string): Promise<string>;
}

const LIFE_SECONDS = 300;
const PNG = '89504e470d0a1a0a';

export function describeCaptcha(name: string, { open }: Opening<ReadableCaptcha>): void {
  describe(`captcha, ${name}`, () => {
    let backend: Backend<ReadableCaptcha>;
    let captcha: ReadableCaptcha;
    before(async () => {
      backend = await open();
      captcha = backend.port;
    });
    after(() => backend.close());

    const create = async (uid: string) => {
      const { captchaId } = await captcha.create(uid, 'fr', somewhere());
      return { captchaId, answer: await captcha.answerOf(captchaId, uid) };
    };

    it('shows a picture and plays a sound, the same ones each time', async () => {
      for (const locale of ['fr', 'en'] as const) {
        const { captchaId, expiresInSeconds } = await captcha.create('shown', locale, somewhere());
        assert.equal(expiresInSeconds, LIFE_SECONDS);
        const [picture, again] = [await captcha.picture(captchaId, 'shown'), await captcha.picture(captchaId, 'shown')];
        assert.equal(picture?.toString('hex', 0, 8), PNG);
        assert.deepEqual(picture, again);
        const [sound, repeated] = [await captcha.sound(captchaId, 'shown'), await captcha.sound(captchaId, 'shown')];
        assert.equal(sound?.toString('latin1', 0, 4), 'RIFF');
        assert.deepEqual(sound, repeated);
      }
    });

    it('accepts the right answer in any case and with spaces', async () => {
      const { captchaId, answer } = await create('spaces');
      const typed = ` ${answer.toLowerCase().slice(0, 3)} ${answer.slice(3)}\u00a0`;
      assert.equal(await captcha.verify(captchaId, 'spaces', typed), 'right');
    });

    it('is used once', async () => {
      const { captchaId, answer } = await create('once');
      assert.equal(await captcha.verify(captchaId, 'once', answer), 'right');
      assert.equal(await captcha.verify(captchaId, 'once', answer), 'expired');
      assert.equal(await captcha.picture(captchaId, 'once'), undefined);
      assert.equal(await captcha.sound(captchaId, 'once'), undefined);
    });

    it('is right at the third try', async () => {
      const { captchaId, answer } = await create('third');
      assert.equal(await captcha.verify(captchaId, 'third', ''), 'wrong');
      assert.equal(await captcha.verify(captchaId, 'third', `${answer}4`), 'wrong');
      assert.equal(await captcha.verify(captchaId, 'third', answer), 'right');
    });

    it('ends after three wrong answers, also for the right one', async () => {
      const { captchaId, answer } = await create('three');
      for (const typed of ['aaaaaa', answer.slice(1), '0'])
        assert.equal(await captcha.verify(captchaId, 'three', typed), 'wrong');
      assert.equal(await captcha.verify(captchaId, 'three', answer), 'expired');
      assert.equal(await captcha.picture(captchaId, 'three'), undefined);
      assert.equal(await captcha.sound(captchaId, 'three'), undefined);
    });

    describe('that is solved while it is not used yet', () => {
      const solved = async (uid: string) => {
        const made = await create(uid);
        assert.equal(await captcha.solve(made.captchaId, uid, made.answer), 'right');
        return made.captchaId;
      };

      it('stays solved, whatever is answered, costs no try, and is used once', async () => {
        const captchaId = await solved('solved');
        for (const typed of [undefined, 'wrong', '', 'wrong', 'wrong'])
          assert.equal(await captcha.solve(captchaId, 'solved', typed), 'right');
        assert.equal((await captcha.findAnswerable(captchaId, 'solved'))?.isSolved, true);
        assert.equal(await captcha.verify(captchaId, 'solved', undefined), 'right');
        assert.equal(await captcha.verify(captchaId, 'solved', undefined), 'expired');
        assert.equal(await captcha.solve(captchaId, 'solved', undefined), 'expired');
        assert.equal(await captcha.findAnswerable(captchaId, 'solved'), undefined);
        assert.equal(await captcha.picture(captchaId, 'solved'), undefined);
      });

      it('is not solved in another interaction, nor by an answer that was not given', async () => {
        const captchaId = await solved('mine');
        assert.equal(await captcha.verify(captchaId, 'theirs', undefined), 'expired');
        assert.equal(await captcha.findAnswerable(captchaId, 'theirs'), undefined);
        const { captchaId: open } = await create('mine');
        for (let count = 0; count < 4; count++)
          assert.equal(await captcha.solve(open, 'mine', undefined), 'unanswered', 'and no try is taken');
        assert.equal((await captcha.findAnswerable(open, 'mine'))?.isSolved, undefined);
        for (let count = 0; count < 3; count++) assert.equal(await captcha.solve(open, 'mine', 'wrong'), 'wrong');
        assert.equal(await captcha.solve(open, 'mine', 'wrong'), 'expired');
      });

      it('ends 5 minutes after it was solved, however late that was', async () => {
        const { captchaId, answer } = await create('late');
        await backend.pass(LIFE_SECONDS - 20);
        assert.equal(await captcha.solve(captchaId, 'late', answer), 'right');
        await backend.pass(LIFE_SECONDS - 20);
        assert.equal(await captcha.solve(captchaId, 'late', undefined), 'right');
        await backend.pass(20);
        assert.equal(await captcha.solve(captchaId, 'late', undefined), 'expired');
        assert.equal(await captcha.verify(captchaId, 'late', answer), 'expired');
      });

      it(`is used by one of ${PARALLEL} at once, ${TRIALS} times, some of which answer it rightly`, async () => {
        for (let trial = 0; trial < TRIALS; trial++) {
          const { captchaId, answer } = await create('race');
          if (trial % 2 === 0) await captcha.solve(captchaId, 'race', answer);
          const results = await Promise.all(
            Array.from({ length: PARALLEL }, async (_, index) => {
              if (index < 2) await captcha.solve(captchaId, 'race', answer);
              return captcha.verify(captchaId, 'race', index % 2 === 0 ? answer : undefined);
            }),
          );
          assert.equal(count(results, 'right'), 1, `trial ${trial}`);
          assert.equal(await captcha.verify(captchaId, 'race', answer), 'expired');
        }
      });
    });

    it('of another interaction is refused, and its tries are not touched', async () => {
      const { captchaId, answer } = await create('mine');
      for (let count = 0; count < 4; count++)
        assert.equal(await captcha.verify(captchaId, 'theirs', answer), 'expired');
      assert.equal(await captcha.picture(captchaId, 'theirs'), undefined);
      assert.equal(await captcha.sound(captchaId, 'theirs'), undefined);
      assert.equal(await captcha.verify(captchaId, 'mine', answer), 'right');
    });

    it('that nobody made is refused', async () => {
      assert.equal(await captcha.verify('unknown', 'any', 'aaaaaa'), 'expired');
      assert.equal(await captcha.picture('unknown', 'any'), undefined);
      assert.equal(await captcha.sound('unknown', 'any'), undefined);
    });

    it('renewed leaves the former one as it was', async () => {
      const [former, renewed] = [await create('renewed'), await create('renewed')];
      assert.notEqual(former.captchaId, renewed.captchaId);
      assert.equal(await captcha.verify(renewed.captchaId, 'renewed', renewed.answer), 'right');
      assert.equal(await captcha.verify(former.captchaId, 'renewed', former.answer), 'right');
    });

    it(`of ${PARALLEL} right answers at once, ${TRIALS} times, one is right`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const { captchaId, answer } = await create('race');
        const results = await Promise.all(
          Array.from({ length: PARALLEL }, () => captcha.verify(captchaId, 'race', answer)),
        );
        assert.equal(count(results, 'right'), 1, `trial ${trial}`);
      }
    });

    it(`of ${PARALLEL} wrong answers at once, ${TRIALS} times, three are compared`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const { captchaId } = await create('race');
        const results = await Promise.all(
          Array.from({ length: PARALLEL }, (_, index) => captcha.verify(captchaId, 'race', `guess${index}`)),
        );
        assert.equal(count(results, 'wrong'), 3, `trial ${trial}`);
        assert.equal(count(results, 'expired'), PARALLEL - 3, `trial ${trial}`);
      }
    });

    it('lets exactly the limit of one client address through, of more at once, and says when to try again', async () => {
      const address = somewhere();
      const refused: unknown[] = [];
      const made = await Promise.all(
        Array.from({ length: CAPTCHAS_AN_HOUR + PARALLEL }, () =>
          captcha.create('many', 'fr', address).catch((error) => void refused.push(error)),
        ),
      );
      assert.equal(made.filter(Boolean).length, CAPTCHAS_AN_HOUR);
      assert.equal(refused.length, PARALLEL);
      for (const error of refused) {
        assert.ok(error instanceof ServiceError && error.code === 'too_many_requests', String(error));
        assert.ok(error.retryAfterSeconds && error.retryAfterSeconds <= 3600);
      }
      assert.ok(await captcha.create('many', 'fr', somewhere()), 'another client address has a limit of its own');
    });

    it('writes nothing for a captcha that is refused', async () => {
      const address = somewhere();
      for (let made = 0; made < CAPTCHAS_AN_HOUR; made++) await captcha.create('full', 'fr', address);
      const records = async () => (await backend.atRest()).split('\n').filter((line) => line.startsWith('captcha:'));
      const before = await records();
      assert.ok(before.length >= CAPTCHAS_AN_HOUR);
      await assert.rejects(captcha.create('full', 'fr', address), { code: 'too_many_requests' });
      assert.equal((await records()).length, before.length);
    });

    it('is found again while it can be answered in good time, in its own interaction', async () => {
      const { captchaId, answer } = await create('again');
      const found = await captcha.findAnswerable(captchaId, 'again');
      assert.ok(found && found.captchaId === captchaId && found.expiresInSeconds <= LIFE_SECONDS);
      assert.equal(await captcha.findAnswerable(captchaId, 'theirs'), undefined);
      assert.equal(await captcha.findAnswerable('unknown', 'again'), undefined);
      await captcha.verify(captchaId, 'again', 'wrong');
      assert.ok(await captcha.findAnswerable(captchaId, 'again'), 'two tries are left');
      assert.equal(await captcha.verify(captchaId, 'again', answer), 'right');
      assert.equal(await captcha.findAnswerable(captchaId, 'again'), undefined);
    });

    it('is not found again when its tries are taken', async () => {
      const { captchaId } = await create('taken');
      for (let count = 0; count < 3; count++) await captcha.verify(captchaId, 'taken', 'wrong');
      assert.equal(await captcha.findAnswerable(captchaId, 'taken'), undefined);
    });

    it('is not found again when it would end while somebody types', async () => {
      const { captchaId } = await create('ending');
      await backend.pass(LIFE_SECONDS - 60);
      assert.equal(await captcha.findAnswerable(captchaId, 'ending'), undefined);
      assert.ok(await captcha.picture(captchaId, 'ending'), 'it can still be answered');
    });

    it('expires', async () => {
      const { captchaId, answer } = await create('late');
      await backend.pass(LIFE_SECONDS);
      assert.equal(await captcha.verify(captchaId, 'late', answer), 'expired');
      assert.equal(await captcha.picture(captchaId, 'late'), undefined);
    });

    it('leaves neither its id, its interaction nor its answer readable at rest', async () => {
      const { captchaId, answer } = await create('interaction-uid-at-rest');
      const dump = await backend.atRest();
      assert.ok(dump.includes('captcha:'), 'the dump holds the record');
      assert.deepEqual(findReadable(dump, [captchaId, 'interaction-uid-at-rest', answer]), []);
    });
  });
}

function count(results: readonly CaptchaResult[], wanted: CaptchaResult): number {
  return results.filter((result) => result === wanted).length;
}
