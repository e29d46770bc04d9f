/** A test that scripts fail more often than people do. */
import type { ClientAddress } from '../domain/client-address.ts';

export interface CaptchaChallenge {
  readonly captchaId: string;
  readonly expiresInSeconds: number;
}

export type CaptchaResult = 'right' | 'wrong' | 'expired';

/** One use, 5 minutes, 3 tries; bound to an interaction. The answer is never in a page, an address or a log. */
export interface Captcha {
  /**
   * A new one. So many an hour are made for one client address, whoever asks for them.
   * @throws ServiceError too_many_requests, with the time to wait; nothing is written or asked of a gateway then.
   */
  create(uid: string, locale: 'fr' | 'en', clientAddress: ClientAddress): Promise<CaptchaChallenge>;
  /** One that was made before and can still be answered in good time; undefined when another is needed. */
  findAnswerable(captchaId: string, uid: string): Promise<CaptchaChallenge | undefined>;
  /** PNG; undefined when the challenge is unknown, used, expired or of another interaction. */
  picture(captchaId: string, uid: string): Promise<Buffer | undefined>;
  /** WAV. */
  sound(captchaId: string, uid: string): Promise<Buffer | undefined>;
  /** Counts the try, compares, then consumes: of any number of right answers at once, one is `right`. */
  verify(captchaId: string, uid: string, answer: string): Promise<CaptchaResult>;
}
