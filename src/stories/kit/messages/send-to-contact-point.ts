/**
 * Puts a message on its way to a contact point, within the throttles: by contact point, and for the whole service, past
 * whose budget it alarms and stops sending.
 */
import type { Account } from '../../../domain/account.ts';
import type { ContactPoint } from '../../../ports/accounts.ts';
import type { MessageTexts } from '../../../ports/messages.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { ThrottlePolicy } from '../../../ports/throttles.ts';
import type { NewVerificationCode } from '../../../ports/verification-codes.ts';

/** What each message says, by its template. A story declares its own beside the job that sends it. */
export interface MessageTemplates {
  readonly 'password-changed': Readonly<Record<never, never>>;
}

export interface MessageToSend<Template extends keyof MessageTemplates> {
  readonly account: Account;
  readonly contactPoint: ContactPoint;
  readonly template: Template;
  readonly values: MessageTemplates[Template];
  /** Epoch milliseconds: past them the message is not worth sending, and its code opens nothing. */
  readonly expiresAtMs?: number;
  /** The code that the words hold: it comes to life with the sending of its message, and never without. */
  readonly code?: NewVerificationCode;
  /**
   * The request came from a browser that has signed in to this account before. It spends limits of its own, as high:
   * what strangers ask for does not use up the holder's.
   */
  readonly share?: 'known-browser';
  /**
   * Follows a change that was proved, and is bounded by it: a code a moment before must not silence the warning after.
   */
  readonly isNotice?: boolean;
}

export interface SendPorts extends Pick<Ports, 'jobs' | 'rateLimiter' | 'vault' | 'log' | 'metrics' | 'random'> {
  readonly messageTexts: MessageTexts;
  readonly messageThrottles: { readonly contactPoint: readonly ThrottlePolicy[]; readonly service: ThrottlePolicy };
}

/** @returns false when a limit was reached: nothing is sent. */
export async function sendToContactPoint<Template extends keyof MessageTemplates>(
  ports: SendPorts,
  { account, contactPoint, template, values, expiresAtMs, code, isNotice = false, share }: MessageToSend<Template>,
): Promise<boolean> {
  const index = ports.vault.blindIndex(`contact-point:${contactPoint.kind}`, contactPoint.value);
  const key = share === undefined ? index : `${index}:${share}`;
  for (const policy of isNotice ? [] : ports.messageThrottles.contactPoint)
    if (!(await ports.rateLimiter.count(policy, key)).allowed) {
      ports.metrics.count('messages_refused_by_contact_point');
      return false;
    }
  if (!(await ports.rateLimiter.count(ports.messageThrottles.service, 'all')).allowed) {
    ports.metrics.count('messages_refused_by_budget');
    ports.log.error({ event: 'message_budget_spent' }, 'the budget of messages is spent: nothing is sent');
    return false;
  }
  const kind = contactPoint.kind === 'mobile' ? 'sms' : 'mail';
  await ports.jobs.add('deliver-message', {
    messageId: ports.random.uuid(),
    accountId: account.accountId,
    template,
    kind,
    to: contactPoint.value,
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    ...(code === undefined ? {} : { code }),
    ...ports.messageTexts.write(template, kind, account.locale, values),
  });
  return true;
}

/** The one that was chosen where the account has it, else the other. */
export function chooseContactPoint(
  contactPoints: readonly ContactPoint[],
  channel: 'sms' | 'mail',
): ContactPoint | undefined {
  const wanted = channel === 'sms' ? 'mobile' : 'email';
  return contactPoints.find(({ kind }) => kind === wanted) ?? contactPoints[0];
}
