/** Messages that go nowhere: what was handed to the gateways, and what became of each. */
import { ServiceError } from '../../../src/errors.ts';
import type { Jobs } from '../../../src/ports/jobs.ts';
import type {
  Message,
  MessageState,
  Messages,
  Notifier,
  OutgoingMessage,
  SendResult,
} from '../../../src/ports/messages.ts';

export interface TestNotifier extends Notifier {
  restSeconds?: Notifier['restSeconds'];
  readonly sent: readonly Message[];
  /** What the gateway says from now on. */
  answer: (message: Message) => SendResult;
  /** The texts that were sent to a number or an address, in order. */
  textsTo(to: string): readonly string[];
}

export function createTestNotifier(): TestNotifier {
  const sent: Message[] = [];
  const notifier: TestNotifier = {
    sent,
    answer: () => ({ sent: true }),
    async send(message) {
      const result = notifier.answer(message);
      if (result.sent) sent.push(message);
      return result;
    },
    textsTo: (to) => sent.filter((message) => message.to === to).map(({ text }) => text),
  };
  return notifier;
}

/** @param jobs takes what the network reports as not delivered. */
export function createMemoryMessages(jobs: Jobs): Messages {
  const states = new Map<string, MessageState>();
  const kept = new Map<string, OutgoingMessage>();
  const held = new Set<string>();
  return {
    async note({ messageId }) {
      if (!states.has(messageId)) states.set(messageId, { status: 'queued' });
    },
    async deliver(message, send) {
      const { messageId } = message;
      if (held.has(messageId)) throw new ServiceError('busy');
      const known = states.get(messageId) ?? { status: 'queued' };
      states.set(messageId, known);
      if (known.status !== 'queued') return known;
      held.add(messageId);
      try {
        const result = await send();
        const state: MessageState = result.sent ? { status: 'sent' } : { status: 'failed', reason: result.reason };
        states.set(messageId, state);
        kept.set(messageId, message);
        return state;
      } finally {
        held.delete(messageId);
      }
    },
    async report(messageId, status) {
      const message = kept.get(messageId);
      if (!message || states.get(messageId)?.status !== 'sent') return undefined;
      states.set(messageId, { status });
      const { accountId, kind, template, purpose } = message;
      if (status === 'failed') await jobs.add('message-undelivered', { messageId, accountId, kind, template });
      return { kind, purpose };
    },
    find: async (messageId) => states.get(messageId),
    findKept: async (messageId) => kept.get(messageId),
  };
}
