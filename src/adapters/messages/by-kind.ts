/** The sender of each kind of message as one, each with a breaker of its own. */
import type { Notifier } from '../../ports/messages.ts';
import type { Clock } from '../../ports/system.ts';
import { createBreaker } from './breaker.ts';
import type { ClosableNotifier } from './gateway.ts';

export function byKind(
  senders: Readonly<Record<'sms' | 'mail', ClosableNotifier>>,
  clock: Clock,
): Required<Notifier> & { close(): void } {
  const breakers = { sms: createBreaker(senders.sms, clock), mail: createBreaker(senders.mail, clock) };
  return {
    send: (message) => breakers[message.kind].send(message),
    restSeconds: (kind) => breakers[kind].restSeconds(),
    close() {
      for (const sender of Object.values(senders)) sender.close?.();
    },
  };
}
