/** The short one-time codes that we send. */

/** 6 digits, 10 minutes, 5 tries, one use; only a keyed digest at rest; bound to a purpose and an account. */
export interface VerificationCodes {
  create(codeId: string, purpose: string, code: string, accountId: string): Promise<void>;
  /**
   * Counts the try, compares, then consumes. A code that was never made answers as a wrong one does.
   * @returns the account, to one caller ever; undefined for a wrong, used or expired code.
   * @throws ServiceError code_tries_exceeded.
   */
  verify(codeId: string, purpose: string, code: string): Promise<string | undefined>;
}
