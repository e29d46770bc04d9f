/** The suite of the verification codes: counted before they are compared, used once, and never readable at rest. */
import assert from 'node:assert/strict';
import type { Subject } from '../../src/domain/subject.ts';
import type { VerificationCodes } from '../../src/ports/verification-codes.ts';
import { type Backend, findReadable, type Opening, PARALLEL, TRIALS, unavailable, unique } from './backends.ts';

const LIFE_SECONDS = 600;
/** As long as anybody can type a code. */
export const TRIES_SECONDS = 4200;
export const TRIES = 5;

const CODE = '482913';
const WRONG = '482914';
const PURPOSE = 'password-recovery';

export function describeVerificationCodes(name: string, { open, away }: Opening<VerificationCodes>): void {
  describe(`the verification codes, on ${name}`, () => {
    let backend: Backend<VerificationCodes>;
    let codes: VerificationCodes;
    before(async () => {
      backend = await open();
      codes = backend.port;
    });
    after(() => backend.close());

    const account = (): Subject => ({ kind: 'account', accountId: `account-${unique()}` });
    const contactPoint = (): Subject => ({ kind: 'contact-point', key: `key-${unique()}` });

    /** @returns whose code it was; undefined for a wrong one. */
    const verify = async (codeId: string, purpose: string, code: string) =>
      (await codes.verify(codeId, purpose, code, unique())).subject;

    /** @returns the id of a new code. */
    async function create(subject: Subject = account(), code = CODE, countedAs = unique()): Promise<string> {
      const codeId = unique();
      await codes.create({ codeId, purpose: PURPOSE, code, subject, countedAs }, LIFE_SECONDS);
      return codeId;
    }

    /** What became of `count` answers at once: a subject, `wrong`, or the code of the refusal. */
    async function verifyAtOnce(count: number, codeId: string, code: string) {
      const results = await Promise.allSettled(Array.from({ length: count }, () => verify(codeId, PURPOSE, code)));
      return results.map((result) =>
        result.status === 'fulfilled' ? (result.value ?? 'wrong') : (result.reason as { code: string }).code,
      );
    }

    it('give back the subject of the right code, every field of it, whichever its kind', async () => {
      for (const subject of [account(), contactPoint()])
        assert.deepEqual(await verify(await create(subject), PURPOSE, CODE), subject);
    });

    it('count wrong ones under one key across codes, and give each its number; right ones count for none', async () => {
      const countedAs = unique();
      const subject = account();
      const numbers = [];
      for (let code = 0; code < 3; code++) {
        const codeId = await create(subject, CODE, countedAs);
        for (let tries = 0; tries < 2; tries++) {
          const check = await codes.verify(codeId, PURPOSE, WRONG, unique());
          assert.ok(check.subject === undefined);
          assert.deepEqual(check.about, subject);
          numbers.push(check.wrongCodes);
        }
        assert.deepEqual(await codes.verify(codeId, PURPOSE, CODE, unique()), { subject });
      }
      assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6]);
      assert.equal(await codes.wrongCodes(countedAs), 6);
      await backend.pass(86_399);
      assert.equal(await codes.wrongCodes(countedAs), 6);
      await backend.pass(1);
      assert.equal(await codes.wrongCodes(countedAs), 0);
    });

    it('that were never made are counted as nobody’s, and give numbers as those that were', async () => {
      const nobodyAs = unique();
      const numbers = [];
      for (let count = 0; count < 6; count++) {
        const check = await codes.verify(unique(), PURPOSE, WRONG, nobodyAs);
        assert.ok(check.subject === undefined && check.about === undefined);
        numbers.push(check.wrongCodes);
      }
      assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6]);
    });

    it('tell one number each of wrong ones at once', async () => {
      const nobodyAs = unique();
      const checks = await Promise.all(
        Array.from({ length: 40 }, () => codes.verify(unique(), PURPOSE, WRONG, nobodyAs)),
      );
      assert.equal(new Set(checks.map((check) => (check.subject ? 0 : check.wrongCodes))).size, 40);
    });

    it('are used once', async () => {
      const codeId = await create();
      assert.ok(await verify(codeId, PURPOSE, CODE));
      assert.equal(await verify(codeId, PURPOSE, CODE), undefined);
    });

    it('are right after a wrong answer too', async () => {
      const codeId = await create();
      for (const wrong of [WRONG, '', `${CODE}0`]) assert.equal(await verify(codeId, PURPOSE, wrong), undefined);
      assert.ok(await verify(codeId, PURPOSE, CODE));
    });

    it(`are refused after ${TRIES} tries, also the right one, with the time to wait`, async () => {
      const [codeId, twin] = [await create(), await create()];
      for (let tries = 1; tries < TRIES; tries++)
        for (const id of [codeId, twin]) assert.equal(await verify(id, PURPOSE, WRONG), undefined);
      assert.ok(await verify(twin, PURPOSE, CODE), 'the last try may be right');
      assert.equal(await verify(codeId, PURPOSE, WRONG), undefined);
      await assert.rejects(verify(codeId, PURPOSE, CODE), ({ code, retryAfterSeconds }) => {
        assert.equal(code, 'code_tries_exceeded');
        return retryAfterSeconds > TRIES_SECONDS - 5 && retryAfterSeconds <= TRIES_SECONDS;
      });
    });

    it('tell the first refusal of a code from those that repeat it', async () => {
      for (const codeId of [await create(), unique()]) {
        for (let tries = 0; tries < TRIES; tries++) await verify(codeId, PURPOSE, WRONG);
        for (const repeated of [false, true, true])
          await assert.rejects(verify(codeId, PURPOSE, CODE), { code: 'code_tries_exceeded', details: { repeated } });
      }
    });

    it('count no wrong code of those that they refuse', async () => {
      const countedAs = unique();
      const codeId = await create(account(), CODE, countedAs);
      for (let tries = 0; tries < TRIES; tries++) await verify(codeId, PURPOSE, WRONG);
      for (let tries = 0; tries < 3; tries++) await assert.rejects(verify(codeId, PURPOSE, WRONG));
      assert.equal(await codes.wrongCodes(countedAs), TRIES);
    });

    it('have their tries counted for so long, and not a second longer', async () => {
      const codeId = unique();
      for (let tries = 0; tries < TRIES; tries++) await verify(codeId, PURPOSE, WRONG);
      await backend.pass(TRIES_SECONDS - 1);
      await assert.rejects(verify(codeId, PURPOSE, WRONG), { code: 'code_tries_exceeded' });
      await backend.pass(1);
      assert.equal(await codes.triesLeft(codeId, PURPOSE), TRIES);
      assert.equal(await verify(codeId, PURPOSE, WRONG), undefined);
    });

    it('have so many tries in all, those before they are made and late in their life among them', async () => {
      const codeId = unique();
      await verify(codeId, PURPOSE, WRONG);
      await backend.pass(30);
      await codes.create(
        { codeId, purpose: PURPOSE, code: CODE, subject: account(), countedAs: unique() },
        LIFE_SECONDS,
      );
      for (let tries = 1; tries < TRIES; tries++) assert.equal(await verify(codeId, PURPOSE, WRONG), undefined);
      await backend.pass(LIFE_SECONDS - 10);
      await assert.rejects(verify(codeId, PURPOSE, CODE), { code: 'code_tries_exceeded' });
    });

    it('that were never made answer as wrong ones do, and count tries alike', async () => {
      const unknown = unique();
      for (let tries = 0; tries < TRIES; tries++) assert.equal(await verify(unknown, PURPOSE, CODE), undefined);
      await assert.rejects(verify(unknown, PURPOSE, CODE), { code: 'code_tries_exceeded' });
    });

    it('say how many tries are left, the same of one that was never made, and asking takes none', async () => {
      const [codeId, unknown] = [await create(), unique()];
      const left = async () => [await codes.triesLeft(codeId, PURPOSE), await codes.triesLeft(unknown, PURPOSE)];
      for (let tries = TRIES; tries > 0; tries--) {
        assert.deepEqual(await left(), [tries, tries]);
        for (const id of [codeId, unknown]) await verify(id, PURPOSE, WRONG);
      }
      assert.deepEqual(await left(), [0, 0]);
      for (const id of [codeId, unknown]) await assert.rejects(verify(id, PURPOSE, CODE));
      assert.deepEqual(await left(), [0, 0]);
      assert.equal(await codes.triesLeft(codeId, 'registration'), TRIES);
    });

    it('do not meet: neither their codes nor their tries', async () => {
      const [mine, theirs] = [contactPoint(), contactPoint()];
      const [codeId, other] = [await create(mine), await create(theirs)];
      await verifyAtOnce(TRIES + 1, other, WRONG);
      assert.deepEqual(await verify(codeId, PURPOSE, CODE), mine);
    });

    it('of two purposes stand apart, also under one id', async () => {
      const [codeId, subject] = [unique(), account()];
      await codes.create({ codeId, purpose: PURPOSE, code: CODE, subject, countedAs: unique() }, LIFE_SECONDS);
      for (let tries = 0; tries <= TRIES; tries++)
        await verify(codeId, 'registration', CODE).then(
          (found) => assert.equal(found, undefined),
          (error) => assert.equal(error.code, 'code_tries_exceeded'),
        );
      const other = { codeId, purpose: 'registration', code: WRONG, subject: contactPoint(), countedAs: unique() };
      await codes.create(other, LIFE_SECONDS);
      assert.deepEqual(await verify(codeId, PURPOSE, CODE), subject);
    });

    it('that are made again live anew, unless they were used', async () => {
      const code = { codeId: unique(), purpose: PURPOSE, code: CODE, subject: account(), countedAs: unique() };
      const again = () => codes.create(code, LIFE_SECONDS);
      await again();
      await backend.pass(LIFE_SECONDS - 5);
      await again();
      await backend.pass(10);
      assert.deepEqual(await verify(code.codeId, PURPOSE, CODE), code.subject);
      await again();
      assert.equal(await verify(code.codeId, PURPOSE, CODE), undefined);
    });

    it('that are removed open nothing, and one that was never made is removed without a word', async () => {
      const codeId = await create();
      await codes.remove(codeId, PURPOSE);
      await codes.remove(codeId, PURPOSE);
      await codes.remove(unique(), PURPOSE);
      assert.equal(await verify(codeId, PURPOSE, CODE), undefined);
    });

    it('live as long as it was said for each, and not a second longer', async () => {
      for (const life of [20, LIFE_SECONDS]) {
        const [early, late] = [unique(), unique()];
        for (const codeId of [early, late])
          await codes.create({ codeId, purpose: PURPOSE, code: CODE, subject: account(), countedAs: unique() }, life);
        await backend.pass(life - 1);
        assert.ok(await verify(early, PURPOSE, CODE));
        await backend.pass(1);
        assert.equal(await verify(late, PURPOSE, CODE), undefined);
      }
    });

    it(`have one winner of ${PARALLEL} right answers at once, ${TRIALS} times, and compare ${TRIES}`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const subject = trial % 2 === 0 ? account() : contactPoint();
        const results = await verifyAtOnce(PARALLEL, await create(subject), CODE);
        assert.deepEqual(
          results.filter((result) => typeof result === 'object'),
          [subject],
          `trial ${trial}`,
        );
        assert.equal(results.filter((result) => result === 'wrong').length, TRIES - 1, `trial ${trial}`);
      }
    });

    it(`compare exactly ${TRIES} of 200 answers at once`, async () => {
      const results = await verifyAtOnce(200, await create(), WRONG);
      assert.equal(results.filter((result) => result === 'wrong').length, TRIES);
      assert.equal(results.filter((result) => result === 'code_tries_exceeded').length, 200 - TRIES);
    });

    it('hold neither id, code, account nor contact point that could be read at rest', async () => {
      const subjects = [account(), contactPoint()];
      // Six digits may stand in a time by chance.
      const code = unique();
      const ids = [await create(subjects[0], code), await create(subjects[1], code)];
      const dump = await backend.atRest();
      assert.ok(dump.includes(`code:${PURPOSE}:`), 'the dump holds the records');
      const secrets = subjects.map((subject) => (subject.kind === 'account' ? subject.accountId : subject.key));
      assert.deepEqual(findReadable(dump, [code, ...ids, ...secrets]), []);
    });
  });

  if (away)
    describe(`the verification codes, on ${name}, with the store away`, () => {
      let backend: Backend<VerificationCodes>;
      before(async () => {
        backend = await away();
      });
      after(() => backend.close());

      it('say store_unavailable, and neither that a code is wrong nor that its tries are over', async () => {
        const subject: Subject = { kind: 'account', accountId: 'a' };
        const code = { codeId: 'a', purpose: PURPOSE, code: CODE, subject, countedAs: 'codes' };
        await assert.rejects(backend.port.create(code, LIFE_SECONDS), unavailable);
        await assert.rejects(backend.port.remove('a', PURPOSE), unavailable);
        for (let tries = 0; tries <= TRIES; tries++)
          await assert.rejects(backend.port.verify('a', PURPOSE, CODE, 'nobody'), unavailable);
        await assert.rejects(backend.port.wrongCodes('codes'), unavailable);
        await assert.rejects(backend.port.triesLeft('a', PURPOSE), unavailable);
      });
    });
}
