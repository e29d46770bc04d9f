/**
 * Hands a message to a gateway, once. Trouble that passes (a gateway that is away or does not know us, a store that is
 * away) is waited for as long as the message is worth sending, unless the other contact point can be reached meanwhile; a
 * gateway that says no, or a message that nobody could use any more, ends as failed. The code of a message lives from its
 * sending on and dies with a message that failed: no code without a message, no message without its code.
 */
import { fitsOneSms } from '../../../domain/gsm7.ts';
import { ServiceError } from '../../../errors.ts';
import type { JobAttempt } from '../../../ports/jobs.ts';
import type { Notifier, OutgoingMessage, SendResult } from '../../../ports/messages.ts';
import { reportTrouble } from './gateway-trouble.ts';
import { type FailurePorts, passOn, settleFailure } from './message-failed.ts';

export interface DeliverPorts extends FailurePorts {
  readonly notifier: Notifier;
}

/** How long a message without an end of its own is worth sending. */
const WORTH_SENDING_MS = 24 * 3600 * 1000;
/** The next try comes after the time that the message has waited already, by and large, within these bounds. */
const WAIT = { share: 0.7, leastSeconds: 3, mostSeconds: 300 };
/** Somebody waits for it: past this the other contact point is the quicker way. */
const PASS_ON_AFTER_MS = 60_000;

/** What one attempt has done. */
interface Done {
  /** The gateway, or the end of the message, has answered: this attempt and no other. */
  ended?: boolean;
  passedOn?: boolean;
}

export function createDeliverMessage(ports: DeliverPorts) {
  return async function deliverMessage(message: OutgoingMessage, attempt: JobAttempt): Promise<void> {
    const { kind, purpose } = message;
    const rest = ports.notifier.restSeconds?.(kind) ?? 0;
    const waits = (error: unknown) => {
      if (!willPass(error)) throw error;
      putOff(message, attempt, Math.max(rest, WAIT.leastSeconds), error);
    };
    if (rest > 0 && !isOver(message) && !isLate(message))
      return ports.messages.note(message).then(() => putOff(message, attempt, rest), waits);
    const done: Done = {};
    const state = await ports.messages
      .deliver(message, async () => {
        const result = await send(message, attempt, done);
        done.ended = true;
        return result;
      })
      .catch(waits);
    if (!state) return;
    const hasFailed = state.status === 'failed';
    if (done.ended) {
      const country = (kind === 'sms' ? ports.phoneNumbers.countryOf(message.to) : undefined) ?? 'none';
      ports.metrics.count(hasFailed ? 'messages_failed' : 'messages_sent', { channel: kind, purpose, country });
    }
    if (done.ended && !hasFailed && message.code) await countCode();
    if (hasFailed) await settleFailure(ports, message, state.reason ?? 'unknown', done);
  };

  async function send(message: OutgoingMessage, attempt: JobAttempt, done: Done): Promise<SendResult> {
    if (message.expiresAtMs !== undefined && isOver(message)) return { sent: false, reason: 'expired' };
    const { messageId, kind, to, subject, text } = message;
    // A fault of the catalogue, that its tests look for: the message costs more, and reaches its person all the same.
    if (kind === 'sms' && !fitsOneSms(text))
      ports.log.error({ event: 'message_too_long', details: { messageId, template: message.template } }, 'not one SMS');
    try {
      if ((ports.notifier.restSeconds?.(kind) ?? 0) > 0) throw new ServiceError('store_unavailable');
      await createCode(message);
      return await ports.notifier.send({ messageId, kind, to, subject, text });
    } catch (error) {
      await reportTrouble(ports, kind, error);
      if (willPass(error) && !isOver(message) && isLate(message)) done.passedOn = await passOn(ports, message);
      if (!(willPass(error) ? isOver(message) || done.passedOn : attempt.last)) throw error;
      // A job that nobody takes again would keep the message, sealed, for nothing: it ends here.
      ports.log.error({ event: 'message_given_up', error, details: { messageId } }, 'a message could not be sent');
      return { sent: false, reason: reasonOf(error) };
    }
  }

  /** The message has left: a store that is away must not have it sent again. */
  async function countCode(): Promise<void> {
    ports.metrics.count('codes_sent', {});
    await ports.tallies.add('codes-sent').catch((error) => {
      ports.log.warn({ event: 'tally_missed', error }, 'a code that was sent is not counted');
    });
  }

  /** An attempt after a first one makes it anew, harmlessly: a code that was used stays used. */
  async function createCode({ code, expiresAtMs }: OutgoingMessage): Promise<void> {
    if (!code) return;
    if (expiresAtMs === undefined) throw new Error('a code without an end');
    const lifeSeconds = Math.ceil((expiresAtMs - ports.clock.now().getTime()) / 1000);
    await ports.verificationCodes.create(code, lifeSeconds);
  }

  /**
   * The last try comes when the message ends, to say so.
   * @param error what it waits for; without it, the rest of its gateway.
   */
  function putOff(message: OutgoingMessage, attempt: JobAttempt, leastSeconds: number, error?: ServiceError): void {
    const now = ports.clock.now().getTime();
    const waited = ((now - message.queuedAtMs) / 1000) * WAIT.share;
    const wait = Math.max(leastSeconds, Math.min(waited, WAIT.mostSeconds));
    attempt.putOff(Math.min(wait, Math.max(1, (endOf(message) - now) / 1000)));
    const { messageId } = message;
    const code = error?.code ?? 'store_unavailable';
    ports.log.warn({ event: 'message_put_off', code, error, details: { messageId } }, 'to be sent later');
  }

  function isOver(message: OutgoingMessage): boolean {
    return ports.clock.now().getTime() >= endOf(message);
  }

  function isLate({ otherwise, queuedAtMs }: OutgoingMessage): boolean {
    return otherwise !== undefined && ports.clock.now().getTime() >= queuedAtMs + PASS_ON_AFTER_MS;
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
