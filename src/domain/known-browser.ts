/** A browser that has signed in to an account, or has just recovered it, is known there for a while. */
import type { Account } from './account.ts';

/** The newest of an account are known, and no more: each has failures and limits of its own to spend. */
export const BROWSERS_PER_ACCOUNT = 5;

/** What one browser may be known for. */
export const ACCOUNTS_PER_BROWSER = 5;

/** How long a browser is known after its last sign-in. */
export const KNOWN_SECONDS = 180 * 24 * 60 * 60;

/**
 * Whether a browser that was there at `sinceMs` (epoch milliseconds) may still be known: what ends the sessions of an
 * account, such as a new password, ends its browsers too.
 */
export function isStillKnown({ sessionsEndedAt }: Account, sinceMs: number, now: Date): boolean {
  const isOld = sinceMs + KNOWN_SECONDS * 1000 <= now.getTime();
  return !isOld && (sessionsEndedAt === undefined || sinceMs >= sessionsEndedAt.getTime());
}
