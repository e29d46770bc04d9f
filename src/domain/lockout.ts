/** How long an account stays locked after repeated failures: never for good, and recovery is never closed. */
import { subjectKey } from './subject.ts';

export interface LockoutPolicy {
  /** The failure that first locks. */
  readonly firstLockAtFailure: number;
  /** The longest lock, in seconds. */
  readonly maximumLockSeconds: number;
  /** Without a failure for this long, the count is 0 again. */
  readonly forgetAfterSeconds: number;
}

/** Seconds of lock after the `failures`-th failure in a row: 0 before the first lock, then 1, 2, 4 … minutes. */
export function lockSeconds(failures: number, policy: LockoutPolicy): number {
  if (failures < policy.firstLockAtFailure) return 0;
  const doublings = Math.min(failures - policy.firstLockAtFailure, 20);
  return Math.min(60 * 2 ** doublings, policy.maximumLockSeconds);
}

/** The key under which the failures of an account are counted, whichever identifier was typed. */
export function accountAttemptsKey(accountId: string): string {
  return subjectKey({ kind: 'account', accountId });
}
