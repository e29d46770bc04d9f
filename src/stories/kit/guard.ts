/**
 * Stands before every step that checks a secret or spends a hash: throttle by client address, then the step, then
 * the audit event, whatever happened. `countThenVerify` counts an attempt before a password is compared.
 */
import type { LockoutPolicy } from '../../domain/lockout.ts';
import { ServiceError } from '../../errors.ts';
import type { AuditEvent, GuardedKind, OutcomeOf } from '../../ports/audit-log.ts';
import type { Ports } from '../../ports/ports.ts';
import type { AttemptResult, ThrottlePolicy } from '../../ports/throttles.ts';
import { countOrRefuse, createClientAddressThrottle } from './client-address-throttle.ts';
import type { StepContext } from './context.ts';
import { REFUSALS } from './guarded-kind.ts';
import { owedBy } from './next-step.ts';
import { type AnyOutcome, type CommonOutcome, isProved, type Proved, type Redirect } from './outcome.ts';

export interface GuardPolicy<Kind extends GuardedKind> {
  /** Kind of the audit event. */
  readonly audit: Kind;
  readonly throttle: ThrottlePolicy;
  /**
   * The step uses something up (a captcha, a code): the audit log must answer before it does, so that a store that is
   * away costs the person nothing but a second try.
   */
  readonly spendsOneUse?: 'begun' extends OutcomeOf<Kind> ? boolean : false;
}

/** What a guarded step may return: what its kind of event has a name for. */
export type OutcomeFor<Kind extends GuardedKind> =
  | (AnyOutcome & { readonly status: OutcomeOf<Kind> })
  | ('authenticated' extends OutcomeOf<Kind> ? Proved : never)
  | ('redirect' extends OutcomeOf<Kind> ? Redirect : never);

/**
 * What a browser spends in the place of the limit of its client address, as high as that: an address may be a
 * carrier's, whose customers would wait for one another.
 */
export interface OwnLimit<Input> {
  /** Which browser it is, when it may have something of its own somewhere: found without asking anybody. */
  browserOf(context: StepContext): string | undefined;
  /** The key of what it has of its own at what was typed; undefined when that is nothing. */
  find(context: StepContext, input: Input): Promise<string | undefined>;
}

/** How many times as often as it may try one browser may have looked up whether it has a limit of its own. */
const LOOK_UPS = 2;

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

/** Under what an attempt is counted. A browser that counts for itself, and knows the account, has one key for both. */
export interface AttemptKeys {
  /** What was typed: it alone decides whether a lock is shown, so that no lock tells that two identifiers are one person's. */
  readonly shown: string;
  /** Whose secret it is: it decides whether the secret is compared, whichever identifier was typed. */
  readonly compared: string;
}

/** What a guarded step is given besides its input. */
export interface AttemptGuard<Kind extends GuardedKind> {
  /** Names the account in the audit event. */
  concerns(accountId: string): void;
  /**
   * The audit event of this step, for whoever writes it in the transaction of a change: a change that is done is never
   * answered by the failure of its event. When the step returns, no other is written.
   */
  eventOf(outcome: OutcomeOf<Kind>): AuditEvent;
  /**
   * Counts an attempt, then compares. A right answer takes the count back. While `compared` is locked and `shown` is not,
   * the comparison is done and its result thrown away: the answer is that of a wrong secret.
   * @param captchaSolved passes for the wait of the longest lock.
   * @throws ServiceError sign_in_locked, captcha_required, the same for a right and a wrong secret.
   */
  countThenVerify(keys: AttemptKeys, verify: () => Promise<boolean>, captchaSolved?: boolean): Promise<boolean>;
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
  const { attempts, audit, rateLimiter } = ports;
  const throttle = createClientAddressThrottle(ports, sharedAddressFactor);

