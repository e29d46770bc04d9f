import assert from 'node:assert/strict';
import { createOwnCaptcha, type OwnChallenge } from '../../src/adapters/captcha/own.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { onMemory, onRedisKeyValue, type SealedBase } from '../contracts/backends.ts';
import { describeCaptcha, type ReadableCaptcha } from '../contracts/captcha.ts';
import { createAdmit, openChallenges, somewhere } from '../support/captchas.ts';

function create(base: SealedBase): ReadableCaptcha {
  const challenges = openChallenges<OwnChallenge>({ ...base, admit: createAdmit(base) });
  return {
    ...createOwnCaptcha(challenges, systemRandom),
    answerOf: async (captchaId, uid) => (await challenges.find(captchaId, uid))?.answer ?? '',
  };
}

describeCaptcha('ours, on memory', onMemory(create));
describeCaptcha('ours, on Redis', onRedisKeyValue(create));

describe('our own captcha', () => {
  it('makes another answer, picture and sound for each challenge', async () => {
    const { port: captcha } = await onMemory(create).open();
    const [first, second] = [
      await captcha.create('uid', 'fr', somewhere()),
      await captcha.create('uid', 'fr', somewhere()),
    ];
    assert.notDeepEqual(await captcha.picture(first.captchaId, 'uid'), await captcha.picture(second.captchaId, 'uid'));
    assert.notDeepEqual(await captcha.sound(first.captchaId, 'uid'), await captcha.sound(second.captchaId, 'uid'));
  });

  it('lets a store that is away be an error, never a result', async () => {
    const { port: base } = await onMemory((under) => under).open();
    const { captchaId } = await create(base).create('uid', 'fr', somewhere());
    const away = async () => {
      throw new Error('away');
    };
    for (const broken of [{ getWithClaim: away }, { claim: away }])
      await assert.rejects(
        create({ ...base, store: { ...base.store, ...broken } }).verify(captchaId, 'uid', 'x'),
        /away/,
      );
  });
});
