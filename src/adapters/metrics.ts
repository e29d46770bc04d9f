/** Counters in Prometheus' text format, by prom-client. */
import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import type { MetricName, Metrics } from '../ports/monitoring.ts';

/** What each counts, and by what. */
const COUNTERS: Readonly<Record<MetricName, readonly [meaning: string, ...labels: string[]]>> = {
  messages_sent: ['Messages that a gateway has taken', 'channel', 'purpose', 'country'],
  messages_failed: ['Messages that no gateway will take', 'channel', 'purpose', 'country'],
  messages_delivered: ['Messages that the network says were delivered', 'channel', 'purpose'],
  messages_undelivered: ['Messages that the network says were not delivered', 'channel', 'purpose'],
  messages_refused_by_budget: ['Messages not sent because the budget of their purpose was spent', 'channel', 'purpose'],
  messages_refused_by_contact_point: [
    'Messages not sent because their contact point had its share',
    'channel',
    'purpose',
  ],
  messages_passed_on: ['Messages sent to the other contact point, since the first one failed', 'channel', 'purpose'],
  messages_given_back: ['Messages that did not arrive, and do not count against their person', 'channel', 'purpose'],
  gateway_away: ['Calls of a gateway that it did not answer, or not to the question', 'channel'],
  gateway_refuses_us: ['Calls of a gateway that takes nothing from us: credentials, credit, address', 'channel'],
  codes_sent: ['Verification codes whose message a gateway has taken'],
  codes_used: ['Verification codes that proved right'],
  code_use_alarms: ['Alarms raised since hardly any code that was sent was used'],
  throttle_refused: ['What a throttle refused, or would have refused where it is observed', 'throttle', 'mode'],
  messages_refused_by_country: [
    'SMS not sent because of their country: not listed, or its budget was spent',
    'country',
    'purpose',
  ],
};

export interface ReadableMetrics extends Metrics {
  /** Everything counted, as text. */
  read(): Promise<string>;
}

export function createMetrics(): ReadableMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = new Map(
    Object.entries(COUNTERS).map(([name, [help, ...labelNames]]) => [
      name,
      new Counter({ name: `mon_compte_${name}_total`, help, labelNames, registers: [registry] }),
    ]),
  );
  return {
    count: (name, labels) => counters.get(name)?.inc({ ...labels }),
    read: () => registry.metrics(),
  };
}
