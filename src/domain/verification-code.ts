/** What a verification code may be asked for: a code of one purpose opens no other. */
export const PASSWORD_RECOVERY = 'password-recovery';
export type CodePurpose = typeof PASSWORD_RECOVERY;

/** 6 digits, however they are spaced. @returns undefined for anything else. */
export function readVerificationCode(typed: string): string | undefined {
  const digits = typed.replace(/[\s\u00a0\u202f]/g, '');
  return /^\d{6}$/.test(digits) ? digits : undefined;
}
