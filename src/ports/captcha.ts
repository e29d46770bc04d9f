/** A test that scripts fail more often than people do. */

export interface CaptchaChallenge {
  readonly captchaId: string;
  readonly expiresInSeconds: number;
}

export type CaptchaResult = 'right' | 'wrong' | 'expired';

/** One use, 5 minutes, 3 tries; bound to an interaction. The answer is never in a page, an address or a log. */
export interface Captcha {
  create(uid: string, locale: 'fr' | 'en'): Promise<CaptchaChallenge>;
  /** PNG; undefined when the challenge is unknown, used, expired or of another interaction. */
  picture(captchaId: string, uid: string): Promise<Buffer | undefined>;
  /** WAV. */
  sound(captchaId: string, uid: string): Promise<Buffer | undefined>;
  /** Counts the try, compares, then consumes: of any number of right answers at once, one is `right`. */
  verify(captchaId: string, uid: string, answer: string): Promise<CaptchaResult>;
}
