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

/** 6 to 9 digits for anybody, however they are spaced. @returns undefined for anything else. */
export function readVerificationCode(typed: string): string | undefined {
  const digits = typed.replace(/[\s\u00a0\u202f]/g, '');
  return /^\d{6,9}$/.test(digits) ? digits : undefined;
}
