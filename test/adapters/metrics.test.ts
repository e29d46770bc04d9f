/** What operators can read of the counters: names and labels of closed lists, and nothing of a person. */
import assert from 'node:assert/strict';
import { createMetrics } from '../../src/adapters/metrics.ts';

const LINES = `
messages_sent channel purpose country
messages_failed channel purpose country
messages_delivered channel purpose
messages_undelivered channel purpose
messages_refused_by_budget channel purpose
messages_refused_by_contact_point channel purpose
messages_passed_on channel purpose
messages_given_back channel purpose
gateway_away channel
gateway_refuses_us channel
codes_sent
codes_used
code_use_alarms
throttle_refused throttle mode
messages_refused_by_country country purpose
`;
const COUNTERS = LINES.trim()
  .split('\n')
  .map((line) => line.split(' ') as [name: string, ...labels: string[]]);

describe('the metrics', () => {
  it('are exactly these counters, each with exactly these labels, none of them of a person', async () => {
    const metrics = createMetrics();
    const text = await metrics.read();
    const named = [...text.matchAll(/^# TYPE mon_compte_(\w+)_total counter$/gm)].map(([, name]) => name);
    assert.deepEqual(named.sort(), COUNTERS.map(([name]) => name).sort());
    for (const [name, ...labels] of COUNTERS) {
      const given = Object.fromEntries(labels.map((label) => [label, `${label}-value`]));
      metrics.count(name as 'messages_sent', given as { channel: 'sms'; purpose: 'notice'; country: string });
      const more = { ...given, accountId: 'someone' };
      assert.throws(() => metrics.count(name as 'codes_sent', more), /accountId/, `${name} takes no other label`);
    }
    const counted = await metrics.read();
    for (const [name, ...labels] of COUNTERS) {
      const told = labels.map((label) => `${label}="${label}-value"`).join(',');
      assert.ok(counted.includes(`mon_compte_${name}_total${told && `{${told}}`} 1\n`), name);
    }
    assert.doesNotMatch(counted, /someone/);
  });

  it('count by one, each part apart, and tell of the process too', async () => {
    const metrics = createMetrics();
    for (const channel of ['sms', 'sms', 'mail'] as const) metrics.count('gateway_away', { channel });
    const text = await metrics.read();
    assert.match(text, /^mon_compte_gateway_away_total\{channel="sms"\} 2$/m);
    assert.match(text, /^mon_compte_gateway_away_total\{channel="mail"\} 1$/m);
    assert.match(text, /^process_cpu_seconds_total /m);
  });

  it('of two services of one process are apart', async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.count('codes_sent', {});
    assert.match(await one.read(), /^mon_compte_codes_sent_total 1$/m);
    assert.match(await other.read(), /^mon_compte_codes_sent_total 0$/m);
  });
});
