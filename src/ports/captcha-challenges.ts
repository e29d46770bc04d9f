/** What every captcha needs of the stores: the life of its challenges. */
import type { ClientAddress } from '../domain/client-address.ts';
import type { CaptchaChallenge, CaptchaResult } from './captcha.ts';

/** As the port of captchas promises. What a challenge holds, and which answer is right, is each captcha's business. */
export interface CaptchaChallenges<Content> {
  /**
   * Counts one more for the client address, then makes the content and keeps it.
   * @throws ServiceError too_many_requests: `make` is not called then.
   */
  create(uid: string, clientAddress: ClientAddress, make: () => Content | Promise<Content>): Promise<CaptchaChallenge>;
  /** Undefined when it is unknown, used, out of tries, expired or of another interaction. */
  find(captchaId: string, uid: string): Promise<Content | undefined>;
  /**
   * The same, and undefined too when too little of its life is left for somebody who has yet to answer; one that is solved,
   * as long as it may be used.
   */
  findAnswerable(captchaId: string, uid: string): Promise<CaptchaChallenge | undefined>;
  /** @param isRight is asked for an answer that has a try left, and for none besides. */
  solve(captchaId: string, uid: string, isRight: Judge<Content> | undefined): Promise<CaptchaResult>;
  /** The same, then uses it: true for exactly one caller in its life. */
  verify(captchaId: string, uid: string, isRight: Judge<Content> | undefined): Promise<CaptchaResult>;
}

/** Undefined where nothing was answered. */
export type Judge<Content> = (content: Content) => boolean | Promise<boolean>;
