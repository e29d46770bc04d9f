/** What operators see. */
import type { Message, MessagePurpose } from './messages.ts';

/** Counters for operators; a name, labels of closed lists, and nothing of a person. */
export interface Metrics {
  count<Name extends MetricName>(name: Name, labels: MetricLabels[Name]): void;
}

/** Each counter with what tells its parts apart. */
export interface MetricLabels {
  readonly messages_sent: OfMessage & OfCountry;
  readonly messages_failed: OfMessage & OfCountry;
  readonly messages_delivered: OfMessage;
  readonly messages_undelivered: OfMessage;
  readonly messages_refused_by_budget: OfMessage;
  readonly messages_refused_by_contact_point: OfMessage;
  /** Sent to the other contact point, since the first one failed. */
  readonly messages_passed_on: OfMessage;
  /** Not counted against their contact point, since they did not arrive. */
  readonly messages_given_back: OfMessage;
  /** Each time that a gateway did not answer, or not to the question. */
  readonly gateway_away: { readonly channel: Message['kind'] };
  /** Each time that a gateway took nothing from us: credentials, credit, address. */
  readonly gateway_refuses_us: { readonly channel: Message['kind'] };
  /** Codes whose message a gateway has taken. */
  readonly codes_sent: NoLabels;
  /** Codes that proved right. */
  readonly codes_used: NoLabels;
  /** Alarms since hardly any code was used. */
  readonly code_use_alarms: NoLabels;
  /** Of one that is observed: what it would have refused. */
  readonly throttle_refused: { readonly throttle: string; readonly mode: 'enforce' | 'observe' };
  readonly messages_refused_by_country: OfCountry & { readonly purpose: MessagePurpose };
}

type NoLabels = Readonly<Record<never, never>>;

interface OfCountry {
  /** Of an SMS, ISO 3166-1; `none` for a mail, and for what is no number. */
  readonly country: string;
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

/** What a sign-in cannot do without. */
export type HealthPart = 'redis' | 'postgres' | 'clock' | 'keys';

/**
 * Why a part does not do its work: nobody answers; it is full; it takes no writes; it refuses our account a right; it is
 * another node than ours; it has no time or no connection for us; the clock is apart from that of PostgreSQL; a key does
 * not do its work; or something else, which its code in the log tells.
 */
export type FailureReason =
  | 'unreachable'
  | 'full'
  | 'read-only'
  | 'denied'
  | 'wrong-node'
  | 'busy'
  | 'apart'
  | 'unusable'
  | 'failing';

export type Failures = { readonly [Part in HealthPart]?: FailureReason };

/** Whether this process can sign a person in; for the health page. */
export interface Health {
  /** @returns what cannot do its work now, within a second or so, however often it is asked. */
  failing(): Promise<Failures>;
}
