/** A captcha whose answer the test knows: over the service's own challenges, without a picture. */
import { type ChallengeParts, createCaptchaChallenges } from '../../../src/adapters/sealed/captcha-challenges.ts';
import type { Captcha } from '../../../src/ports/captcha.ts';

export const CAPTCHA_ANSWER = 'KNOWN7';

export function createTestCaptcha(parts: ChallengeParts): Captcha {
  const challenges = createCaptchaChallenges<string>(parts);
  return {
    create: (placeId, _locale, clientAddress) => challenges.create(placeId, clientAddress, () => CAPTCHA_ANSWER),
    findAnswerable: challenges.findAnswerable,
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
