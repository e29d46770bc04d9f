/** What every captcha needs of the stores: the life of its challenges. */
import type { ClientAddress } from '../domain/client-address.ts';
import type { CaptchaChallenge } from './captcha.ts';

/** Bound to an interaction, sealed, 5 minutes, 3 tries, one use. What a challenge holds is each captcha's business. */
export interface CaptchaChallenges<Content> {
  /**
   * Counts one more for the client address, then makes the content and keeps it.
   * @throws ServiceError too_many_requests: `make` is not called then.
   */
  create(uid: string, clientAddress: ClientAddress, make: () => Content | Promise<Content>): Promise<CaptchaChallenge>;
  /** Undefined when it is unknown, used, out of tries, expired or of another interaction. */
  find(captchaId: string, uid: string): Promise<Content | undefined>;
  /** The same, and undefined too when too little of its life is left for somebody who has yet to answer. */
  findAnswerable(captchaId: string, uid: string): Promise<CaptchaChallenge | undefined>;
  /** Counts one try, atomically. False when all are taken. */
  takeTry(captchaId: string): Promise<boolean>;
  /** True for exactly one caller in the life of the challenge. */
  use(captchaId: string): Promise<boolean>;
}
