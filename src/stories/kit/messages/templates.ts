/** What can be sent, and what for. */
import type { MessagePurpose } from '../../../ports/messages.ts';

/** What a message is for, and the values that its words take. */
export interface MessageTemplate<Purpose extends MessagePurpose, Values> {
  readonly purpose: Purpose;
  readonly values: Values;
}

/** Each message, by the name of its words in the catalogues. A story declares its own beside the job that sends it. */
export interface MessageTemplates {
  readonly 'password-changed': MessageTemplate<'notice', Readonly<Record<never, never>>>;
}
