/** What stands beside the way of a message: alarms of gateways, deliveries of the version before, and times to the second. */
import assert from 'node:assert/strict';
import { ServiceError, storeUnavailable } from '../../src/errors.ts';
import { createDeliverFormerMessage } from '../../src/stories/kit/messages/deliver-former-message.ts';
import { createDeliverMessage } from '../../src/stories/kit/messages/deliver-message.ts';
import { reportTrouble } from '../../src/stories/kit/messages/gateway-trouble.ts';
import { countMessage, giveBackMessage } from '../../src/stories/kit/messages/message-limits.ts';
import { createMemoryPorts, type MemoryPorts } from './support/memory-ports.ts';
import { openStories, sending } from './support/stories.ts';

const limits = sending(openStories().config);

describe('a gateway in trouble', () => {
  let ports: MemoryPorts;
  beforeEach(() => {
    ports = createMemoryPorts();
  });
  const away = (details: object = { gateway: 'kannel', status: 503 }) => storeUnavailable({ details: { ...details } });
  const report = (error: unknown, channel: 'sms' | 'mail' = 'sms') => reportTrouble(ports, channel, error);
  const said = () => ports.log.texts;
  const alarms = () => ports.log.lines.map(({ level, fields }) => [level, fields.event, fields.details]);

  it('is told by what the gateway said alone: a store, or a fault of ours, tells nothing of it', async () => {
    for (const error of [new Error('a bug'), away({}), new ServiceError('busy'), undefined]) await report(error);
    assert.deepEqual([ports.metrics.labelled, alarms()], [[], []]);
  });

  it('is counted each time, and is no alarm while it is not left alone', async () => {
    for (const channel of ['sms', 'mail', 'sms'] as const) await report(away(), channel);
    const name = 'gateway_away';
    assert.deepEqual(ports.metrics.labelled, [
      { name, labels: { channel: 'sms' } },
      { name, labels: { channel: 'mail' } },
      { name, labels: { channel: 'sms' } },
    ]);
    ports.notifier.restSeconds = () => 0;
    await report(away());
    assert.deepEqual(alarms(), []);
  });

  it('raises an alarm every five minutes once it is left alone, for each channel', async () => {
    ports.notifier.restSeconds = () => 1;
    const details = { channel: 'sms', gateway: 'kannel', status: 503 };
    for (let times = 0; times < 3; times++) await report(away());
    assert.deepEqual(alarms(), [['error', 'gateway_away', details]]);
    await report(away(), 'mail');
    assert.deepEqual(alarms().at(-1), ['error', 'gateway_away', { ...details, channel: 'mail' }]);
    ports.clock.move(299);
    await report(away());
    assert.equal(alarms().length, 2);
    ports.clock.move(1);
    await report(away());
    assert.equal(alarms().length, 3);
    assert.deepEqual(new Set(said()), new Set(['a gateway does not answer: messages wait']));
  });

  it('has its alarms counted under a name of their own: one in five minutes', async () => {
    const counted: unknown[] = [];
    ports.notifier.restSeconds = () => 1;
    ports.rateLimiter.count = async (...given) => {
      counted.push(given);
      return { allowed: false, retryAfterSeconds: 1 };
    };
    await report(away());
    await report(away({ gateway: 'smtp', refusesUs: true }), 'mail');
    const policy = { name: 'gateway-alarm', limit: 1, windowSeconds: 300 };
    assert.deepEqual(counted, [
      [policy, 'away:sms'],
      [policy, 'refuses-us:mail'],
    ]);
    assert.deepEqual(alarms(), []);
  });

  it('that refuses us raises an alarm at once, and one of its own', async () => {
    ports.notifier.restSeconds = () => 1;
    await report(away());
    const refuses = away({ gateway: 'kannel', status: 403, refusesUs: true });
    for (let times = 0; times < 2; times++) await report(refuses);
    const labels = { channel: 'sms' };
    assert.deepEqual(
      ports.metrics.labelled,
      ['gateway_away', 'gateway_refuses_us', 'gateway_refuses_us'].map((name) => ({ name, labels })),
    );
    const details = { channel: 'sms', gateway: 'kannel', status: 403 };
    assert.deepEqual(alarms().slice(1), [['error', 'gateway_refuses_us', details]]);
    assert.equal(said().at(-1), 'a gateway takes nothing from us (credentials, credit, address): messages wait');
  });

  it('raises it each time where the count of alarms is away: it is worth more than to be told once', async () => {
    ports.notifier.restSeconds = () => 1;
    ports.rateLimiter.count = () => Promise.reject(storeUnavailable());
    for (let times = 0; times < 2; times++) await report(away());
    assert.equal(alarms().length, 2);
  });
});

