/**
 * Hands a message to a gateway, once. Trouble that passes (a gateway that is away or does not know us, a store that is
 * away) is waited for as long as the message is worth sending; a gateway that says no, or a message that nobody could use
 * any more, ends as failed and leaves an audit event that an agent can act on. The code of a message lives from its sending
 * on and dies with a message that failed: no code without a message, no message without its code.
 */

import { fitsOneSms } from '../../../domain/gsm7.ts';
import { ServiceError } from '../../../errors.ts';
import type { JobAttempt } from '../../../ports/jobs.ts';
import type { Messages, Notifier, OutgoingMessage, SendResult } from '../../../ports/messages.ts';
import type { Logger } from '../../../ports/monitoring.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Clock } from '../../../ports/system.ts';
import { reportTrouble } from './gateway-trouble.ts';

declare module '../../../ports/jobs.ts' {
  interface JobPayloads {
    readonly 'deliver-mail': OutgoingMessage;
    readonly 'deliver-sms': OutgoingMessage;
  }
}

/** The job that delivers each kind: a gateway that hangs holds up its own kind alone. */
export const DELIVERIES = { mail: 'deliver-mail', sms: 'deliver-sms' } as const;

export interface DeliverPorts extends Pick<Ports, 'audit' | 'metrics' | 'verificationCodes' | 'rateLimiter'> {
  readonly messages: Messages;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How long a message without an end of its own is worth sending. */
const WORTH_SENDING_MS = 24 * 3600 * 1000;
/** The next try comes after the time that the message has waited already, by and large, within these bounds. */
const WAIT = { share: 0.7, leastSeconds: 3, mostSeconds: 300 };

export function createDeliverMessage(ports: DeliverPorts) {
  return async function deliverMessage(message: OutgoingMessage, attempt: JobAttempt): Promise<void> {
    const { messageId, accountId, kind, template, purpose } = message;
    const rest = isOver(message) ? 0 : (ports.notifier.restSeconds?.(kind) ?? 0);
    if (rest > 0) return putOff(message, attempt, rest);
    const record = { messageId, accountId, kind, template, purpose };
    let endedHere = false;
    const state = await ports.messages
      .deliver(record, async () => {
        const result = await send(message, attempt);
        endedHere = true;
        return result;
      })
      .catch((error) => {
        if (!willPass(error)) throw error;
        putOff(message, attempt);
        ports.log.warn(
          { event: 'message_put_off', code: error.code, error, details: { messageId } },
          'to be sent later',
        );
      });
    if (!state) return;
    const hasFailed = state.status === 'failed';
    if (endedHere) ports.metrics.count(hasFailed ? 'messages_failed' : 'messages_sent', { channel: kind, purpose });
    if (!hasFailed) return;
    if (message.code) await ports.verificationCodes.remove(message.code.codeId, message.code.purpose);
    // After the fact, and again when this job is taken up after a crash: told twice rather than never.
    await ports.audit.record({
      kind: 'message',
      outcome: 'failed',
      accountId,
      details: { messageId, template, kind, reason: state.reason ?? 'unknown' },
    });
  };

  async function send(message: OutgoingMessage, attempt: JobAttempt): Promise<SendResult> {
    if (message.expiresAtMs !== undefined && isOver(message)) return { sent: false, reason: 'expired' };
    const { messageId, kind, to, subject, text } = message;
    // A fault of the catalogue, that its tests look for: the message costs more, and reaches its person all the same.
    if (kind === 'sms' && !fitsOneSms(text))
      ports.log.error({ event: 'message_too_long', details: { messageId, template: message.template } }, 'not one SMS');
    try {
      await createCode(message);
      return await ports.notifier.send({ messageId, kind, to, subject, text });
    } catch (error) {
      await reportTrouble(ports, kind, error);
      if (!(willPass(error) ? isOver(message) : attempt.last)) throw error;
      // A job that nobody takes again would keep the message, sealed, for nothing: it ends here.
      ports.log.error({ event: 'message_given_up', error, details: { messageId } }, 'a message could not be sent');
      return { sent: false, reason: reasonOf(error) };
    }
  }

  /** An attempt after a first one makes it anew, harmlessly: a code that was used stays used. */
  async function createCode({ code, expiresAtMs }: OutgoingMessage): Promise<void> {
    if (!code) return;
    if (expiresAtMs === undefined) throw new Error('a code without an end');
    const lifeSeconds = Math.ceil((expiresAtMs - ports.clock.now().getTime()) / 1000);
    await ports.verificationCodes.create(code, lifeSeconds);
  }

  /** The last try comes when the message ends, to say so. */
  function putOff(message: OutgoingMessage, attempt: JobAttempt, leastSeconds = WAIT.leastSeconds): void {
    const now = ports.clock.now().getTime();
    const waited = ((now - message.queuedAtMs) / 1000) * WAIT.share;
    const wait = Math.max(leastSeconds, Math.min(waited, WAIT.mostSeconds));
    attempt.putOff(Math.min(wait, Math.max(1, (endOf(message) - now) / 1000)));
  }

  function isOver(message: OutgoingMessage): boolean {
    return ports.clock.now().getTime() >= endOf(message);
  }
}

function endOf({ expiresAtMs, queuedAtMs }: OutgoingMessage): number {
  return expiresAtMs ?? queuedAtMs + WORTH_SENDING_MS;
}

function reasonOf(error: unknown): string {
  if (!willPass(error)) return 'internal_error';
  return error.details.refusesUs ? 'gateway_refuses_us' : 'gateway_away';
}

/** A gateway or a store that is away, or another process that holds the message. */
function willPass(error: unknown): error is ServiceError {
  return error instanceof ServiceError && (error.code === 'store_unavailable' || error.code === 'busy');
}
