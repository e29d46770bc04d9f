/**
 * « Mot de passe oublié »: identifier and birth date, a code on a contact point of the account, the new password, then
 * sign-in; nobody is signed in by it. Known and unknown people are answered alike: the search is a job after the answer.
 * A lock never closes this door, and an account still on its initial password may use it.
 */
import type { AccountProfile } from '../../domain/account.ts';
import { accountAttemptsKey } from '../../domain/lockout.ts';
import type { PasswordPolicy } from '../../domain/password-policy.ts';
import type { Subject } from '../../domain/subject.ts';
import { PASSWORD_RECOVERY, readVerificationCode } from '../../domain/verification-code.ts';
import { collectFaults, type FieldError, fieldError, ServiceError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { findOwnKey, makeKnown, readDevice, type TokenToWrite } from '../kit/browser.ts';
import type { StepContext } from '../kit/context.ts';
import type { Guard, GuardPolicy } from '../kit/guard.ts';
import {
  checkNewPassword,
  faultsOfNewPassword,
  type NewPasswordInput,
  type PasswordRules,
  rulesOf,
} from '../kit/new-password.ts';
import {
  type AskingRules,
  createAsking,
  type RecoveryOutcome,
  type RecoveryProof,
  requireRequest,
} from './flow/asking.ts';

export interface NewPasswordForm extends RecoveryOutcome {
  readonly status: 'new-password-required';
  readonly rules: PasswordRules;
}

export interface PasswordChanged extends RecoveryOutcome {
  readonly status: 'password-changed';
}

export type RecoveryPorts = Pick<
  Ports,
  | 'accounts'
  | 'attempts'
  | 'passwords'
  | 'commonWords'
  | 'verificationCodes'
  | 'knownBrowsers'
  | 'rememberedIdentifiers'
  | 'vault'
  | 'jobs'
  | 'random'
  | 'clock'
  | 'log'
>;

export interface RecoveryRules {
  readonly passwords: PasswordPolicy;
  /** Wrong codes of an account past which its holder is told. */
  readonly wrongCodesPerDay: number;
  /** Between two codes of one request. */
  readonly codes: AskingRules;
}

export function createPasswordRecovery(
  ports: RecoveryPorts,
  guard: Guard,
  policy: GuardPolicy<'password-recovery'>,
  rules: RecoveryRules,
) {
  const asking = createAsking(ports, guard, policy, rules.codes);

  /** Proves the code. @throws ServiceError validation_failed, code_wrong, code_tries_exceeded, step_not_available. */
  const submitCode = guard(
    policy,
    async (context, input: { readonly code: string }, attempt): Promise<NewPasswordForm> => {
      const request = requireRequest(context);
      const code = readCode(input.code);
      const check = await ports.verificationCodes.verify(
        request.codeId,
        PASSWORD_RECOVERY,
        code,
        `codes:${request.typedAs}`,
      );
      if (check.subject?.kind !== 'account') {
        if (check.subject === undefined) await tellOnce(check.wrongCodes, check.about);
        const triesLeft = await ports.verificationCodes.triesLeft(request.codeId, PASSWORD_RECOVERY);
        throw new ServiceError('code_wrong', { triesLeft });
      }
      const { accountId } = check.subject;
      attempt.concerns(accountId);
      const proof = { accountId, provedAtMs: ports.clock.now().getTime() };
      return { ...passwordForm(request), kept: { proofs: { 'password-recovery': { ...request, proof } } } };
    },
  );

  /** The first wrong code past the limit has the holder told: a job, that of an unknown person too, who is told nothing. */
  async function tellOnce(wrongCodes: number, about: Subject | undefined): Promise<void> {
    if (wrongCodes !== rules.wrongCodesPerDay + 1) return;
    const accountId = about?.kind === 'account' ? about.accountId : undefined;
    await ports.jobs.add('tell-wrong-codes', { accountId });
  }

  async function showPassword(context: StepContext): Promise<NewPasswordForm> {
    requireProof(context);
    return passwordForm(requireRequest(context));
  }

  /** Sets the password and ends every session. @throws ServiceError validation_failed, step_not_available, account_unavailable. */
  const submitPassword = guard(policy, async (context, input: NewPasswordInput, attempt): Promise<PasswordChanged> => {
    const { accountId, provedAtMs } = requireProof(context);
    attempt.concerns(accountId);
    const account = await ports.accounts.findProfile(accountId);
    if (!account) throw new ServiceError('account_unavailable');
    const password = await checkNewPassword(ports, rules.passwords, account, input);
    const hash = await ports.passwords.hash(password);
    const event = attempt.eventOf('password-changed');
    if (!(await ports.accounts.setPassword(accountId, hash, new Date(provedAtMs), event)))
      throw new ServiceError('step_not_available');
    const { identifier, typedAs } = requireRequest(context);
    const device = await afterChange(context, account, typedAs);
    return {
      status: 'password-changed',
      identifierType: identifier.type,
      isDone: true,
      kept: { proofs: { 'password-recovery': undefined, proved: undefined }, browser: { device } },
    };
  });

  /** Whoever forgot to confirm a password is told at once that it is too weak. */
  const besidesPassword = guard(
    { ...policy, spendsOneUse: false },
    async (context, input: Partial<NewPasswordInput>): Promise<never> => {
      const account = await ports.accounts.findProfile(requireProof(context).accountId);
      if (!account) throw new ServiceError('account_unavailable');
      const fields = await faultsOfNewPassword(ports, rules.passwords, account, input);
      throw new ServiceError('validation_failed', { fields });
    },
  );

  /**
   * What was guessed at is gone: the locks of its failures would only keep its owner out. That of an identifier of theirs
   * which was not typed here stays until it ends: lifted, it would tell that both are one person's. The browser that
   * recovered the account is known to it. The password is changed by now: what fails here is not answered as if it were not.
   */
  async function afterChange(
    { request: { browser } }: StepContext,
    account: AccountProfile,
    typedAs: string,
  ): Promise<TokenToWrite | undefined> {
    const { accountId } = account;
    try {
      const ownKey = await findOwnKey(ports, readDevice(ports.vault, browser.device), account);
      const keys = [accountAttemptsKey(accountId), typedAs, ...(ownKey === undefined ? [] : [ownKey])];
      await Promise.all(keys.map((key) => ports.attempts.succeed(key)));
      return await makeKnown(ports, browser.device, accountId);
    } catch (error) {
      ports.log.warn({ event: 'after_password_change', error }, 'locks were not lifted after a new password');
      return undefined;
    }
  }

  function passwordForm({ identifier }: RecoveryProof): NewPasswordForm {
    return { status: 'new-password-required', identifierType: identifier.type, rules: rulesOf(rules.passwords) };
  }

  return { ...asking, submitCode, faultsOfCode, showPassword, submitPassword, besidesPassword };
}

function faultsOfCode({ code }: { readonly code?: string }): readonly FieldError[] {
  return collectFaults(() => code !== undefined && readCode(code));
}

function readCode(typed: string): string {
  const code = readVerificationCode(typed);
  if (code === undefined) throw fieldError('code', 'code_shape');
  return code;
}

/** No new password without a proved code: the account comes from the proof and from nowhere else. */
function requireProof(context: StepContext) {
  const { proof } = requireRequest(context);
  if (!proof) throw new ServiceError('step_not_available');
  return proof;
}
