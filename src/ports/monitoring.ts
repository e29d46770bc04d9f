/** What operators see. */
import type { Message, MessagePurpose } from './messages.ts';

/** Counters for operators; a name, labels of closed lists, and nothing of a person. */
export interface Metrics {
  count<Name extends MetricName>(name: Name, labels: MetricLabels[Name]): void;
}

/** Each counter with what tells its parts apart. */
export interface MetricLabels {
  readonly messages_sent: OfMessage;
  readonly messages_failed: OfMessage;
  readonly messages_delivered: OfMessage;
  readonly messages_undelivered: OfMessage;
  readonly messages_refused_by_budget: OfMessage;
  readonly messages_refused_by_contact_point: OfMessage;
  /** ISO 3166-1; `none` for what is no number. */
  readonly messages_refused_by_country: { readonly country: string; readonly purpose: MessagePurpose };
}

interface OfMessage {
  readonly channel: Message['kind'];
  /** Unknown of messages from before purposes were noted. */
  readonly purpose: MessagePurpose | 'unknown';
}

export type MetricName = keyof MetricLabels;

/** Structured log; implementations write an allow-list of fields. */
export interface Logger {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export interface LogFields {
  readonly event?: string;
  readonly requestId?: string;
  readonly operation?: string;
  readonly clientId?: string;
  readonly code?: string;
  readonly method?: string;
  readonly status?: number;
  readonly durationMs?: number;
  readonly error?: unknown;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Whether the stores answer; for the health page. */
export interface Health {
  /** @returns the names of the stores that do not answer. */
  failing(): Promise<readonly string[]>;
}
