/** What every captcha is given besides its own settings. */
import type { CaptchaChallenges } from '../../ports/captcha-challenges.ts';
import type { Clock, RandomSource } from '../../ports/system.ts';

export interface CaptchaTools {
  /** What a challenge holds is each captcha's business. */
  createChallenges<Content>(): CaptchaChallenges<Content>;
  readonly random: RandomSource;
  readonly clock: Clock;
}
