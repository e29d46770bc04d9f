/**
 * First sign-in: a right initial password opens the creation of a password and nothing else; the initial password is
 * then destroyed. The proof stands in the state of this one interaction.
 */
import { canSignIn } from '../../domain/account.ts';
import type { IdentifierType } from '../../domain/identifier.ts';
import type { PasswordPolicy } from '../../domain/password-policy.ts';
import { ServiceError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { StepContext } from '../kit/context.ts';
import type { Guard, GuardedStep, GuardPolicy } from '../kit/guard.ts';
import {
  checkNewPassword,
  faultsOfNewPassword,
  type NewPasswordInput,
  type PasswordRules,
  rulesOf,
} from '../kit/new-password.ts';
import type { AnyOutcome, Proved } from '../kit/outcome.ts';

export interface PasswordForm extends AnyOutcome {
  readonly status: 'password-creation-required';
  readonly rules: PasswordRules;
}

/** Where the person cannot be signed in at once: they sign in with the new password. */
export interface PasswordCreated extends AnyOutcome {
  readonly status: 'password-created';
  readonly identifierType: IdentifierType;
}

export type FirstPasswordPorts = Pick<Ports, 'accounts' | 'passwords' | 'commonWords' | 'clock'>;

export function createFirstPassword(
  ports: FirstPasswordPorts,
  guard: Guard,
  policy: GuardPolicy<'first-password'>,
  passwordRules: PasswordPolicy,
) {
  /** @throws ServiceError step_not_available without a proved initial password. */
  async function show(context: StepContext): Promise<PasswordForm> {
    requireProof(context);
    return { status: 'password-creation-required', rules: rulesOf(passwordRules) };
  }

  /** @throws ServiceError step_not_available, validation_failed (every rule not met), account_unavailable. */
  const submit: GuardedStep<NewPasswordInput, Proved | PasswordCreated> = guard(
    policy,
    async (context, input: NewPasswordInput, attempt): Promise<Proved> => {
      const { accountId, credentialId, identifierType, remember } = requireProof(context);
      attempt.concerns(accountId);
      const account = await ports.accounts.findProfile(accountId);
      const identifier = account?.identifiers.find(({ type }) => type === identifierType);
      if (!account || !identifier || !canSignIn(account)) throw new ServiceError('account_unavailable');
      const password = await checkNewPassword(ports, passwordRules, account, input);
      const hash = await ports.passwords.hash(password);
      const provedAt = ports.clock.now();
      const replaced = await ports.accounts.replaceInitialPassword(
        accountId,
        credentialId,
        hash,
        attempt.eventOf('authenticated'),
      );
      if (!replaced) throw new ServiceError('step_not_available');
      const otherwise: PasswordCreated = { status: 'password-created', identifierType };
      return { status: 'proved', account, factors: [{ kind: 'password' }], provedAt, identifier, remember, otherwise };
    },
  );

  /** Whoever forgot to confirm a password is told at once that it is too weak. */
  const besides = guard(policy, async (context, input: Partial<NewPasswordInput>): Promise<never> => {
    const account = await ports.accounts.findProfile(requireProof(context).accountId);
    if (!account) throw new ServiceError('account_unavailable');
    const fields = await faultsOfNewPassword(ports, passwordRules, account, input);
    throw new ServiceError('validation_failed', { fields });
  });

  return { show, submit, besides };
}

function requireProof({ place }: StepContext) {
  const { proved } = place.proofs;
  const factor = proved?.factors.find((known) => known.kind === 'initial-password');
  if (!proved || !factor) throw new ServiceError('step_not_available');
  return { ...proved, credentialId: factor.credentialId };
}
