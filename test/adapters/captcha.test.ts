import assert from 'node:assert/strict';
import { createChallenges } from '../../src/adapters/captcha/challenges.ts';
import { createOwnCaptcha, type OwnChallenge } from '../../src/adapters/captcha/own.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { describeCaptcha } from '../contracts/captcha.ts';
import { openMemoryStore, openRedisStore, type StoreUnderTest, testVault } from '../support/captcha-stores.ts';

for (const [name, openStore] of [
  ['memory', openMemoryStore],
  ['Redis', openRedisStore],
] as const) {
  describe(`our own captcha on ${name}`, () => {
    let opened: StoreUnderTest | undefined;
    after(() => opened?.close());

    describeCaptcha(`ours, on ${name}`, async () => {
      opened = await openStore();
      const { store, atRest, expire } = opened;
      const vault = testVault();
      const challenges = createChallenges<OwnChallenge>(store, vault, systemRandom);
      return {
        captcha: createOwnCaptcha(store, vault, systemRandom),
        answerOf: async (captchaId, uid) => (await challenges.find(captchaId, uid))?.answer ?? '',
        atRest,
        expire,
      };
    });
  });
}

describe('our own captcha', () => {
  it('makes another answer, picture and sound for each challenge', async () => {
    const { store } = await openMemoryStore();
    const captcha = createOwnCaptcha(store, testVault(), systemRandom);
    const [first, second] = [await captcha.create('uid', 'fr'), await captcha.create('uid', 'fr')];
    assert.notDeepEqual(await captcha.picture(first.captchaId, 'uid'), await captcha.picture(second.captchaId, 'uid'));
    assert.notDeepEqual(await captcha.sound(first.captchaId, 'uid'), await captcha.sound(second.captchaId, 'uid'));
  });

  it('lets a store that is away be an error, never a result', async () => {
    const { store } = await openMemoryStore();
    const vault = testVault();
    const { captchaId } = await createOwnCaptcha(store, vault, systemRandom).create('uid', 'fr');
    const away = async () => {
      throw new Error('away');
    };
    for (const broken of [{ getWithClaim: away }, { claim: away }])
      await assert.rejects(
        createOwnCaptcha({ ...store, ...broken }, vault, systemRandom).verify(captchaId, 'uid', 'x'),
        /away/,
      );
  });
});
