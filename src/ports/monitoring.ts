/** What operators see. */

/** Counters for operators; a name and nothing of a person. */
export interface Metrics {
  count(name: MetricName): void;
}

export type MetricName =
  | 'messages_sent'
  | 'messages_failed'
  | 'messages_delivered'
  | 'messages_undelivered'
  | 'messages_refused_by_budget'
  | 'messages_refused_by_contact_point';

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
