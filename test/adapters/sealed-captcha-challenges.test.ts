/** The challenges of captchas between two calls of their store: what no race in a suite meets for certain. */
import assert from 'node:assert/strict';
import { storeUnavailable } from '../../src/errors.ts';
import type { KeyValueStore } from '../../src/ports/key-value-store.ts';
import { type SealedBase, sealedInMemory, testVault } from '../contracts/backends.ts';
import { openChallenges, somewhere } from '../support/captchas.ts';

const UID = 'interaction';

describe('the challenges of captchas, sealed', () => {
  const over = (base: SealedBase, store: Partial<KeyValueStore> = {}) =>
    openChallenges<string>({ ...base, store: { ...base.store, ...store } });
  const create = async (base: SealedBase) => (await over(base).create(UID, somewhere(), () => 'answer')).captchaId;

  it('solved by somebody else while an answer was on its way are right to it, though its tries are taken', async () => {
    const { base } = sealedInMemory();
    const captchaId = await create(base);
    let isLate = true;
    const late = over(base, {
      async claim(key) {
        if (isLate) {
          isLate = false;
          for (const isRight of [false, false, true]) await over(base).solve(captchaId, UID, () => isRight);
        }
        return base.store.claim(key);
      },
    });
    assert.equal(await late.solve(captchaId, UID, () => assert.fail('no try is left')), 'right');
  });

  it('whose tries were taken by wrong answers meanwhile are expired to it', async () => {
    const { base } = sealedInMemory();
    const captchaId = await create(base);
    let isLate = true;
    const late = over(base, {
      async claim(key) {
        if (isLate) {
          isLate = false;
          for (let tries = 0; tries < 3; tries++) await over(base).solve(captchaId, UID, () => false);
        }
        return base.store.claim(key);
      },
    });
    assert.equal(await late.solve(captchaId, UID, () => assert.fail('no try is left')), 'expired');
  });

  it('that are solved are answerable while 90 seconds of that are left, to the second', async () => {
    const { base, clock } = sealedInMemory();
    const captchaId = await create(base);
    await over(base).solve(captchaId, UID, () => true);
    clock.move(210);
    const found = await over(base).findAnswerable(captchaId, UID);
    assert.deepEqual(found, { captchaId, expiresInSeconds: 90, isSolved: true });
    clock.move(0.001);
    assert.equal((await over(base).findAnswerable(captchaId, UID))?.isSolved, undefined);
  });

  it('are right once that is written, and a store that is away then is not answered by it', async () => {
    const { base } = sealedInMemory();
    const captchaId = await create(base);
    const away = over(base, {
      async claim(key) {
        if (key.startsWith('captcha-solved:')) throw storeUnavailable();
        return base.store.claim(key);
      },
    });
    await assert.rejects(
      away.solve(captchaId, UID, () => true),
      { code: 'store_unavailable' },
    );
    assert.equal(await over(base).solve(captchaId, UID, undefined), 'unanswered');
    assert.equal(await over(base).solve(captchaId, UID, () => true), 'right', 'its twin, the store being back');
  });

  it('are as if they had ended, when their key was retired', async () => {
    const { base } = sealedInMemory();
    const captchaId = await create(base);
    assert.equal(await over(base).find(captchaId, UID), 'answer');
    const later = over({ ...base, vault: testVault('k9') });
    assert.equal(await later.find(captchaId, UID), undefined);
    assert.equal(await later.findAnswerable(captchaId, UID), undefined);
    assert.equal(await later.solve(captchaId, UID, () => true), 'expired');
  });
});
