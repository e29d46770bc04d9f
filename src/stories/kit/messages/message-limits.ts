/**
 * How many messages may leave: to one contact point, for one purpose, and to one country. What one purpose spends is lost
 * to no other: forms that a stranger fills in stop no warning.
 */
import type { OutgoingMessage } from '../../../ports/messages.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { ThrottlePolicy } from '../../../ports/throttles.ts';

export interface MessageThrottles {
  /** Of one contact point, for each purpose: what does not arrive is given back. */
  readonly contactPoint: readonly ThrottlePolicy[];
  /** The same, of all that leaves: nothing is given back for ever to a number that always reports failures. */
  readonly paid: readonly ThrottlePolicy[];
  /** Of the whole service. */
  readonly budgets: Readonly<Record<OutgoingMessage['purpose'], ThrottlePolicy>>;
  /** Where SMS may go; false for everywhere. */
  readonly countries:
    | false
    | {
        readonly listed: ReadonlySet<string>;
        /** Of those, the ones that the budgets of purposes alone bound. */
        readonly withoutBudget: ReadonlySet<string>;
        readonly budget: ThrottlePolicy;
      };
}

export interface LimitPorts extends Pick<Ports, 'rateLimiter' | 'vault' | 'log' | 'metrics' | 'phoneNumbers'> {
  readonly messageThrottles: MessageThrottles;
}

/** Which limit a message reached. */
export type LimitReached = 'contact-point' | 'budget' | 'country';

interface Limit {
  readonly policy: ThrottlePolicy;
  readonly key: string;
  readonly of: LimitReached;
  /** Told each time that it stops a message. */
  tell(): void;
}

/** How far SMS may go to one country. */
interface Cap {
  readonly country: string;
  readonly isListed: boolean;
  /** Undefined where the budgets of purposes alone bound it. */
  readonly budget: ThrottlePolicy | undefined;
}

type Counted = Pick<OutgoingMessage, 'kind' | 'to' | 'purpose' | 'share'>;

/** Counts a message that is about to leave; one that may not counts nowhere. @returns the limit that it reached. */
export async function countMessage(ports: LimitPorts, message: Counted): Promise<LimitReached | undefined> {
  const cap = capOf(ports, message);
  if (cap?.isListed === false) {
    tellOfCountry(ports, message, cap);
    return 'country';
  }
  const counted: Limit[] = [];
  for (const limit of limitsOf(ports, message, cap)) {
    if (!(await ports.rateLimiter.count(limit.policy, limit.key)).allowed) {
      for (const { policy, key } of counted) await ports.rateLimiter.giveBack(policy, key, 0);
      limit.tell();
      return limit.of;
    }
    counted.push(limit);
  }
  return undefined;
}

/**
 * A message that did not arrive does not count against its person, and stays counted as one that is paid for.
 * @returns whether it was given back: nothing is of a notice, which counts nowhere.
 */
export async function giveBackMessage(ports: LimitPorts, message: Counted, countedAgoMs: number): Promise<boolean> {
  const limits = contactPointLimits(ports, message, ports.messageThrottles.contactPoint);
  for (const { policy, key } of limits) await ports.rateLimiter.giveBack(policy, key, countedAgoMs);
  return limits.length > 0;
}

function limitsOf(ports: LimitPorts, message: Counted, cap: Cap | undefined): readonly Limit[] {
  const { contactPoint, paid, budgets } = ports.messageThrottles;
  const { purpose } = message;
  const limits: Limit[] = [
    ...contactPointLimits(ports, message, [...contactPoint, ...paid]),
    { policy: budgets[purpose], key: purpose, of: 'budget', tell: () => tellOfBudget(ports, message) },
  ];
  // A notice follows a change that was proved: what is asked for in its country must not keep it back.
  if (cap?.budget && purpose !== 'notice') {
    const key = `${cap.country}:${purpose}`;
    limits.push({ policy: cap.budget, key, of: 'country', tell: () => tellOfCountry(ports, message, cap) });
  }
  return limits;
}

/** None for a notice: it is bounded by the changes that it tells of, and each of them is told. */
function contactPointLimits(
  ports: LimitPorts,
  { kind, to, purpose, share }: Counted,
  policies: readonly ThrottlePolicy[],
): readonly Limit[] {
  if (purpose === 'notice') return [];
  const index = ports.vault.blindIndex(`contact-point:${kind === 'sms' ? 'mobile' : 'email'}`, to);
  const key = [index, purpose, ...(share === undefined ? [] : [share])].join(':');
  const tell = () => ports.metrics.count('messages_refused_by_contact_point', { channel: kind, purpose });
  return policies.map((policy) => ({ policy, key, of: 'contact-point', tell }));
}

/** @returns undefined for mail, and where countries are not capped. `none` is the country of what is no number. */
function capOf({ messageThrottles: { countries }, phoneNumbers }: LimitPorts, { kind, to }: Counted): Cap | undefined {
  if (kind !== 'sms' || !countries) return undefined;
  const country = phoneNumbers.countryOf(to) ?? 'none';
  const budget = countries.withoutBudget.has(country) ? undefined : countries.budget;
  return { country, isListed: countries.listed.has(country), budget };
}

function tellOfCountry({ metrics, log }: LimitPorts, { purpose }: Counted, { country, isListed }: Cap): void {
  metrics.count('messages_refused_by_country', { country, purpose });
  const event = isListed ? 'message_country_budget_spent' : 'message_country_not_listed';
  log[isListed ? 'error' : 'warn']({ event, details: { country, purpose } }, 'no SMS to this country for now');
}

/** A budget that is spent means an attack, or a budget that is too small: each refusal raises the alarm. */
function tellOfBudget({ metrics, log }: LimitPorts, { kind: channel, purpose }: Counted): void {
  metrics.count('messages_refused_by_budget', { channel, purpose });
  log.error({ event: 'message_budget_spent', details: { purpose } }, 'the budget is spent: nothing is sent');
}
