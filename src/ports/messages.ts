/** What is sent to people, and what became of it. */

/** The words of messages, from the catalogues. */
export interface MessageTexts {
  write(
    template: string,
    kind: 'sms' | 'mail',
    locale: 'fr' | 'en',
    values: Readonly<Record<string, string>>,
  ): { readonly subject?: string; readonly text: string };
}

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

/** What a gateway said: yes, or a no that trying again would not change. The reason names no person. */
export type SendResult = { readonly sent: true } | { readonly sent: false; readonly reason: string };

/** Sends; returns once the gateway has answered. @throws ServiceError store_unavailable to be tried again later. */
export interface Notifier {
  send(message: Message): Promise<SendResult>;
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
