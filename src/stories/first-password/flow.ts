/**
 * First sign-in: a right initial password opens the creation of a password and nothing else; the initial password is
 * then destroyed and the person is signed in. The proof stands in the state of this one interaction.
 */
import { acrOf, canSignIn } from '../../domain/account.ts';
import type { PasswordPolicy } from '../../domain/password-policy.ts';
import { ServiceError } from '../../errors.ts';
import type { FlowState } from '../../ports/flow-states.ts';
import type { Ports } from '../../ports/ports.ts';
import { afterSignIn } from '../kit/browser.ts';
import type { createGuard, GuardPolicy } from '../kit/guard.ts';
import { checkNewPassword, type NewPasswordInput } from '../kit/new-password.ts';
import type { FlowContext, Outcome, PasswordForm } from '../kit/outcome.ts';

export interface FirstPasswordSettings {
  readonly guard: GuardPolicy;
  readonly passwordRules: PasswordPolicy;
  readonly rememberSeconds: number;
}

type FirstPasswordPorts = Pick<
  Ports,
  'accounts' | 'passwords' | 'commonWords' | 'vault' | 'rememberedIdentifiers' | 'random'
>;

export function createFirstPassword(
  ports: FirstPasswordPorts,
  guard: ReturnType<typeof createGuard>,
  settings: FirstPasswordSettings,
) {
  /** @throws ServiceError step_not_available without a proved initial password. */
  async function show(context: FlowContext): Promise<PasswordForm> {
    requireProof(context);
    return { status: 'password-creation-required', rules: settings.passwordRules };
  }

  /** @throws ServiceError step_not_available, validation_failed (every rule not met), account_unavailable. */
  const submit = guard<NewPasswordInput>(settings.guard, async (context, input, guardOfStep): Promise<Outcome> => {
    const proof = requireProof(context);
    guardOfStep.concerns(proof.accountId);
    const account = await ports.accounts.findProfile(proof.accountId);
    if (!account || !canSignIn(account)) throw new ServiceError('account_unavailable');
    const password = await checkNewPassword(ports, settings.passwordRules, account, input);
    const hash = await ports.passwords.hash(password);
    const replaced = await ports.accounts.replaceInitialPassword(proof.accountId, proof.credentialId, hash);
    if (!replaced) throw new ServiceError('step_not_available');
    return {
      status: 'authenticated',
      accountId: account.accountId,
      acr: acrOf(account),
      amr: ['pwd'],
      browser: await afterSignIn(
        ports,
        settings.rememberSeconds,
        context,
        account.accountId,
        account.identifiers.find((identifier) => identifier.type === proof.identifierType),
        proof.remember,
      ),
    };
  });

  return { show, submit };
}

function requireProof(context: FlowContext): NonNullable<FlowState['firstPassword']> {
  if (!context.state.firstPassword) throw new ServiceError('step_not_available');
  return context.state.firstPassword;
}
