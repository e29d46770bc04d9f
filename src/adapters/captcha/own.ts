/**
 * Our own captcha: a picture of six characters and their sound (RGAA 1.5), both made here at each request from the
 * sealed answer. It keeps scripts from trying identities by the thousand; it proves nothing about anybody.
 */
import type { Captcha } from '../../ports/captcha.ts';
import type { CaptchaChallenges } from '../../ports/captcha-challenges.ts';
import type { RandomSource } from '../../ports/system.ts';
import { gateway } from '../../setting.ts';
import { drawAnswer, isSameAnswer } from './answer.ts';
import { drawPicture } from './drawing.ts';
import { joinSound } from './sound.ts';
import type { CaptchaTools } from './tools.ts';

/** What the sealed record of one challenge holds. */
export interface OwnChallenge {
  readonly answer: string;
  readonly locale: 'fr' | 'en';
  readonly seed: string;
}

/** As a choice of `CAPTCHA_PROVIDER`: it has nothing to set. */
export const ownCaptcha = gateway({
  settings: {},
  secrets: {},
  create: (_settings, { createChallenges, random }: CaptchaTools): Captcha =>
    createOwnCaptcha(createChallenges(), random),
});

export function createOwnCaptcha(challenges: CaptchaChallenges<OwnChallenge>, random: RandomSource): Captcha {
  const judge = (typed: string | undefined) =>
    typed === undefined ? undefined : ({ answer }: OwnChallenge) => isSameAnswer(typed, answer);
  return {
    create: (uid, locale, clientAddress) =>
      challenges.create(uid, clientAddress, () => ({ answer: drawAnswer(), locale, seed: random.token() })),

    findAnswerable: challenges.findAnswerable,

    async picture(captchaId, uid) {
      const challenge = await challenges.find(captchaId, uid);
      return challenge && drawPicture(challenge.answer, challenge.seed);
    },

    async sound(captchaId, uid) {
      const challenge = await challenges.find(captchaId, uid);
      return challenge && joinSound(challenge.answer, challenge.locale, challenge.seed);
    },

    solve: (captchaId, uid, answer) => challenges.solve(captchaId, uid, judge(answer)),
    verify: (captchaId, uid, answer) => challenges.verify(captchaId, uid, judge(answer)),
  };
}
