/**
 * Stands before every step that checks a secret or spends a hash: throttle by client address, then the step, then
 * the audit event, whatever happened. `countThenVerify` counts an attempt before a password is compared.
 */
import type { LockoutPolicy } from '../../domain/lockout.ts';
import { ServiceError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ThrottlePolicy } from '../../ports/throttles.ts';
import { createClientAddressThrottle } from './client-address-throttle.ts';
import type { StepContext } from './context.ts';
import { owedBy } from './next-step.ts';
import { type AnyOutcome, type CommonOutcome, isProved } from './outcome.ts';

export interface GuardPolicy {
  /** Kind of the audit event. */
  readonly audit: string;
  readonly throttle: ThrottlePolicy;
  /**
   * The step uses something up (a captcha, a code): the audit log must answer before it does, so that a store that is
   * away costs the person nothing but a second try.
   */
  readonly spendsOneUse?: boolean;
}

const guarded: unique symbol = Symbol('guarded');

/** A step behind its guard. Only `createGuard` makes one: the mark is not exported. */
export interface GuardedStep<Input, Outcome> {
  (context: StepContext, input: Input): Promise<Outcome>;
  readonly [guarded]: string;
}

/** The kind of the audit event that a guarded step leaves. */
export function guardOf(step: GuardedStep<never, unknown>): string {
  return step[guarded];
}

/** What a guarded step is given besides its input. */
export interface AttemptGuard {
  /** Names the account in the audit event. */
  concerns(accountId: string): void;
  /**
   * Counts an attempt against `key`, then compares. A right answer takes the count back.
   * @throws ServiceError sign_in_locked, the same for a right and a wrong secret.
   */
  countThenVerify(key: string, verify: () => Promise<boolean>): Promise<boolean>;
}

export interface GuardSettings {
  /** How failures in a row lock. */
  readonly lockout: LockoutPolicy;
  /** Multiplies the limit for addresses that the operator lists as shared. */
  readonly sharedAddressFactor: number;
}

export type Guard = ReturnType<typeof createGuard>;

export function createGuard(
  ports: Pick<Ports, 'rateLimiter' | 'attempts' | 'audit' | 'vault'>,
  { lockout, sharedAddressFactor }: GuardSettings,
) {
  const throttle = createClientAddressThrottle(ports, sharedAddressFactor);

  async function countThenVerify(key: string, verify: () => Promise<boolean>): Promise<boolean> {
    const attempt = await ports.attempts.begin(key, lockout);
    if (!attempt.allowed) throw new ServiceError('sign_in_locked', { retryAfterSeconds: attempt.retryAfterSeconds });
    const right = await compare(key, verify);
    if (right) await ports.attempts.succeed(key);
    return right;
  }

  async function compare(key: string, verify: () => Promise<boolean>): Promise<boolean> {
    try {
      return await verify();
    } catch (error) {
      await ports.attempts.release(key);
      throw error;
    }
  }

  /** Wraps a step. */
  return function guard<Input, Outcome extends AnyOutcome | CommonOutcome>(
    policy: GuardPolicy,
    step: (context: StepContext, input: Input, attempt: AttemptGuard) => Promise<Outcome>,
  ): GuardedStep<Input, Outcome> {
    const run = async (context: StepContext, input: Input): Promise<Outcome> => {
      const { requestId, clientAddress } = context.request;
      let accountId: string | undefined;
      const concerns = (id: string) => {
        accountId = id;
      };
      const record = (outcome: string) =>
        ports.audit.record({
          kind: policy.audit,
          outcome,
          accountId,
          clientId: context.place.clientId,
          requestId,
          clientAddressIndex: ports.vault.blindIndex('client-address', clientAddress.address),
        });
      try {
        await throttle(policy.throttle, clientAddress);
        if (policy.spendsOneUse) await record('begun');
        const outcome = await step(context, input, { concerns, countThenVerify });
        await record(nameOf(outcome));
        return outcome;
      } catch (error) {
        if (isWorthAudit(error)) await record(error.code);
        throw error;
      }
    };
    return Object.assign(run, { [guarded]: policy.audit } as const);
  };
}

/** What the audit log calls it: whoever was proved is signed in, or owes something first. */
function nameOf(outcome: AnyOutcome | CommonOutcome): string {
  return isProved(outcome) ? (owedBy(outcome.factors) ?? 'authenticated') : outcome.status;
}

/** A form that was filled in badly is no security fact, and a store that is down cannot record one. */
function isWorthAudit(error: unknown): error is ServiceError {
  return error instanceof ServiceError && error.status < 500 && error.code !== 'validation_failed';
}
