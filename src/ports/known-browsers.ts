/** Which browsers are known to an account. */

/**
 * Of each account the newest, `BROWSERS_PER_ACCOUNT` at most, whatever arrives at once. What is at rest names neither the
 * account nor the browser.
 */
export interface KnownBrowsers {
  /** Makes it the newest of the account; the oldest goes when there are too many. */
  remember(accountId: string, browserId: string): Promise<void>;
  isKnown(accountId: string, browserId: string): Promise<boolean>;
}