describe('a delivery that the version before has queued', () => {
  const former = { messageId: 'm-1', kind: 'sms', to: '+33612345678', text: 'a', accountId: 'a' } as const;
  const queued = async (more: {
    readonly template: string;
    readonly purpose?: 'identifier';
    readonly queuedAtMs?: number;
  }) => {
    const ports = createMemoryPorts();
    await createDeliverFormerMessage(ports)({ ...former, ...more });
    return { added: ports.jobs.added, now: ports.clock.now().getTime() };
  };

  for (const [template, purpose] of [
    ['password-recovery-code', 'recovery-code'],
    ['provisional-identifier', 'identifier'],
    ['password-changed', 'notice'],
    ['wrong-codes', 'notice'],
    ['toString', 'notice'],
    ['of another version', 'notice'],
  ] as const)
    it(`of « ${template} » is queued again as a ${purpose}, from now on, under the name of its kind`, async () => {
      const { added, now } = await queued({ template });
      assert.deepEqual(added, [{ name: 'deliver-sms', payload: { ...former, template, purpose, queuedAtMs: now } }]);
    });

  it('keeps what it says of itself', async () => {
    const said = { template: 'wrong-codes', purpose: 'identifier', queuedAtMs: 5 } as const;
    const { added } = await queued(said);
    assert.deepEqual(added, [{ name: 'deliver-sms', payload: { ...former, ...said } }]);
  });
});

describe('the limits of a message', () => {
  let ports: MemoryPorts;
  beforeEach(() => {
    ports = createMemoryPorts();
  });
  const sms = { kind: 'sms', to: '+33612345678', purpose: 'recovery-code' } as const;
  const jobPorts = () => ({ ...ports, ...limits });
  const count = (more: object = {}) => countMessage(jobPorts(), { ...sms, ...more });

  it('are counted by what they are of: contact point, then paid, then budget, then country', async () => {
    const counted: string[] = [];
    const taken: string[] = [];
    const rateLimiter = { ...ports.rateLimiter };
    ports.rateLimiter.count = (policy, key) => {
      counted.push(`${policy.name} ${policy.windowSeconds} ${key}`);
      return rateLimiter.count(policy, key);
    };
    ports.rateLimiter.giveBack = (policy, key, ago) => {
      taken.push(`${policy.name} ${key} ${ago}`);
      return rateLimiter.giveBack(policy, key, ago);
    };
    const index = ports.vault.blindIndex('contact-point:mobile', sms.to);
    await count();
    const { contactPoint, paid, budgets } = limits.messageThrottles;
    const point = [...contactPoint, ...paid].map(
      ({ name, windowSeconds }) => `${name} ${windowSeconds} ${index}:recovery-code`,
    );
    const { name, windowSeconds } = budgets['recovery-code'];
    assert.deepEqual(counted, [...point, `${name} ${windowSeconds} recovery-code`]);
    counted.length = 0;
    await count({ share: 'known-browser' });
    assert.ok(counted.slice(0, point.length).every((line) => line.endsWith(`${index}:recovery-code:known-browser`)));
    counted.length = 0;
    await count({ kind: 'mail', to: 'claire@example.test' });
    const address = ports.vault.blindIndex('contact-point:email', 'claire@example.test');
    assert.ok(counted.slice(0, point.length).every((line) => line.endsWith(` ${address}:recovery-code`)));
    await giveBackMessage(jobPorts(), sms, 7);
    assert.deepEqual(
      taken,
      contactPoint.map((policy) => `${policy.name} ${index}:recovery-code 7`),
    );
  });

  it('end with the minute of a contact point: a second before, none leaves', async () => {
    assert.equal(await count(), undefined);
    ports.clock.move(59);
    assert.equal(await count(), 'contact-point');
    ports.clock.move(1);
    assert.equal(await count(), undefined);
  });

  it('of an address and of a number that are spelt alike are two', async () => {
    assert.deepEqual([await count(), await count({ kind: 'mail' })], [undefined, undefined]);
  });

  it('give nothing of a notice back, which counts at no contact point, and tell so', async () => {
    assert.equal(await giveBackMessage(jobPorts(), { ...sms, purpose: 'notice' }, 0), false);
    assert.equal(await giveBackMessage(jobPorts(), sms, 0), true);
  });

  it('tell by counters and alarms which was reached: what is not listed warns, a budget that is spent is an error', async () => {
    await count();
    await count();
    await count({ to: '+32470123456' });
    await count({ to: 'nothing' });
    assert.deepEqual(ports.metrics.labelled, [
      { name: 'messages_refused_by_contact_point', labels: { channel: 'sms', purpose: 'recovery-code' } },
      { name: 'messages_refused_by_country', labels: { country: 'BE', purpose: 'recovery-code' } },
      { name: 'messages_refused_by_country', labels: { country: 'none', purpose: 'recovery-code' } },
    ]);
    assert.deepEqual(
      ports.log.lines.map(({ level, fields }) => [level, fields.event, fields.details]),
      [
        ['warn', 'message_country_not_listed', { country: 'BE', purpose: 'recovery-code' }],
        ['warn', 'message_country_not_listed', { country: 'none', purpose: 'recovery-code' }],
      ],
    );
    assert.deepEqual(new Set(ports.log.texts), new Set(['no SMS to this country for now']));
  });
});

