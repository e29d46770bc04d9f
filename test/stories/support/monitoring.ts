/** What operators and auditors would see, collected; and which ports a step called. */
import { ServiceError } from '../../../src/errors.ts';
import type { AuditLog } from '../../../src/ports/audit-log.ts';
import type { LogFields, Logger, MetricName, Metrics } from '../../../src/ports/monitoring.ts';
import { assertDeclared, type RecordedEvent } from '../../support/audit.ts';

export interface TestAuditLog extends AuditLog {
  readonly events: readonly RecordedEvent[];
  /** Takes no event while set. */
  away: boolean;
  /** « sign-in: authenticated », for each event of these kinds, or of all. */
  outcomes(...kinds: string[]): readonly string[];
}

export function createTestAuditLog(): TestAuditLog {
  const events: RecordedEvent[] = [];
  const audit: TestAuditLog = {
    events,
    away: false,
    async record(event) {
      if (audit.away) throw new ServiceError('store_unavailable');
      // Kept first: a test that looks away from refusals sees it among the events.
      events.push(event);
      assertDeclared(event);
    },
    outcomes: (...kinds) =>
      events
        .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
        .map(({ kind, outcome }) => `${kind}: ${outcome}`),
  };
  return audit;
}

export interface TestMetrics extends Metrics {
  /** The names alone. */
  readonly counted: readonly MetricName[];
  readonly labelled: readonly { readonly name: MetricName; readonly labels: object }[];
}

export function createTestMetrics(): TestMetrics {
  const counted: MetricName[] = [];
  const labelled: { name: MetricName; labels: object }[] = [];
  return {
    counted,
    labelled,
    count(name, labels) {
      counted.push(name);
      labelled.push({ name, labels });
    },
  };
}

export interface TestLogger extends Logger {
  readonly lines: readonly { readonly level: string; readonly fields: LogFields }[];
  /** What each line says. */
  readonly texts: readonly string[];
}

export function createTestLogger(): TestLogger {
  const lines: { level: string; fields: LogFields }[] = [];
  const texts: string[] = [];
  const at = (level: string) => (fields: LogFields, text: string) => {
    lines.push({ level, fields });
    texts.push(text);
  };
  return { lines, texts, info: at('info'), warn: at('warn'), error: at('error') };
}

/** The same port; each call of it leaves its name in `calls`. */
export function recordCalls<Port extends object>(name: string, port: Port, calls: string[]): Port {
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        calls.push(`${name}.${String(key)}`);
        return member.apply(target, given);
      };
    },
  });
}
