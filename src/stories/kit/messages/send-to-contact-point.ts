/** Puts a message on its way to a contact point, within its limits. */
import type { Account } from '../../../domain/account.ts';
import type { ContactPoint } from '../../../ports/accounts.ts';
import type { AuditEvent } from '../../../ports/audit-log.ts';
import type { MessageTexts, OutgoingMessage } from '../../../ports/messages.ts';
import type { Ports } from '../../../ports/ports.ts';
import { countMessage, type LimitPorts } from './message-limits.ts';
import type { MessageTemplates } from './templates.ts';

export interface MessageToSend<Template extends keyof MessageTemplates>
  extends Pick<OutgoingMessage, 'expiresAtMs' | 'code' | 'share'> {
  readonly account: Account;
  readonly contactPoint: ContactPoint;
  /** The other one of the account: tried when no SMS may go to the country of the first, or when that one has failed. */
  readonly otherwise?: ContactPoint;
  readonly template: Template;
  /** As the template declares it. */
  readonly purpose: MessageTemplates[Template]['purpose'];
  readonly values: MessageTemplates[Template]['values'];
  /** Of a message that is on its way: recorded with it, or neither is, so that nothing that comes after sends another. */
  readonly event?: AuditEvent;
}

export interface SendPorts extends LimitPorts, Pick<Ports, 'jobs' | 'random' | 'clock' | 'audit'> {
  readonly messageTexts: MessageTexts;
}

/** @returns false when a limit was reached: nothing is sent. */
export async function sendToContactPoint<Template extends keyof MessageTemplates>(
  ports: SendPorts,
  { account, contactPoint, otherwise, template, purpose, values, event, ...more }: MessageToSend<Template>,
): Promise<boolean> {
  const write = ({ kind: contactKind, value }: ContactPoint): OutgoingMessage => {
    const kind = contactKind === 'mobile' ? 'sms' : 'mail';
    return {
      messageId: ports.random.uuid(),
      accountId: account.accountId,
      template,
      purpose,
      kind,
      to: value,
      queuedAtMs: ports.clock.now().getTime(),
      ...more,
      ...ports.messageTexts.write(template, kind, account.locale, values),
    };
  };
  const other = otherwise && write(otherwise);
  return sendWithinLimits(ports, { ...write(contactPoint), ...(other && { otherwise: other }) }, event);
}

/** The same for a message whose words are written. */
export async function sendWithinLimits(
  ports: SendPorts,
  message: OutgoingMessage,
  event?: AuditEvent,
): Promise<boolean> {
  const reached = await countMessage(ports, message);
  if (reached === 'country' && message.otherwise) return sendWithinLimits(ports, message.otherwise, event);
  if (reached !== undefined) {
    // The search that asked for it says the same of a contact point that had its share.
    if (reached !== 'contact-point') await recordRefusal(ports, message, reached);
    return false;
  }
  // After the count: what is given back later is given back in that window.
  const now = ports.clock.now().getTime();
  await ports.jobs.add(`deliver-${message.kind}`, { ...message, queuedAtMs: now, countedAtMs: now }, event);
  return true;
}

function recordRefusal(
  { audit }: SendPorts,
  { messageId, accountId, template, kind }: OutgoingMessage,
  reason: 'budget' | 'country',
): Promise<void> {
  return audit.record({
    kind: 'message',
    outcome: 'refused',
    accountId,
    details: { messageId, template, kind, reason },
  });
}

/** The one that was chosen first, where the account has it, and then the other. */
export function orderContactPoints(
  contactPoints: readonly ContactPoint[],
  channel: 'sms' | 'mail',
): readonly ContactPoint[] {
  const wanted = channel === 'sms' ? 'mobile' : 'email';
  return [
    ...contactPoints.filter(({ kind }) => kind === wanted),
    ...contactPoints.filter(({ kind }) => kind !== wanted),
  ];
}
