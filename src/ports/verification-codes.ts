/** The short one-time codes that we send. */
import type { Subject } from '../domain/subject.ts';

/** 6 digits, 10 minutes, 5 tries, one use; only a keyed digest at rest; bound to a purpose and a subject. */
export interface VerificationCodes {
  /** @param purpose what is asked for: a code of one opens no other. @param subject whom the code is about; sealed at rest. */
  create(codeId: string, purpose: string, code: string, subject: Subject): Promise<void>;
  /**
   * Counts the try, compares, then consumes. A code that was never made answers as a wrong one does.
   * @returns the subject, to one caller ever; undefined for a wrong, used or expired code.
   * @throws ServiceError code_tries_exceeded.
   */
  verify(codeId: string, purpose: string, code: string): Promise<Subject | undefined>;
}
