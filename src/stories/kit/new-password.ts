/** The rules of a new password, held against what is recorded of its owner. Shared by the stories that set one. */
import type { AccountProfile } from '../../domain/account.ts';
import { normalizePassword, type PasswordPolicy, passwordFaults } from '../../domain/password-policy.ts';
import { type FieldError, ServiceError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';

export interface NewPasswordInput {
  readonly password: string;
  readonly confirmation: string;
}

/** The rules that a person is told. */
export type PasswordRules = Pick<PasswordPolicy, 'minimumLength' | 'maximumLength' | 'minimumBits'>;

export function rulesOf({ minimumLength, maximumLength, minimumBits }: PasswordPolicy): PasswordRules {
  return { minimumLength, maximumLength, minimumBits };
}

/**
 * Checks a new password, typed twice.
 * @returns the password, normalised.
 * @throws ServiceError validation_failed with every rule not met.
 */
export async function checkNewPassword(
  { commonWords }: Pick<Ports, 'commonWords'>,
  rules: PasswordPolicy,
  account: AccountProfile,
  input: NewPasswordInput,
): Promise<string> {
  const faults = await faultsOfNewPassword({ commonWords }, rules, account, input);
  if (faults.length > 0) throw new ServiceError('validation_failed', { fields: faults });
  return normalizePassword(input.password);
}

/** Every rule not met; of a field that is not given, none. */
export async function faultsOfNewPassword(
  { commonWords }: Pick<Ports, 'commonWords'>,
  rules: PasswordPolicy,
  account: AccountProfile,
  { password, confirmation }: Partial<NewPasswordInput>,
): Promise<readonly FieldError[]> {
  if (password === undefined) return [];
  const identity = account.civilIdentity;
  const personal = {
    identifiers: account.identifiers.map(({ value }) => value),
    names: [identity?.birthName, identity?.givenNames].filter((name) => name !== undefined),
    birthDate: identity?.birthDate,
  };
  const faults: FieldError[] = [...passwordFaults(password, rules, personal, await commonWords.load())];
  if (confirmation !== undefined && normalizePassword(confirmation) !== normalizePassword(password))
    faults.push({ field: 'confirmation', code: 'confirmation_differs' });
  return faults;
}
