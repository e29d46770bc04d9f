/**
 * « Mot de passe oublié »: identifier and birth date, a code on a contact point of the account, the new password, then
 * sign-in; nobody is signed in by it. Known and unknown people are answered alike: the search is a job after the answer.
 * A lock never closes this door, and an account still on its initial password may use it.
 */
import { type IdentifierType, identifierTypeOf, parseIdentifier } from '../../domain/identifier.ts';
import { accountAttemptsKey } from '../../domain/lockout.ts';
import type { PasswordPolicy } from '../../domain/password-policy.ts';
import { PASSWORD_RECOVERY, readVerificationCode } from '../../domain/verification-code.ts';
import { fieldError, ServiceError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { attemptsKeyOn } from '../kit/browser.ts';
import type { StepContext } from '../kit/context.ts';
import type { Guard, GuardPolicy } from '../kit/guard.ts';
import { checkNewPassword, type NewPasswordInput, type PasswordRules, rulesOf } from '../kit/new-password.ts';
import type { AnyOutcome } from '../kit/outcome.ts';
import { readTypedBirthDate } from '../kit/typed-birth-date.ts';

/** The code that was asked for, then whose it proved to be. */
interface RecoveryProof {
  readonly codeId: string;
  readonly identifierType: IdentifierType;
  readonly proof?: { readonly accountId: string; readonly provedAtMs: number };
}

declare module '../../ports/flow-states.ts' {
  interface Proofs {
    readonly 'password-recovery': RecoveryProof;
  }
}

interface RecoveryOutcome extends AnyOutcome {
  readonly identifierType: IdentifierType;
}

export interface DetailsForm extends RecoveryOutcome {
  readonly status: 'password-recovery';
}

export interface CodeForm extends RecoveryOutcome {
  readonly status: 'code-sent';
}

export interface NewPasswordForm extends RecoveryOutcome {
  readonly status: 'new-password-required';
  readonly rules: PasswordRules;
}

export interface PasswordChanged extends RecoveryOutcome {
  readonly status: 'password-changed';
}

export interface PasswordRecoveryInput {
  readonly identifierType: IdentifierType;
  readonly identifier: string;
  /** JJ/MM/AAAA or YYYY-MM-DD. */
  readonly birthDate: string;
  /** Offered to everyone alike; the other is used where the account lacks it. */
  readonly channel: 'sms' | 'mail';
}

export type RecoveryPorts = Pick<
  Ports,
  'accounts' | 'attempts' | 'passwords' | 'commonWords' | 'verificationCodes' | 'vault' | 'jobs' | 'random' | 'clock'
>;

export function createPasswordRecovery(
  ports: RecoveryPorts,
  guard: Guard,
  policy: GuardPolicy,
  passwordRules: PasswordPolicy,
) {
  async function show({ place }: StepContext, asked?: IdentifierType): Promise<DetailsForm> {
    return { status: 'password-recovery', identifierType: asked ?? identifierTypeOf(place.loginHint) ?? 'nir' };
  }

  /** Asks for a code. @throws ServiceError validation_failed. */
  const submit = guard(policy, async ({ place }, input: PasswordRecoveryInput): Promise<CodeForm> => {
    const { type, value } = parseIdentifier(input.identifierType, input.identifier);
    const birthDate = readTypedBirthDate(input.birthDate, ports.clock.now());
    const codeId = ports.random.token();
    const { channel } = input;
    const request = { codeId, type, value, birthDate, channel, clientId: place.clientId };
    await ports.jobs.add('start-password-recovery', request);
    const proofs = { 'password-recovery': { codeId, identifierType: type } };
    return { status: 'code-sent', identifierType: type, kept: { proofs } };
  });

  /** @throws ServiceError step_not_available before a code was asked for. */
  async function showCode(context: StepContext): Promise<CodeForm> {
    return { status: 'code-sent', identifierType: requireRequest(context).identifierType };
  }

  /** Proves the code. @throws ServiceError validation_failed, code_wrong, code_tries_exceeded, step_not_available. */
  const submitCode = guard(
    policy,
    async (context, input: { readonly code: string }, attempt): Promise<NewPasswordForm> => {
      const request = requireRequest(context);
      const code = readVerificationCode(input.code);
      if (code === undefined) throw fieldError('code', 'code_shape');
      const subject = await ports.verificationCodes.verify(request.codeId, PASSWORD_RECOVERY, code);
      if (subject?.kind !== 'account') throw new ServiceError('code_wrong');
      const { accountId } = subject;
      attempt.concerns(accountId);
      const proof = { accountId, provedAtMs: ports.clock.now().getTime() };
      return { ...passwordForm(request), kept: { proofs: { 'password-recovery': { ...request, proof } } } };
    },
  );

  async function showPassword(context: StepContext): Promise<NewPasswordForm> {
    requireProof(context);
    return passwordForm(requireRequest(context));
  }

  /** Sets the password and ends every session. @throws ServiceError validation_failed, step_not_available. */
  const submitPassword = guard(policy, async (context, input: NewPasswordInput, attempt): Promise<PasswordChanged> => {
    const { accountId, provedAtMs } = requireProof(context);
    attempt.concerns(accountId);
    const account = await ports.accounts.findProfile(accountId);
    if (!account) throw new ServiceError('account_unavailable');
    const password = await checkNewPassword(ports, passwordRules, account, input);
    const hash = await ports.passwords.hash(password);
    if (!(await ports.accounts.setPassword(accountId, hash, new Date(provedAtMs))))
      throw new ServiceError('step_not_available');
    // What was guessed at is gone: the locks of its failures would only keep its owner out.
    const { browser } = context.request;
    for (const key of new Set([accountAttemptsKey(accountId), attemptsKeyOn(ports.vault, browser, accountId)]))
      await ports.attempts.succeed(key);
    const { identifierType } = requireRequest(context);
    return {
      status: 'password-changed',
      identifierType,
      kept: { proofs: { 'password-recovery': undefined, proved: undefined } },
    };
  });

  function passwordForm({ identifierType }: RecoveryProof): NewPasswordForm {
    return { status: 'new-password-required', identifierType, rules: rulesOf(passwordRules) };
  }

  return { show, submit, showCode, submitCode, showPassword, submitPassword };
}

function requireRequest({ place }: StepContext): RecoveryProof {
  const request = place.proofs['password-recovery'];
  if (!request) throw new ServiceError('step_not_available');
  return request;
}

/** No new password without a proved code: the account comes from the proof and from nowhere else. */
function requireProof(context: StepContext) {
  const { proof } = requireRequest(context);
  if (!proof) throw new ServiceError('step_not_available');
  return proof;
}
