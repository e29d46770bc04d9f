import assert from 'node:assert/strict';
import {
  captchaToJson,
  captchaToKeep,
  checkCaptcha,
  findOrCreateCaptcha,
  keepCaptcha,
  solveCaptcha,
  useCaptcha,
} from '../../src/stories/kit/captcha.ts';
import { CAPTCHA_ANSWER as ANSWER } from './support/captcha.ts';
import { contextOf } from './support/context.ts';
import { createMemoryPorts, type MemoryPorts } from './support/memory-ports.ts';
import { refusalOf } from './support/refusals.ts';

const context = contextOf();
const elsewhere = contextOf({ place: { placeId: 'place-2' } });

describe('a captcha beside a form', () => {
  let ports: MemoryPorts;
  let captchaId: string;
  beforeEach(async () => {
    ports = createMemoryPorts();
    captchaId = (await findOrCreateCaptcha(ports.captcha, context, undefined)).captchaId;
  });

  const use = (captcha?: string, id: string | undefined = captchaId, where = context) =>
    useCaptcha(ports.captcha, where, { captchaId: id, captcha });
  const solve = (captcha?: string, id: string | undefined = captchaId, where = context) =>
    solveCaptcha(ports.captcha, where, { captchaId: id, captcha });
  const fieldsOf = async (step: Promise<unknown>) => (await refusalOf(step)).fields;

  it('is drawn and said from addresses of its place, and says when it is solved', () => {
    const addressOf = (path: string) => `https://id.example/interactions/u/${path}`;
    const shown = {
      captchaId: 'c-1',
      picture: 'https://id.example/interactions/u/captchas/c-1/picture',
      sound: 'https://id.example/interactions/u/captchas/c-1/sound',
      expiresInSeconds: 300,
    };
    assert.deepEqual(captchaToJson({ captchaId: 'c-1', expiresInSeconds: 300 }, addressOf), shown);
    const solved = captchaToJson({ captchaId: 'c-1', expiresInSeconds: 300, isSolved: true }, addressOf);
    assert.deepEqual(solved, { ...shown, solved: true });
  });

  it('is what its form is shown again with, unless the button asks for another one', () => {
    assert.deepEqual(keepCaptcha({ captchaId: 'c-1', expiresInSeconds: 300 }), { form: { captchaId: 'c-1' } });
    assert.equal(captchaToKeep({ captchaId: 'c-1' }), 'c-1');
    const renewed: object = { captchaId: 'c-1', renew: '' };
    assert.equal(captchaToKeep(renewed), undefined);
    for (const other of [undefined, 7, ['c-1'], null]) assert.equal(captchaToKeep({ captchaId: other }), undefined);
  });

  it('is kept while it can be answered, in its own place, and is another one otherwise', async () => {
    const again = (id: string | undefined, where = context) =>
      findOrCreateCaptcha(ports.captcha, where, id).then((found) => found.captchaId);
    assert.equal(await again(captchaId), captchaId);
    assert.notEqual(await again(undefined), captchaId);
    assert.notEqual(await again(captchaId, elsewhere), captchaId);
    assert.notEqual(await again('made-up'), captchaId);
    await use(ANSWER);
    assert.notEqual(await again(captchaId), captchaId, 'one that was used');
  });

  it('that is solved says so when its form is shown again', async () => {
    await solve(ANSWER);
    assert.equal((await findOrCreateCaptcha(ports.captcha, context, captchaId)).isSolved, true);
  });

  it('is used up by what is right: once, in its place, with its answer', async () => {
    await use(ANSWER);
    assert.deepEqual(await fieldsOf(use(ANSWER)), ['captcha: captcha_expired']);
  });

  it('refuses what is wrong, what is not typed and what is of another place, each at its field', async () => {
    assert.deepEqual(await fieldsOf(useCaptcha(ports.captcha, context, { captcha: ANSWER })), [
      'captchaId: field_required',
    ]);
    assert.deepEqual(await fieldsOf(use(undefined)), ['captcha: field_required']);
    assert.deepEqual(await fieldsOf(use('wrong')), ['captcha: captcha_wrong']);
    assert.deepEqual(await fieldsOf(use(ANSWER, captchaId, elsewhere)), ['captcha: captcha_expired']);
    await use(ANSWER);
  });

  it('that is solved beside other faults stays solved, and may then be used without its answer', async () => {
    assert.deepEqual(await fieldsOf(solve('wrong')), ['captcha: captcha_wrong']);
    assert.deepEqual(await fieldsOf(solve(undefined)), ['captcha: field_required']);
    assert.deepEqual(await fieldsOf(solve(ANSWER, captchaId, elsewhere)), ['captcha: captcha_expired']);
    await solve(ANSWER);
    await use(undefined);
    assert.deepEqual(await fieldsOf(use(undefined)), ['captcha: captcha_expired']);
  });

  it('that a form lacks is not solved, and is no fault beside others', async () => {
    await solveCaptcha(ports.captcha, context, { captcha: ANSWER });
    assert.deepEqual(
      await fieldsOf(use(undefined)),
      ['captcha: field_required'],
      'the one that is there is not solved',
    );
  });

  describe('where it may be solved and need not be', () => {
    const check = (typed: { readonly captchaId?: string; readonly captcha?: string }, where = context) =>
      checkCaptcha(ports.captcha, where, typed);

    it('was not, of a form without one, and without an answer to one that nobody solved', async () => {
      assert.equal(await check({}), false);
      assert.equal(await check({ captchaId }), false);
      assert.equal(await check({ captchaId: 'made-up' }), false);
    });

    it('was, by its answer or when it is solved already, and once', async () => {
      assert.equal(await check({ captchaId, captcha: ANSWER }), true);
      assert.equal(await check({ captchaId }), false);
      const other = (await findOrCreateCaptcha(ports.captcha, context, undefined)).captchaId;
      await solve(ANSWER, other);
      assert.equal(await check({ captchaId: other }, elsewhere), false, 'of its own place alone');
      assert.equal(await check({ captchaId: other }), true);
      assert.equal(await check({ captchaId: other }), false);
    });

    it('refuses what was typed wrongly, and an answer to no captcha', async () => {
      assert.deepEqual(await fieldsOf(check({ captchaId, captcha: 'wrong' })), ['captcha: captcha_wrong']);
      assert.deepEqual(await fieldsOf(check({ captcha: ANSWER })), ['captchaId: field_required']);
    });
  });
});
