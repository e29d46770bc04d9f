/**
 * What is done about a message that did not reach its person: its code dies, its count is given back, an event tells an
 * agent, and the other contact point of the account is tried where there is one. A stranger sees nothing of it.
 */
import type { MessageRecord, Messages, OutgoingMessage } from '../../../ports/messages.ts';
import type { Ports } from '../../../ports/ports.ts';
import { giveBackMessage } from './message-limits.ts';
import { type SendPorts, sendWithinLimits } from './send-to-contact-point.ts';

export interface FailurePorts extends SendPorts, Pick<Ports, 'audit' | 'verificationCodes' | 'tallies'> {
  readonly messages: Messages;
}

/**
 * After the fact, and again when the job is taken up after a crash: told twice rather than never.
 * @param done whether it was passed on already.
 */
export async function settleFailure(
  ports: FailurePorts,
  message: OutgoingMessage,
  reason: string,
  done: { readonly passedOn?: boolean } = {},
): Promise<void> {
  const { code, countedAtMs, kind: channel, purpose } = message;
  const livesOn = done.passedOn || (await passOn(ports, message));
  if (code && !livesOn) await ports.verificationCodes.remove(code.codeId, code.purpose);
  const countedAgoMs = countedAtMs === undefined ? undefined : ports.clock.now().getTime() - countedAtMs;
  if (countedAgoMs !== undefined && (await giveBackMessage(ports, message, countedAgoMs)))
    ports.metrics.count('messages_given_back', { channel, purpose });
  await recordFailure(ports, message, reason);
}

/**
 * Sends the same to the other contact point, as a message of its own, within its own limits. Its code is the same.
 * @returns whether it is on its way there, by now or from an earlier call.
 */
export async function passOn(ports: FailurePorts, { otherwise }: OutgoingMessage): Promise<boolean> {
  if (!otherwise || (otherwise.expiresAtMs ?? Infinity) <= ports.clock.now().getTime()) return false;
  if ((await ports.messages.find(otherwise.messageId)) !== undefined) return true;
  if (!(await sendWithinLimits(ports, otherwise))) return false;
  ports.metrics.count('messages_passed_on', { channel: otherwise.kind, purpose: otherwise.purpose });
  return true;
}

/** After the network reported that a message, which a gateway had taken, did not arrive. */
export function createMessageUndelivered(ports: FailurePorts) {
  return async function messageUndelivered(record: MessageRecord): Promise<void> {
    // One that was sent again meanwhile is on its way: its code lives, and is not passed on.
    const hasFailed = (await ports.messages.find(record.messageId))?.status === 'failed';
    const message = hasFailed ? await ports.messages.findKept(record.messageId) : undefined;
    if (message) await settleFailure(ports, message, 'not_delivered');
    else await recordFailure(ports, record, 'not_delivered');
  };
}

function recordFailure({ audit }: FailurePorts, record: MessageRecord, reason: string): Promise<void> {
  const { messageId, accountId, kind, template } = record;
  return audit.record({
    kind: 'message',
    outcome: 'failed',
    accountId,
    details: { messageId, template, kind, reason },
  });
}
