/**
 * Limits by key, and failures in a row. A key says who is counted: a subject (`subjectKey`), who need not have an account
 * yet, or the blind index of an address. What a person typed is in none.
 */
import type { LockoutPolicy } from '../domain/lockout.ts';

export interface ThrottlePolicy {
  /** Names the counter; part of its key. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

export interface ThrottleResult {
  readonly allowed: boolean;
  readonly retryAfterSeconds: number;
  /** True for the first call that this window refuses, and for no other until one is given back. */
  readonly firstRefusal?: boolean;
}

export interface RateLimiter {
  /**
   * Counts one more for `key`, atomically: N calls of any number at once are allowed, no more. The window begins with the
   * first call, and what is refused does not prolong it.
   */
  count(policy: ThrottlePolicy, key: string): Promise<ThrottleResult>;
  /** How many calls the window of `key` would still allow: counts none. */
  left(policy: ThrottlePolicy, key: string): Promise<number>;
  /**
   * Takes one allowed call back, so that one more is allowed in its window: never below 0, and never in a window that
   * began after it.
   * @param countedAgoMs how long ago `count` returned.
   */
  giveBack(policy: ThrottlePolicy, key: string, countedAgoMs: number): Promise<void>;
}

/** What becomes of an attempt at a secret. */
export interface AttemptResult extends ThrottleResult {
  /** Of a refused one: the lock is the longest there is, and a solved captcha passes for its wait. */
  readonly captchaPasses?: boolean;
}

/** Failures in a row, counted before the secret is compared. */
export interface AttemptCounter {
  /**
   * Counts one failure in advance. When the count reaches a lock the lock begins at once, so that of any number of
   * parallel attempts only the allowed ones go on to compare. While locked nothing is counted. `firstRefusal` is true once
   * for each wait.
   * @param captchaSolved passes for the wait of the longest lock; past the attempts of a day nothing does.
   */
  begin(key: string, policy: LockoutPolicy, captchaSolved?: boolean): Promise<AttemptResult>;
  /** The attempt was right: the count falls to 0 and the lock ends. */
  succeed(key: string): Promise<void>;
  /** The attempt was never compared (too busy, store away): takes its count back, and the lock that it began. */
  release(key: string): Promise<void>;
  /**
   * Counts a failure that locks nothing.
   * @param forgetAfterSeconds without another for this long, the count is 0 again.
   * @returns how many stand now: of any number of callers at once, each is told another number.
   */
  fail(key: string, forgetAfterSeconds: number): Promise<number>;
  /** How many failures stand now. */
  failures(key: string): Promise<number>;
}
