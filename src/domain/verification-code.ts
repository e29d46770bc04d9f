/** What a verification code is asked for: a code of one purpose opens no other. */
export const PASSWORD_RECOVERY = 'password-recovery';

/** Digits of a code; and of one for an account whose codes are being guessed at: a thousand times as many to try. */
const DIGITS = 6;
const DIGITS_UNDER_ATTACK = 9;

/** How long wrong codes are remembered: after a day without one they are forgotten. */
export const WRONG_CODES_SECONDS = 24 * 60 * 60;

/** @param wrongCodes that were typed for the account. @param limit past which its codes are longer. */
export function digitsOfCode(wrongCodes: number, limit: number): number {
  return wrongCodes > limit ? DIGITS_UNDER_ATTACK : DIGITS;
}

/** Between the codes that one person asks for. */
export interface CodeWaits {
  readonly secondsBetween: number;
  readonly perHour: number;
}

/**
 * When another code may be asked for: not before its message could leave, if the contact point is one of an account.
 * @param askedAtMs epoch milliseconds, the last at the end. @returns the same.
 */
export function nextCodeAt(askedAtMs: readonly number[], { secondsBetween, perHour }: CodeWaits): number {
  const last = askedAtMs.at(-1);
  const firstOfHour = askedAtMs.at(-perHour);
  return Math.max(
    last === undefined ? 0 : last + secondsBetween * 1000,
    firstOfHour === undefined ? 0 : firstOfHour + 3_600_000,
  );
}

/** 6 to 9 digits for anybody, however they are spaced. @returns undefined for anything else. */
export function readVerificationCode(typed: string): string | undefined {
  const digits = typed.replace(/[\s\u00a0\u202f]/g, '');
  return /^\d{6,9}$/.test(digits) ? digits : undefined;
}
