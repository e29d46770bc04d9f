/**
 * « Mot de passe oublié »: identifier and birth date, a code on a contact point of the account, the new password, then
 * sign-in; nobody is signed in by it. Known and unknown people are answered alike: the search is a job after the answer.
 * A lock never closes this door, and an account still on its initial password may use it.
 */
import { type IdentifierType, parseIdentifier } from '../../domain/identifier.ts';
import { accountAttemptsKey } from '../../domain/lockout.ts';
import type { PasswordPolicy } from '../../domain/password-policy.ts';
import { PASSWORD_RECOVERY, readVerificationCode } from '../../domain/verification-code.ts';
import { fieldError, ServiceError } from '../../errors.ts';
import type { FlowState } from '../../ports/flow-states.ts';
import type { Ports } from '../../ports/ports.ts';
import type { createGuard, GuardPolicy } from '../kit/guard.ts';
import { checkNewPassword, type NewPasswordInput } from '../kit/new-password.ts';
import type { FlowContext, PasswordRecoveryStep } from '../kit/outcome.ts';
import { readTypedBirthDate } from '../kit/typed-birth-date.ts';

export interface PasswordRecoveryInput {
  readonly identifierType: IdentifierType;
  readonly identifier: string;
  /** JJ/MM/AAAA or YYYY-MM-DD. */
  readonly birthDate: string;
  /** Offered to everyone alike; the other is used where the account lacks it. */
  readonly channel: 'sms' | 'mail';
}

export interface PasswordRecoverySettings {
  readonly guard: GuardPolicy;
  readonly passwordRules: PasswordPolicy;
}

type RecoveryPorts = Pick<
  Ports,
  'accounts' | 'attempts' | 'passwords' | 'commonWords' | 'verificationCodes' | 'jobs' | 'random' | 'clock'
>;

export function createPasswordRecovery(
  ports: RecoveryPorts,
  guard: ReturnType<typeof createGuard>,
  { guard: policy, passwordRules }: PasswordRecoverySettings,
) {
  async function show(context: FlowContext): Promise<PasswordRecoveryStep> {
    return { status: 'password-recovery', identifierType: context.identifierType ?? 'nir' };
  }

  /** Asks for a code. @throws ServiceError validation_failed. */
  const submit = guard<PasswordRecoveryInput>(policy, async (context, input): Promise<PasswordRecoveryStep> => {
    const { type, value } = parseIdentifier(input.identifierType, input.identifier);
    const birthDate = readTypedBirthDate(input.birthDate, ports.clock.now());
    const codeId = ports.random.token();
    const request = { codeId, type, value, birthDate, channel: input.channel, clientId: context.client.clientId };
    await ports.jobs.add('start-password-recovery', request);
    return { status: 'code-sent', identifierType: type, state: { passwordRecovery: { codeId, identifierType: type } } };
  });

  /** @throws ServiceError step_not_available before a code was asked for. */
  async function showCode(context: FlowContext): Promise<PasswordRecoveryStep> {
    return { status: 'code-sent', identifierType: requireRequest(context).identifierType };
  }

  /** Proves the code. @throws ServiceError validation_failed, code_wrong, code_tries_exceeded, step_not_available. */
  const submitCode = guard<{ readonly code: string }>(
    policy,
    async (context, input, guardOfStep): Promise<PasswordRecoveryStep> => {
      const request = requireRequest(context);
      const code = readVerificationCode(input.code);
      if (code === undefined) throw fieldError('code', 'code_shape');
      const subject = await ports.verificationCodes.verify(request.codeId, PASSWORD_RECOVERY, code);
      if (subject?.kind !== 'account') throw new ServiceError('code_wrong');
      const { accountId } = subject;
      guardOfStep.concerns(accountId);
      const passwordRecovery = { ...request, proof: { accountId, provedAtMs: ports.clock.now().getTime() } };
      return { ...passwordForm(request.identifierType), state: { passwordRecovery } };
    },
  );

  async function showPassword(context: FlowContext): Promise<PasswordRecoveryStep> {
    requireProof(context);
    return passwordForm(requireRequest(context).identifierType);
  }

  /** Sets the password and ends every session. @throws ServiceError validation_failed, step_not_available. */
  const submitPassword = guard<NewPasswordInput>(
    policy,
    async (context, input, guardOfStep): Promise<PasswordRecoveryStep> => {
      const { accountId, provedAtMs } = requireProof(context);
      guardOfStep.concerns(accountId);
      const account = await ports.accounts.findProfile(accountId);
      if (!account) throw new ServiceError('account_unavailable');
      const password = await checkNewPassword(ports, passwordRules, account, input);
      const hash = await ports.passwords.hash(password);
      if (!(await ports.accounts.setPassword(accountId, hash, new Date(provedAtMs))))
        throw new ServiceError('step_not_available');
      // What was guessed at is gone: the lock of its failures would only keep its owner out.
      await ports.attempts.succeed(accountAttemptsKey(accountId));
      const { identifierType } = requireRequest(context);
      return { status: 'password-changed', identifierType, state: { passwordRecovery: undefined } };
    },
  );

  function passwordForm(identifierType: IdentifierType): PasswordRecoveryStep {
    return { status: 'new-password-required', identifierType, rules: passwordRules };
  }

  return { show, submit, showCode, submitCode, showPassword, submitPassword };
}

function requireRequest({ state }: FlowContext): NonNullable<FlowState['passwordRecovery']> {
  if (!state.passwordRecovery) throw new ServiceError('step_not_available');
  return state.passwordRecovery;
}

/** No new password without a proved code: the account comes from the proof and from nowhere else. */
function requireProof(context: FlowContext) {
  const { proof } = requireRequest(context);
  if (!proof) throw new ServiceError('step_not_available');
  return proof;
}
