/** What a verification code is asked for: a code of one purpose opens no other. */
export const PASSWORD_RECOVERY = 'password-recovery';

/** 6 digits, however they are spaced. @returns undefined for anything else. */
export function readVerificationCode(typed: string): string | undefined {
  const digits = typed.replace(/[\s\u00a0\u202f]/g, '');
  return /^\d{6}$/.test(digits) ? digits : undefined;
}
