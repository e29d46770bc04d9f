import assert from 'node:assert/strict';
import { drawPicture } from '../../src/adapters/captcha/drawing.ts';
import { createOwnCaptcha, type OwnChallenge } from '../../src/adapters/captcha/own.ts';
import { joinSound } from '../../src/adapters/captcha/sound.ts';
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

  it('draws and says its answer by its seed, each time the same, in the language that was asked for', async () => {
    const { port: base } = await onMemory((under) => under).open();
    const challenges = openChallenges<OwnChallenge>({ ...base, admit: createAdmit(base) });
    const captcha = createOwnCaptcha(challenges, systemRandom);
    for (const locale of ['fr', 'en'] as const) {
      const { captchaId } = await captcha.create('uid', locale, somewhere());
      const { answer, seed } = (await challenges.find(captchaId, 'uid')) ?? assert.fail();
      const isSame = (one: Buffer | undefined, other: Buffer) => assert.ok(one?.equals(other), locale);
      isSame(await captcha.picture(captchaId, 'uid'), await drawPicture(answer, seed));
      isSame(await captcha.sound(captchaId, 'uid'), await joinSound(answer, locale, seed));
    }
  });

  it('draws noise that nobody foretells: each challenge has a seed of its own, of 32 bytes', async () => {
    const { port: base } = await onMemory((under) => under).open();
    const challenges = openChallenges<OwnChallenge>({ ...base, admit: createAdmit(base) });
    const captcha = createOwnCaptcha(challenges, systemRandom);
    const seeds = new Set<string>();
    for (let times = 0; times < 3; times++) {
      const { captchaId } = await captcha.create('uid', 'fr', somewhere());
      seeds.add((await challenges.find(captchaId, 'uid'))?.seed ?? '');
    }
    assert.equal(seeds.size, 3);
    for (const seed of seeds) assert.equal(Buffer.from(seed, 'base64url').length, 32);
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
