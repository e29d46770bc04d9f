/** The sender of each kind of message as one. */
import type { Notifier } from '../../ports/messages.ts';
import type { ClosableNotifier } from './gateway.ts';

export function byKind(senders: Readonly<Record<'sms' | 'mail', ClosableNotifier>>): Notifier & { close(): void } {
  return {
    send: (message) => senders[message.kind].send(message),
    close() {
      for (const sender of Object.values(senders)) sender.close?.();
    },
  };
}