  async function countThenVerify(
    { shown, compared }: AttemptKeys,
    verify: () => Promise<boolean>,
    captchaSolved = false,
  ): Promise<boolean> {
    const attempt = await attempts.begin(shown, lockout, captchaSolved);
    if (!attempt.allowed) throw lockOf(attempt);
    const isCompared = shown === compared || (await attempts.begin(compared, lockout, captchaSolved)).allowed;
    const counted = isCompared ? [...new Set([shown, compared])] : [shown];
    const isRight = await compare(counted, verify);
    if (!isCompared || !isRight) return false;
    await Promise.all(counted.map((key) => attempts.succeed(key)));
    return true;
  }

  async function compare(counted: readonly string[], verify: () => Promise<boolean>): Promise<boolean> {
    try {
      return await verify();
    } catch (error) {
      await Promise.all(counted.map((key) => attempts.release(key)));
      throw error;
    }
  }

  /** A browser that has it looked up too often has nothing of its own. */
  async function findOwn<Input>(
    { name, limit, windowSeconds }: ThrottlePolicy,
    ownLimit: OwnLimit<Input> | undefined,
    context: StepContext,
    input: Input,
  ): Promise<string | undefined> {
    const browser = ownLimit?.browserOf(context);
    if (!ownLimit || browser === undefined) return undefined;
    const lookUps = { name: `${name}-looked-up`, limit: LOOK_UPS * limit, windowSeconds };
    const { allowed } = await rateLimiter.count(lookUps, ports.vault.blindIndex('browser', browser));
    return allowed ? ownLimit.find(context, input) : undefined;
  }

  /** Wraps a step. @param ownLimit without it every browser spends the limit of its client address. */
  return function guard<Kind extends GuardedKind, Input, Outcome extends OutcomeFor<Kind>>(
    policy: GuardPolicy<Kind>,
    step: (context: StepContext, input: Input, attempt: AttemptGuard<Kind>) => Promise<Outcome>,
    ownLimit?: OwnLimit<Input>,
  ): GuardedStep<Input, Outcome> {
    const run = async (context: StepContext, input: Input): Promise<Outcome> => {
      const { requestId, clientAddress } = context.request;
      let accountId: string | undefined;
      let isRecorded = false;
      const concerns = (id: string) => {
        accountId = id;
      };
      // The types of the step and of its policy hold the outcome against the kind: here the event gets its type.
      const toEvent = (outcome: string) =>
        ({
          kind: policy.audit,
          outcome,
          accountId,
          clientId: context.place.clientId,
          requestId,
          clientAddressIndex: ports.vault.blindIndex('client-address', clientAddress.address),
        }) as AuditEvent;
      const eventOf = (outcome: OutcomeOf<Kind>) => {
        isRecorded = true;
        return toEvent(outcome);
      };
      try {
        const own = await findOwn(policy.throttle, ownLimit, context, input);
        if (own === undefined) await throttle(policy.throttle, clientAddress);
        else await countOrRefuse(rateLimiter, { ...policy.throttle, name: `${policy.throttle.name}-known` }, own);
        if (policy.spendsOneUse) await audit.record(toEvent('begun'));
        const outcome = await step(context, input, { concerns, eventOf, countThenVerify });
        if (!isRecorded) await audit.record(toEvent(nameOf(outcome)));
        return outcome;
      } catch (error) {
        if (isWorthAudit(error)) await audit.record(toEvent(error.code));
        throw error;
      }
    };
    return Object.assign(run, { [guarded]: policy.audit } as const);
  };
}

function lockOf({ retryAfterSeconds, captchaPasses, firstRefusal }: AttemptResult): ServiceError {
  const code = captchaPasses ? 'captcha_required' : 'sign_in_locked';
  return new ServiceError(code, { retryAfterSeconds, details: { repeated: firstRefusal !== true } });
}

/** What the audit log calls it: whoever was proved is signed in, or owes something first. */
function nameOf(outcome: AnyOutcome | CommonOutcome): string {
  return isProved(outcome) ? (owedBy(outcome.factors) ?? 'authenticated') : outcome.status;
}

/** A limit that goes on refusing was told when it began to: a stranger does not fill the audit log by being refused. */
function isWorthAudit(error: unknown): error is ServiceError {
  return error instanceof ServiceError && REFUSALS[error.code] !== null && error.details.repeated !== true;
}
