/** Messages that go nowhere: what was handed to the gateways, and what became of each. */
import { ServiceError } from '../../../src/errors.ts';
import type { Message, MessageState, Messages, Notifier, SendResult } from '../../../src/ports/messages.ts';

export interface TestNotifier extends Notifier {
  readonly sent: readonly Message[];
  /** What the gateway says from now on. */
  answer: () => SendResult;
  /** The texts that were sent to a number or an address, in order. */
  textsTo(to: string): readonly string[];
}

export function createTestNotifier(): TestNotifier {
  const sent: Message[] = [];
  const notifier: TestNotifier = {
    sent,
    answer: () => ({ sent: true }),
    async send(message) {
      const result = notifier.answer();
      if (result.sent) sent.push(message);
      return result;
    },
    textsTo: (to) => sent.filter((message) => message.to === to).map(({ text }) => text),
  };
  return notifier;
}

export function createMemoryMessages(): Messages {
  const states = new Map<string, MessageState>();
  const held = new Set<string>();
  return {
    async deliver({ messageId }, send) {
      if (held.has(messageId)) throw new ServiceError('busy');
      const known = states.get(messageId) ?? { status: 'queued' };
      states.set(messageId, known);
      if (known.status !== 'queued') return known;
      held.add(messageId);
      try {
        const result = await send();
        const state: MessageState = result.sent ? { status: 'sent' } : { status: 'failed', reason: result.reason };
        states.set(messageId, state);
        return state;
      } finally {
        held.delete(messageId);
      }
    },
    async report(messageId, status) {
      if (!['queued', 'sent'].includes(states.get(messageId)?.status ?? '')) return false;
      states.set(messageId, { status });
      return true;
    },
    find: async (messageId) => states.get(messageId),
  };
}
