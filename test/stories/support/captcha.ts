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
    solve: (captchaId, placeId, typed) => challenges.solve(captchaId, placeId, judge(typed)),
    verify: (captchaId, placeId, typed) => challenges.verify(captchaId, placeId, judge(typed)),
  };
}

function judge(typed: string | undefined) {
  return typed === undefined ? undefined : (answer: string) => typed === answer;
}

function toBuffer(answer: string | undefined): Buffer | undefined {
  return answer === undefined ? undefined : Buffer.from(answer);
}
