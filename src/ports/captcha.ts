/** A test that scripts fail more often than people do. */
import type { ClientAddress } from '../domain/client-address.ts';

export interface CaptchaChallenge {
  readonly captchaId: string;
  readonly expiresInSeconds: number;
  /** It was answered: whoever sends its form again need not answer it again. */
  readonly isSolved?: true;
}

export type CaptchaResult = 'right' | 'wrong' | 'unanswered' | 'expired';

/**
 * 5 minutes to answer, 3 tries, 5 more minutes once it is solved, one use; bound to an interaction. The answer is never in a
 * page, an address or a log.
 */
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
  /**
   * Counts the try, compares, and keeps a captcha that was answered rightly as solved. One that is solved is `right`
   * whatever the answer, at the cost of no try, until it is used or its time is over.
   */
  solve(captchaId: string, uid: string, answer: string | undefined): Promise<CaptchaResult>;
  /** Solves, then uses: of any number at once, one is `right`, and none ever after. */
  verify(captchaId: string, uid: string, answer: string | undefined): Promise<CaptchaResult>;
}
