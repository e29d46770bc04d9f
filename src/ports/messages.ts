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
  /** The same for the other contact point of the account. */
  readonly otherwise?: OutgoingMessage;
}

/** What a gateway said: yes, or a no that trying again would not change. The reason names no person. */
export type SendResult = { readonly sent: true } | { readonly sent: false; readonly reason: string };

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

/** What is kept of a message: neither its words nor where it went. */
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

export interface Messages {
  /**
   * Notes the message as queued where it is not yet, then holds it while `send` runs and notes what came of it in that
   * transaction. Of any number of callers at once one sends, and nobody after it; when `send` throws it stays queued.
   * @returns where the message stands now, whoever sent it.
   * @throws ServiceError busy while another caller holds it.
   */
  deliver(record: MessageRecord, send: () => Promise<SendResult>): Promise<MessageState>;
  /** What the network said later. @returns false when the message is unknown, or its end was known already. */
  report(messageId: string, status: 'delivered' | 'failed'): Promise<boolean>;
  find(messageId: string): Promise<MessageState | undefined>;
}
