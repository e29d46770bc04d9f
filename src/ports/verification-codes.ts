/** The short one-time codes that we send. */
import type { Subject } from '../domain/subject.ts';

export interface NewVerificationCode {
  readonly codeId: string;
  /** What is asked for: a code of one opens no other. */
  readonly purpose: string;
  /** The digits. */
  readonly code: string;
  /** Whom the code is about; sealed at rest. */
  readonly subject: Subject;
  /** Under which key wrong ones are counted, across codes; sealed at rest. */
  readonly countedAs: string;
}

/** Whose code it was; or, of a wrong one, how many wrong ones stand under the same key. */
export type CodeCheck =
  | { readonly subject: Subject }
  | { readonly subject?: undefined; readonly wrongCodes: number; readonly about?: Subject };

/** 10 minutes, 5 tries, one use; only a keyed digest at rest; bound to a purpose and a subject. */
export interface VerificationCodes {
  /** Made again, a code that was not used yet lives anew; one that was used stays used. */
  create(code: NewVerificationCode, lifeSeconds: number): Promise<void>;
  /** It opens nothing any more; one that was never made is no error. */
  remove(codeId: string, purpose: string): Promise<void>;
  /**
   * Counts the try, compares, then consumes, and counts a wrong one. A code that was never made answers as a wrong one does.
   * @param nobodyAs under which key it is counted where no code stands: an unknown person's.
   * @returns the subject to one caller ever; to all others what a wrong, used or expired code is.
   * @throws ServiceError code_tries_exceeded; `details.repeated` for all but the first of a code.
   */
  verify(codeId: string, purpose: string, code: string, nobodyAs: string): Promise<CodeCheck>;
  /** How many tries a code still has, made or not: one that was never made has as many as one that was. */
  triesLeft(codeId: string, purpose: string): Promise<number>;
  /** How many wrong codes stand under a key, across codes, interactions and addresses. */
  wrongCodes(countedAs: string): Promise<number>;
}
