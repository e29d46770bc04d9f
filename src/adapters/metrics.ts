/** Counters in Prometheus' text format, by prom-client. */
import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import type { MetricName, Metrics } from '../ports/monitoring.ts';

const MEANINGS: Readonly<Record<MetricName, string>> = {
  messages_sent: 'Messages that a gateway has taken',
  messages_failed: 'Messages that no gateway will take',
  messages_delivered: 'Messages that the network says were delivered',
  messages_undelivered: 'Messages that the network says were not delivered',
  messages_refused_by_budget: 'Messages not sent because the budget of the service was spent',
  messages_refused_by_contact_point: 'Messages not sent because their contact point had its share',
};

export interface ReadableMetrics extends Metrics {
  /** Everything counted, as text. */
  read(): Promise<string>;
}

export function createMetrics(): ReadableMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = new Map(
    Object.entries(MEANINGS).map(([name, help]) => [
      name,
      new Counter({ name: `mon_compte_${name}_total`, help, registers: [registry] }),
    ]),
  );
  return {
    count: (name) => counters.get(name)?.inc(),
    read: () => registry.metrics(),
  };
}
