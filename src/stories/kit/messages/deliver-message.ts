/**
 * Hands a message to a gateway, once. A gateway that is away is tried again; one that says no, or a message that nobody
 * could use any more, ends as failed and leaves an audit event that an agent can act on.
 */
import { fitsOneSms } from '../../../domain/gsm7.ts';
import type { JobAttempt } from '../../../ports/jobs.ts';
import type { Message, Messages, Notifier, SendResult } from '../../../ports/messages.ts';
import type { Logger } from '../../../ports/monitoring.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Clock } from '../../../ports/system.ts';

export interface DeliverMessage extends Message {
  readonly accountId?: string;
  readonly template: string;
  /** Epoch milliseconds; a code that has expired is not worth sending. */
  readonly expiresAtMs?: number;
}

declare module '../../../ports/jobs.ts' {
  interface JobPayloads {
    readonly 'deliver-message': DeliverMessage;
  }
}

export interface DeliverPorts extends Pick<Ports, 'audit' | 'metrics'> {
  readonly messages: Messages;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createDeliverMessage(ports: DeliverPorts) {
  return async function deliverMessage(job: DeliverMessage, attempt: JobAttempt): Promise<void> {
    const { messageId, accountId, kind, template } = job;
    const state = await ports.messages.deliver({ messageId, accountId, kind, template }, () => send(job, attempt));
    ports.metrics.count(state.status === 'failed' ? 'messages_failed' : 'messages_sent');
    if (state.status !== 'failed') return;
    // After the fact, and again when this job is taken up after a crash: told twice rather than never.
    await ports.audit.record({
      kind: 'message',
      outcome: 'failed',
      accountId,
      details: { messageId, template, kind, reason: state.reason ?? 'unknown' },
    });
  };

  async function send(job: DeliverMessage, attempt: JobAttempt): Promise<SendResult> {
    if (job.expiresAtMs !== undefined && ports.clock.now().getTime() >= job.expiresAtMs)
      return { sent: false, reason: 'expired' };
    const { messageId, kind, to, subject, text } = job;
    // A fault of the catalogue, that its tests look for: the message costs more, and reaches its person all the same.
    if (kind === 'sms' && !fitsOneSms(text))
      ports.log.error({ event: 'message_too_long', details: { messageId, template: job.template } }, 'not one SMS');
    try {
      return await ports.notifier.send({ messageId, kind, to, subject, text });
    } catch (error) {
      if (!attempt.last) throw error;
      // A job whose attempts are spent would keep the message, sealed, for nothing: it ends here.
      ports.log.error({ event: 'message_given_up', error, details: { messageId } }, 'the gateway stayed away');
      return { sent: false, reason: 'gateway_away' };
    }
  }
}
