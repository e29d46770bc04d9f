/** What is sent to people, and what became of it. */
import type { NewVerificationCode } from './verification-codes.ts';

/** The words of messages, from the catalogues. */
export interface MessageTexts {
  write(
    template: string,
    kind: 'sms' | 'mail',
    locale: 'fr' | 'en',
    values: Readonly<Record<string, string>>,
  ): { readonly subject?: string; readonly text: string };
}

/**
 * What a message is for: a code that opens a lost account, a code of a registration or a change, an identifier that was
 * forgotten, a warning after the fact. Each has limits of its own.
 */
export type MessagePurpose = 'recovery-code' | 'change-code' | 'identifier' | 'notice';

/** What is sent to a person. */
export interface Message {
  /** Stable: goes with each sending, so that a gateway can tell a double. */
  readonly messageId: string;
  readonly kind: 'sms' | 'mail';
  /** E.164, or an address. */
  readonly to: string;
  /** Mail alone; never a secret in it. */
  readonly subject?: string;
  /** SMS: GSM-7, 160 characters at most. */
  readonly text: string;
}

/** A message on its way, with all that its delivery needs to know: sealed wherever it is kept. */
export interface OutgoingMessage extends Message {
  readonly accountId?: string;
  readonly template: string;
  readonly purpose: MessagePurpose;
  /** Epoch milliseconds: since when it waits. */
  readonly queuedAtMs: number;
  /** Epoch milliseconds: past them the message is not worth sending, and its code opens nothing. */
  readonly expiresAtMs?: number;
  /**
   * The code that the words hold: it comes to life with the sending of its message, and never without. One without an
   * end is not made: it goes with `expiresAtMs`.
   */
  readonly code?: NewVerificationCode;
  /**
   * It was asked for from a browser that has signed in to this account before, and spends limits of its own, as high:
   * what strangers ask for does not use up the holder's.
   */
  readonly share?: 'known-browser';
  /** Epoch milliseconds: when it was counted against its contact point; absent where it was not. */
  readonly countedAtMs?: number;
  /** The same for the other contact point of the account, which is tried when this one has failed. */
  readonly otherwise?: OutgoingMessage;
}

/**
 * What a gateway said: yes, or a no that trying again would not change. The reason names no person. After a yes that awaits
 * a report, the network says later what became of it.
 */
export type SendResult =
  | { readonly sent: true; readonly awaitsReport?: boolean }
  | { readonly sent: false; readonly reason: string };

/** Hands messages to gateways. */
export interface Notifier {
  /**
   * Returns once the gateway has answered.
   * @throws ServiceError store_unavailable to be tried again later; with `refusesUs` among its details where the gateway
   * takes nothing from us (credentials, credit, address): the operator's fault, and not that of the message.
   */
  send(message: Message): Promise<SendResult>;
  /** How long the gateway of this kind is left alone after failures in a row; 0 while it works. Absent: it never is. */
  restSeconds?(kind: Message['kind']): number;
}

export type MessageStatus = 'queued' | 'sent' | 'delivered' | 'failed';

/** What is known of a message for good: neither its words nor where it went. */
export interface MessageRecord {
  readonly messageId: string;
  readonly accountId?: string;
  readonly kind: Message['kind'];
  readonly template: string;
}

export interface MessageState {
  readonly status: MessageStatus;
  /** Why it failed. */
  readonly reason?: string;
}

export interface ListedMessage extends MessageRecord, MessageState {
  readonly createdAt: Date;
  readonly sentAt?: Date;
  readonly endedAt?: Date;
  /** Whether the message itself is still there. */
  readonly isKept: boolean;
}

export interface MessageFilter {
  readonly status?: MessageStatus;
  readonly kind?: Message['kind'];
  readonly since?: Date;
  readonly isKept?: boolean;
}

/** Not: it is unknown, it has not failed (or is on its way again), or its words are not kept any more. */
export type Resending =
  | { readonly resent: true }
  | { readonly resent: false; readonly because: 'unknown' | 'not-failed' | 'not-kept' };

/**
 * What became of messages. One that failed, or may yet be reported as not delivered, is kept whole for a while, sealed,
 * and no longer than its code lives.
 */
export interface Messages {
  /** Notes the message as queued, where it is not noted yet: one that waits before it is delivered is seen to wait. */
  note(message: OutgoingMessage): Promise<void>;
  /**
   * Notes the message as queued where it is not yet, then holds it while `send` runs and notes what came of it in that
   * transaction. Of any number of callers at once one sends, and nobody after it; when `send` throws it stays queued. So it
   * does when the store goes after the yes of the gateway: then it is sent twice, with the same id.
   * @returns where the message stands now, whoever sent it.
   * @throws ServiceError busy while another caller holds it.
   */
  deliver(message: OutgoingMessage, send: () => Promise<SendResult>): Promise<MessageState>;
  /**
   * What the network said later of a message that was sent. One that was not delivered leaves the job
   * `message-undelivered`, in that transaction. One that is queued, to be sent again, is not touched: the report is of an
   * earlier sending.
   * @returns what it was; undefined when it is unknown, not sent, or its end was known already.
   * @throws ServiceError busy when its sending has not ended within a second.
   */
  report(
    messageId: string,
    status: 'delivered' | 'failed',
  ): Promise<{ readonly kind: Message['kind']; readonly purpose: MessagePurpose | 'unknown' } | undefined>;
  find(messageId: string): Promise<MessageState | undefined>;
  /** The whole message, while it is kept. */
  findKept(messageId: string): Promise<OutgoingMessage | undefined>;
}
