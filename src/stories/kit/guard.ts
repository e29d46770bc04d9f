/**
 * Stands before every step that checks a secret or spends a hash: throttle by client address, then the step, then
 * the audit event, whatever happened. `countThenVerify` is the only way to compare a secret: it counts first.
 */
import type { LockoutPolicy } from '../../domain/lockout.ts';
import { ServiceError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ThrottlePolicy } from '../../ports/throttles.ts';
import type { FlowContext, Outcome, Step } from './outcome.ts';

export interface GuardPolicy {
  /** Kind of the audit event. */
  readonly audit: string;
  readonly throttle: ThrottlePolicy;
  /**
   * The step uses something up (a captcha, a code): the audit log must answer before it does, so that a store that is
   * away costs the person nothing but a second try.
   */
  readonly spendsOneUse?: boolean;
  /** Multiplies the limit for addresses that the operator lists as shared. */
  readonly sharedAddressFactor: number;
}

/** A step behind its guard; the operations table accepts no other kind for a POST. */
export interface GuardedStep<Input> extends Step<Input> {
  readonly guardedBy: string;
}

/** What a guarded step is given besides its input. */
export interface Guard {
  /** Names the account in the audit event. */
  concerns(accountId: string): void;
  /**
   * Counts an attempt against `key`, then compares. A right answer takes the count back.
   * @throws ServiceError sign_in_locked, the same for a right and a wrong secret.
   */
  countThenVerify(key: string, verify: () => Promise<boolean>): Promise<boolean>;
}

type GuardPorts = Pick<Ports, 'rateLimiter' | 'attempts' | 'audit' | 'vault'>;

/** Wraps steps. @param lockout how failures in a row lock. */
export function createGuard(ports: GuardPorts, lockout: LockoutPolicy) {
  return function guard<Input>(
    policy: GuardPolicy,
    step: (context: FlowContext, input: Input, guard: Guard) => Promise<Outcome>,
  ): GuardedStep<Input> {
    const guarded = async (context: FlowContext, input: Input): Promise<Outcome> => {
      let accountId: string | undefined;
      const guardOfStep: Guard = {
        concerns: (id) => {
          accountId = id;
        },
        countThenVerify: async (key, verify) => {
          const attempt = await ports.attempts.begin(key, lockout);
          if (!attempt.allowed)
            throw new ServiceError('sign_in_locked', { retryAfterSeconds: attempt.retryAfterSeconds });
          const right = await compare(key, verify);
          if (right) await ports.attempts.succeed(key);
          return right;
        },
      };
      const record = (outcome: string) =>
        ports.audit.record({
          kind: policy.audit,
          outcome,
          accountId,
          clientId: context.client.clientId,
          requestId: context.requestId,
          clientAddressIndex: ports.vault.blindIndex('client-address', context.clientAddress),
        });
      try {
        await throttle(context);
        if (policy.spendsOneUse) await record('begun');
        const outcome = await step(context, input, guardOfStep);
        await record(outcome.status);
        return outcome;
      } catch (error) {
        if (isWorthAudit(error)) await record(error.code);
        throw error;
      }
    };

    async function compare(key: string, verify: () => Promise<boolean>): Promise<boolean> {
      try {
        return await verify();
      } catch (error) {
        await ports.attempts.release(key);
        throw error;
      }
    }

    async function throttle(context: FlowContext): Promise<void> {
      const factor = context.sharedAddress ? policy.sharedAddressFactor : 1;
      const result = await ports.rateLimiter.count(
        { ...policy.throttle, limit: policy.throttle.limit * factor },
        ports.vault.blindIndex('client-address', context.clientAddress),
      );
      if (!result.allowed) throw new ServiceError('too_many_requests', { retryAfterSeconds: result.retryAfterSeconds });
    }

    return Object.assign(guarded, { guardedBy: policy.audit });
  };
}

/** A form that was filled in badly is no security fact, and a store that is down cannot record one. */
function isWorthAudit(error: unknown): error is ServiceError {
  return error instanceof ServiceError && error.status < 500 && error.code !== 'validation_failed';
}
