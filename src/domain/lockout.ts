/**
 * How long an account stays locked after repeated failures: never for good, and recovery is never closed. From the longest
 * lock on, whoever solves a captcha need not wait; and so many attempts a day are compared, whoever solves what.
 */
import { subjectKey } from './subject.ts';

export interface LockoutPolicy {
  /** The failure that first locks. */
  readonly firstLockAtFailure: number;
  /** The longest lock, in seconds. */
  readonly maximumLockSeconds: number;
  /** Without a failure for this long, the count is 0 again. */
  readonly forgetAfterSeconds: number;
  /** Attempts that are compared in a day, which begins with the first of them. */
  readonly attemptsPerDay: number;
}

/** Failures of one key, as a store keeps them. Times are epoch milliseconds; 0 stands for never. */
export interface Failures {
  readonly count: number;
  readonly forgetAt: number;
  readonly lockedUntil: number;
  /** What `lockedUntil` was before the last attempt, for an attempt that is taken back. */
  readonly lockedBefore: number;
  readonly today: number;
  readonly dayEndsAt: number;
  /** The end of the wait that was told last. */
  readonly told: number;
}

export const NO_FAILURES: Failures = {
  count: 0,
  forgetAt: 0,
  lockedUntil: 0,
  lockedBefore: 0,
  today: 0,
  dayEndsAt: 0,
  told: 0,
};

const DAY_MS = 24 * 60 * 60 * 1000;

/** Seconds of lock after the `failures`-th failure in a row: 0 before the first lock, then 1, 2, 4 … minutes. */
export function lockSeconds(failures: number, policy: LockoutPolicy): number {
  if (failures < policy.firstLockAtFailure) return 0;
  const doublings = Math.min(failures - policy.firstLockAtFailure, 20);
  return Math.min(60 * 2 ** doublings, policy.maximumLockSeconds);
}

/** What becomes of an attempt: it is counted, or refused until then. */
export type Begun =
  | { readonly next: Failures; readonly waitUntil?: undefined }
  | { readonly next: Failures; readonly waitUntil: number; readonly captchaPasses: boolean; readonly first: boolean };

/** @param nowMs epoch milliseconds. @param captchaSolved passes for the wait of the longest lock. */
export function beginAttempt(known: Failures, policy: LockoutPolicy, nowMs: number, captchaSolved: boolean): Begun {
  const count = known.forgetAt > nowMs ? known.count : 0;
  const isNewDay = known.dayEndsAt <= nowMs;
  const today = isNewDay ? 0 : known.today;
  const isLongest = lockSeconds(count, policy) === policy.maximumLockSeconds;
  const refuse = (waitUntil: number, captchaPasses: boolean): Begun => {
    const first = known.told !== waitUntil;
    return { next: { ...known, told: waitUntil }, waitUntil, captchaPasses, first };
  };
  if (today >= policy.attemptsPerDay) return refuse(known.dayEndsAt, false);
  if (known.lockedUntil > nowMs && !(isLongest && captchaSolved)) return refuse(known.lockedUntil, isLongest);
  return {
    next: {
      count: count + 1,
      forgetAt: nowMs + policy.forgetAfterSeconds * 1000,
      lockedUntil: nowMs + lockSeconds(count + 1, policy) * 1000,
      lockedBefore: known.lockedUntil,
      today: today + 1,
      dayEndsAt: isNewDay ? nowMs + DAY_MS : known.dayEndsAt,
      told: known.told,
    },
  };
}

/** An attempt that was never compared: its count, and the lock that it began, are taken back. */
export function takeBack(known: Failures): Failures {
  const { count, today, lockedBefore } = known;
  return { ...known, count: Math.max(0, count - 1), today: Math.max(0, today - 1), lockedUntil: lockedBefore };
}

/** The key under which the failures of an account are counted, whichever identifier was typed. */
export function accountAttemptsKey(accountId: string): string {
  return subjectKey({ kind: 'account', accountId });
}