describe('a message that is put off', () => {
  const MESSAGE = {
    messageId: 'm-1',
    kind: 'sms',
    to: '+33612345678',
    text: 'a',
    template: 't',
    accountId: 'a',
  } as const;

  it('passes on to the other contact point a minute after it was queued, and not a second before', async () => {
    for (const [waited, passedOn] of [
      [59, 0],
      [60, 1],
    ] as const) {
      const ports = createMemoryPorts();
      const queuedAtMs = ports.clock.now().getTime();
      ports.notifier.answer = () => {
        throw storeUnavailable({ details: { gateway: 'kannel' } });
      };
      ports.clock.move(waited);
      const message = { ...MESSAGE, purpose: 'recovery-code', queuedAtMs } as const;
      const otherwise = { ...message, messageId: 'm-2', kind: 'mail', to: 'a@example.test' } as const;
      const attempt = { last: false, putOff: () => {} };
      await createDeliverMessage({ ...ports, ...limits })({ ...message, otherwise }, attempt);
      assert.equal(ports.jobs.added.length, passedOn, `after ${waited} s`);
    }
  });

  it('comes again when it ends at the latest, and never in less than a second', async () => {
    for (const [left, wait] of [
      [2000, 2],
      [1000, 1],
      [1, 1],
      [600_000, 3],
    ] as const) {
      const ports = createMemoryPorts();
      const now = ports.clock.now().getTime();
      ports.notifier.answer = () => {
        throw storeUnavailable({ details: { gateway: 'kannel' } });
      };
      const waits: number[] = [];
      const attempt = { last: false, putOff: (seconds: number) => void waits.push(seconds) };
      const message = { ...MESSAGE, purpose: 'recovery-code', queuedAtMs: now, expiresAtMs: now + left } as const;
      await createDeliverMessage({ ...ports, ...limits })(message, attempt);
      assert.deepEqual(waits, [wait]);
    }
  });

  it('waits for another process that holds it, and ends by a refusal of no store', async () => {
    for (const [code, waits] of [
      ['busy', 1],
      ['store_unavailable', 1],
      ['not_found', 0],
    ] as const) {
      const ports = createMemoryPorts();
      ports.messages.deliver = () => Promise.reject(new ServiceError(code));
      let putOffs = 0;
      const attempt = {
        last: false,
        putOff: () => {
          putOffs += 1;
        },
      };
      const message = { ...MESSAGE, purpose: 'notice', queuedAtMs: ports.clock.now().getTime() } as const;
      await createDeliverMessage({ ...ports, ...limits })(message, attempt).catch(() => {});
      assert.equal(putOffs, waits, code);
    }
  });
});
