/** What every gateway of messages is given besides its own settings, and what it makes. */
import type { Notifier } from '../../ports/messages.ts';
import type { Clock } from '../../ports/system.ts';

export interface MessageTools {
  readonly clock: Clock;
  /** Up to 11 letters and digits, or a number. */
  readonly smsSender: string;
}

export interface ClosableNotifier extends Notifier {
  /** Ends idle connections, where there are any. */
  close?(): void;
}
