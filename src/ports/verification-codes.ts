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
}

/** 6 digits, 10 minutes, 5 tries, one use; only a keyed digest at rest; bound to a purpose and a subject. */
export interface VerificationCodes {
  /** Made again, a code that was not used yet lives anew; one that was used stays used. */
  create(code: NewVerificationCode, lifeSeconds: number): Promise<void>;
  /** It opens nothing any more; one that was never made is no error. */
  remove(codeId: string, purpose: string): Promise<void>;
  /**
   * Counts the try, compares, then consumes. A code that was never made answers as a wrong one does.
   * @returns the subject, to one caller ever; undefined for a wrong, used or expired code.
   * @throws ServiceError code_tries_exceeded.
   */
  verify(codeId: string, purpose: string, code: string): Promise<Subject | undefined>;
}
