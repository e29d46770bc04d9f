/** What every captcha needs of the stores: the life of its challenges. */
import type { CaptchaChallenge } from './captcha.ts';

/** Bound to an interaction, sealed, 5 minutes, 3 tries, one use. What a challenge holds is each captcha's business. */
export interface CaptchaChallenges<Content> {
  create(uid: string, content: Content): Promise<CaptchaChallenge>;
  /** Undefined when it is unknown, used, out of tries, expired or of another interaction. */
  find(captchaId: string, uid: string): Promise<Content | undefined>;
  /** Counts one try, atomically. False when all are taken. */
  takeTry(captchaId: string): Promise<boolean>;
  /** True for exactly one caller in the life of the challenge. */
  use(captchaId: string): Promise<boolean>;
}
