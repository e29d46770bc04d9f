/** A captcha whose answer the test knows: over the service's own challenges, without a picture. */
import { createCaptchaChallenges } from '../../../src/adapters/sealed/captcha-challenges.ts';
import type { Captcha } from '../../../src/ports/captcha.ts';
import type { KeyValueStore } from '../../../src/ports/key-value-store.ts';
import type { RandomSource } from '../../../src/ports/system.ts';
import type { Vault } from '../../../src/ports/vault.ts';

export const CAPTCHA_ANSWER = 'KNOWN7';

export function createTestCaptcha(store: KeyValueStore, vault: Vault, random: RandomSource): Captcha {
  const challenges = createCaptchaChallenges<string>(store, vault, random);
  return {
    create: (placeId) => challenges.create(placeId, CAPTCHA_ANSWER),
    picture: async (captchaId, placeId) => toBuffer(await challenges.find(captchaId, placeId)),
    sound: async (captchaId, placeId) => toBuffer(await challenges.find(captchaId, placeId)),
    async verify(captchaId, placeId, typed) {
      const answer = await challenges.find(captchaId, placeId);
      if (!answer || !(await challenges.takeTry(captchaId))) return 'expired';
      if (typed !== answer) return 'wrong';
      return (await challenges.use(captchaId)) ? 'right' : 'expired';
    },
  };
}

function toBuffer(answer: string | undefined): Buffer | undefined {
  return answer === undefined ? undefined : Buffer.from(answer);
}
