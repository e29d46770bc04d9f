/**
 * Hands a message to a gateway, once. A gateway that is away is tried again; one that says no, or a message that nobody
 * could use any more, ends as failed and leaves an audit event that an agent can act on. The code of a message lives
 * from its sending on and dies with a message that failed: no code without a message, no message without its code.
 */
import { fitsOneSms } from '../../../domain/gsm7.ts';
import type { JobAttempt } from '../../../ports/jobs.ts';
import type { Messages, Notifier, OutgoingMessage, SendResult } from '../../../ports/messages.ts';
import type { Logger } from '../../../ports/monitoring.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Clock } from '../../../ports/system.ts';

declare module '../../../ports/jobs.ts' {
  interface JobPayloads {
    readonly 'deliver-message': OutgoingMessage;
  }
}

export interface DeliverPorts extends Pick<Ports, 'audit' | 'metrics' | 'verificationCodes'> {
  readonly messages: Messages;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createDeliverMessage(ports: DeliverPorts) {
  return async function deliverMessage(job: OutgoingMessage, attempt: JobAttempt): Promise<void> {
    const { messageId, accountId, kind, template, purpose } = job;
    const state = await ports.messages.deliver({ messageId, accountId, kind, template }, () => send(job, attempt));
    ports.metrics.count(state.status === 'failed' ? 'messages_failed' : 'messages_sent', { channel: kind, purpose });
    if (state.status !== 'failed') return;
    if (job.code) await ports.verificationCodes.remove(job.code.codeId, job.code.purpose);
    // After the fact, and again when this job is taken up after a crash: told twice rather than never.
    await ports.audit.record({
      kind: 'message',
      outcome: 'failed',
      accountId,
      details: { messageId, template, kind, reason: state.reason ?? 'unknown' },
    });
  };

  async function send(job: OutgoingMessage, attempt: JobAttempt): Promise<SendResult> {
    if (job.expiresAtMs !== undefined && ports.clock.now().getTime() >= job.expiresAtMs)
      return { sent: false, reason: 'expired' };
    const { messageId, kind, to, subject, text } = job;
    // A fault of the catalogue, that its tests look for: the message costs more, and reaches its person all the same.
    if (kind === 'sms' && !fitsOneSms(text))
      ports.log.error({ event: 'message_too_long', details: { messageId, template: job.template } }, 'not one SMS');
    try {
      await createCode(job);
      return await ports.notifier.send({ messageId, kind, to, subject, text });
    } catch (error) {
      if (!attempt.last) throw error;
      // A job whose attempts are spent would keep the message, sealed, for nothing: it ends here.
      ports.log.error({ event: 'message_given_up', error, details: { messageId } }, 'the gateway stayed away');
      return { sent: false, reason: 'gateway_away' };
    }
  }

  /** An attempt after a first one makes it anew, harmlessly: a code that was used stays used. */
  async function createCode({ code, expiresAtMs }: OutgoingMessage): Promise<void> {
    if (!code) return;
    if (expiresAtMs === undefined) throw new Error('a code without an end');
    const lifeSeconds = Math.ceil((expiresAtMs - ports.clock.now().getTime()) / 1000);
    await ports.verificationCodes.create(code, lifeSeconds);
  }
}
