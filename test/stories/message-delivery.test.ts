import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import { createDeliverMessage } from '../../src/stories/kit/messages/deliver-message.ts';
import { createMemoryPorts, type MemoryPorts } from './support/memory-ports.ts';
import { committedConfig, sending } from './support/stories.ts';

const limits = sending(committedConfig());

const ACCOUNT_ID = 'account-1';
const MOBILE = '+33612345678';

describe('messages on their way to a gateway', () => {
  let ports: MemoryPorts;
  /** Of each attempt that was put off, how long. */
  let putOffs: number[];
  beforeEach(() => {
    ports = createMemoryPorts();
    putOffs = [];
  });

  const MESSAGE = { messageId: 'm-1', kind: 'sms', to: MOBILE, text: 'Votre code : 482913' } as const;
  const deliver = (more: object = {}, last = false) =>
    createDeliverMessage({ ...ports, ...limits })(
      {
        ...MESSAGE,
        accountId: ACCOUNT_ID,
        template: 'password-recovery-code',
        purpose: 'recovery-code',
        queuedAtMs: ports.clock.now().getTime(),
        ...more,
      },
      { last, putOff: (seconds) => void putOffs.push(seconds) },
    );
  const stateOf = () => ports.messages.find('m-1');
  const failures = () => ports.audit.events.map(({ outcome, details }) => [outcome, details?.reason]);

  it('are sent once, and leave no event', async () => {
    await deliver();
    await deliver();
    assert.deepEqual(ports.notifier.sent, [{ ...MESSAGE, subject: undefined }]);
    assert.deepEqual([await stateOf(), failures()], [{ status: 'sent' }, []]);
    const labels = { channel: 'sms', purpose: 'recovery-code', country: 'FR' };
    assert.deepEqual(ports.metrics.labelled, [{ name: 'messages_sent', labels }], 'and are counted once');
  });

  it('are of no country as a mail, whatever its address looks like', async () => {
    await deliver({ kind: 'mail', to: `${MOBILE}@example.test` });
    const labels = { channel: 'mail', purpose: 'recovery-code', country: 'none' };
    assert.deepEqual(ports.metrics.labelled, [{ name: 'messages_sent', labels }]);
  });

  it('that have failed by the report of the network are told as such when their job comes again', async () => {
    await deliver();
    await ports.messages.report('m-1', 'failed');
    await deliver();
    assert.deepEqual(failures(), [['failed', 'unknown']], 'of an end whose reason nobody noted');
    assert.deepEqual(ports.metrics.counted, ['messages_sent']);
  });

  it('are not sent once they have expired', async () => {
    const now = ports.clock.now().getTime();
    await deliver({ expiresAtMs: now });
    assert.deepEqual(ports.notifier.sent, []);
    assert.deepEqual(failures(), [['failed', 'expired']]);
    await deliver({ messageId: 'm-2', expiresAtMs: now + 1 });
    assert.equal(ports.notifier.sent.length, 1);
  });

  it('that a gateway refuses have failed, and an event tells an agent whose', async () => {
    ports.notifier.answer = () => ({ sent: false, reason: 'kannel_400' });
    await deliver();
    assert.deepEqual(await stateOf(), { status: 'failed', reason: 'kannel_400' });
    const [event] = ports.audit.events;
    assert.deepEqual([event?.kind, event?.accountId], ['message', ACCOUNT_ID]);
    const labels = { channel: 'sms', purpose: 'recovery-code', country: 'FR' };
    assert.deepEqual(ports.metrics.labelled, [{ name: 'messages_failed', labels }]);
    assert.ok(!JSON.stringify(event).includes('482913') && !JSON.stringify(event).includes(MOBILE));
  });

  const fails = (details: object = { gateway: 'kannel' }) => {
    ports.notifier.answer = () => {
      throw new ServiceError('store_unavailable', { details: { ...details } });
    };
  };

  it('wait for a gateway that is away, ever longer, up to five minutes', async () => {
    fails();
    const queuedAtMs = ports.clock.now().getTime();
    for (const seconds of [0, 10, 90, 3600]) {
      ports.clock.move(seconds);
      await deliver({ queuedAtMs }, true);
    }
    assert.deepEqual(putOffs.map(Math.round), [3, 7, 70, 300]);
    assert.deepEqual([await stateOf(), failures()], [{ status: 'queued' }, []]);
    assert.deepEqual(new Set(ports.metrics.counted), new Set(['gateway_away']));
    ports.notifier.answer = () => ({ sent: true });
    await deliver({ queuedAtMs });
    assert.deepEqual(await stateOf(), { status: 'sent' });
  });

  it('without an end of their own are tried for a day, and then end', async () => {
    fails();
    const queuedAtMs = ports.clock.now().getTime();
    ports.clock.move(24 * 3600 - 10);
    await deliver({ queuedAtMs });
    assert.deepEqual([putOffs, failures()], [[10], []], 'a last time when it ends');
    ports.clock.move(10);
    await deliver({ queuedAtMs });
    assert.deepEqual(failures(), [['failed', 'gateway_away']]);
    const last = ports.log.lines.at(-1);
    const { error, ...fields } = last?.fields ?? {};
    assert.deepEqual([last?.level, fields], ['error', { event: 'message_given_up', details: { messageId: 'm-1' } }]);
    assert.ok(error instanceof ServiceError);
    assert.equal(ports.log.texts.at(-1), 'a message could not be sent');
  });

  it('end after a day with what the gateway said last: that it refuses us', async () => {
    fails({ gateway: 'kannel', refusesUs: true });
    const queuedAtMs = ports.clock.now().getTime();
    ports.clock.move(24 * 3600);
    await deliver({ queuedAtMs });
    assert.deepEqual(failures(), [['failed', 'gateway_refuses_us']]);
  });

  it('rest as long as their gateway does, also for a second, without asking for the message', async () => {
    ports.notifier.restSeconds = () => 1;
    const [deliverRow, asked] = [ports.messages.deliver, [] as string[]];
    ports.messages.deliver = (message, send) => {
      asked.push(message.messageId);
      return deliverRow(message, send);
    };
    await deliver();
    await deliver({ queuedAtMs: ports.clock.now().getTime() - 60_000 });
    assert.deepEqual([putOffs, asked], [[1, 42], []]);
    const fields = { event: 'message_put_off', code: 'store_unavailable', error: undefined };
    const line = { level: 'warn', fields: { ...fields, details: { messageId: 'm-1' } } };
    assert.deepEqual(ports.log.lines, [line, line]);
    assert.deepEqual(new Set(ports.log.texts), new Set(['to be sent later']));
  });

  it('that another process holds say so in the log', async () => {
    ports.messages.deliver = () => Promise.reject(new ServiceError('busy'));
    await deliver();
    assert.deepEqual(
      ports.log.lines.map(({ fields }) => [fields.event, fields.code]),
      [['message_put_off', 'busy']],
    );
  });

  it('that wait for long take no other way for a fault of ours', async () => {
    ports.notifier.answer = () => {
      throw new Error('a bug');
    };
    const queuedAtMs = ports.clock.now().getTime() - 60_000;
    const otherwise = { ...MESSAGE, messageId: 'm-2', kind: 'mail', to: 'claire@example.test', queuedAtMs };
    await assert.rejects(deliver({ queuedAtMs, otherwise: { ...otherwise, template: 't', purpose: 'notice' } }), {
      message: 'a bug',
    });
    assert.deepEqual(ports.jobs.added, []);
  });

  it('wait for a gateway that refuses us, whose alarm is raised once in a while for each channel', async () => {
    fails({ gateway: 'kannel', status: 403, refusesUs: true });
    const alarms = () => ports.log.lines.filter(({ level }) => level === 'error').map(({ fields }) => fields);
    for (const messageId of ['m-1', 'm-2', 'm-3']) await deliver({ messageId }, true);
    assert.deepEqual([putOffs.length, failures()], [3, []]);
    const details = { channel: 'sms', gateway: 'kannel', status: 403 };
    assert.deepEqual(alarms(), [{ event: 'gateway_refuses_us', details }]);
    await deliver({ messageId: 'm-4', kind: 'mail' });
    assert.equal(alarms().length, 2);
    ports.clock.move(300);
    await deliver();
    assert.equal(alarms().length, 3);
    assert.equal(ports.metrics.counted.filter((name) => name === 'gateway_refuses_us').length, 5);
    ports.notifier.answer = () => ({ sent: true });
    await deliver();
    assert.deepEqual(await stateOf(), { status: 'sent' });
  });

  it('are not handed to a gateway that is left alone, and come again when its rest is over', async () => {
    ports.notifier.restSeconds = (kind) => (kind === 'sms' ? 20 : 0);
    await deliver();
    assert.deepEqual([putOffs, ports.notifier.sent, await stateOf()], [[20], [], { status: 'queued' }]);
    assert.ok(ports.log.lines.some(({ fields }) => fields.event === 'message_put_off'));
    ports.messages.note = async () => {
      throw new ServiceError('store_unavailable');
    };
    await deliver();
    assert.equal(putOffs.length, 2, 'nor does a store that is away spend an attempt');
    await deliver({ messageId: 'm-2', kind: 'mail' });
    assert.equal(ports.notifier.sent.length, 1);
    await deliver({ messageId: 'm-3', expiresAtMs: ports.clock.now().getTime() });
    assert.deepEqual(failures(), [['failed', 'expired']]);
  });

  it('of which sending fails by a fault of ours end with the last attempt of their job', async () => {
    ports.notifier.answer = () => {
      throw new Error('a bug');
    };
    await assert.rejects(deliver(), { message: 'a bug' });
    assert.deepEqual(failures(), []);
    await deliver({}, true);
    assert.deepEqual(failures(), [['failed', 'internal_error']]);
  });

  describe('with a code', () => {
    const CODE = { codeId: 'c-1', purpose: 'password-recovery', code: '482913', countedAs: 'codes' } as const;
    const subject = { kind: 'account', accountId: ACCOUNT_ID } as const;
    const deliverCode = (more: object = {}, last = false) =>
      deliver({ code: { ...CODE, subject }, expiresAtMs: ports.clock.now().getTime() + 600_000, ...more }, last);
    const proves = async () =>
      (await ports.verificationCodes.verify('c-1', CODE.purpose, CODE.code, 'nobody')).subject !== undefined;

    it('bring it to life before they are handed over, for as long as it was promised', async () => {
      ports.notifier.answer = () => {
        assert.equal(created, 1, 'a code that arrives is there');
        return { sent: true };
      };
      let created = 0;
      const { create } = ports.verificationCodes;
      ports.verificationCodes.create = async (...args) => {
        await create(...args);
        created += 1;
      };
      assert.equal(await proves(), false);
      await deliverCode({ expiresAtMs: ports.clock.now().getTime() + 60_000 });
      ports.clock.move(59);
      assert.equal(await proves(), true);
    });

    it('let it die with the time of the message, also when it was sent late', async () => {
      const expiresAtMs = ports.clock.now().getTime() + 600_000;
      ports.clock.move(590);
      await deliverCode({ expiresAtMs });
      ports.clock.move(10);
      assert.equal(await proves(), false);
    });

    for (const [what, more, answer] of [
      ['are refused', {}, () => ({ sent: false, reason: 'kannel_400' }) as const],
      ['have expired', { expiresAtMs: 0 }, () => ({ sent: true }) as const],
    ] as const)
      it(`that ${what} take it away again`, async () => {
        ports.notifier.answer = answer;
        await deliverCode(more);
        assert.equal((await stateOf())?.status, 'failed');
        assert.equal(await proves(), false);
      });

    it('are tried until it has ended, and no longer', async () => {
      fails();
      const expiresAtMs = ports.clock.now().getTime() + 600_000;
      await deliverCode({ expiresAtMs });
      ports.clock.move(600);
      await deliverCode({ expiresAtMs });
      assert.deepEqual([putOffs.length, failures()], [1, [['failed', 'expired']]]);
      assert.equal(await proves(), false);
    });

    it('leave nothing to be used twice: a sending that comes again finds it used', async () => {
      await deliverCode();
      assert.equal(await proves(), true);
      ports.messages = createMemoryPorts().messages;
      await deliverCode();
      assert.equal(await proves(), false);
    });

    it('leave it alive that passes on, however soon the other message is delivered', async () => {
      const other = { ...MESSAGE, messageId: 'm-2', kind: 'mail', to: 'claire@example.test' };
      ports.notifier.answer = ({ kind }) => (kind === 'mail' ? { sent: true } : { sent: false, reason: 'kannel_400' });
      ports.jobs.add = async (_name, payload) => deliverCode(payload);
      const queuedAtMs = ports.clock.now().getTime();
      const expiresAtMs = queuedAtMs + 600_000;
      const code = { ...CODE, subject };
      const otherwise = { ...other, template: 't', purpose: 'recovery-code', queuedAtMs, expiresAtMs, code };
      await deliverCode({ otherwise });
      assert.deepEqual([ports.notifier.textsTo('claire@example.test').length, await proves()], [1, true]);
    });

    it('leave it alive, and send nothing, where the other message was on its way before this attempt', async () => {
      ports.notifier.answer = () => ({ sent: false, reason: 'kannel_400' });
      const queuedAtMs = ports.clock.now().getTime();
      const more = { template: 't', purpose: 'recovery-code', queuedAtMs } as const;
      const otherwise = { ...MESSAGE, messageId: 'm-2', kind: 'mail', to: 'claire@example.test', ...more } as const;
      await ports.messages.note(otherwise);
      await deliverCode({ otherwise });
      assert.deepEqual([ports.jobs.added, await proves()], [[], true]);
    });

    it('are counted once as codes that were sent; what has no code, or fails, is not', async () => {
      const now = ports.clock.now();
      const sum = () => ports.tallies.sum('codes-sent', now, new Date(now.getTime() + 3_600_000));
      await deliverCode();
      await deliverCode();
      assert.deepEqual([await sum(), ports.metrics.counted], [1, ['messages_sent', 'codes_sent']]);
      await deliver({ messageId: 'm-2' });
      ports.notifier.answer = () => ({ sent: false, reason: 'kannel_400' });
      await deliverCode({ messageId: 'm-3' });
      assert.equal(await sum(), 1);
    });

    it('are sent all the same where they cannot be counted, and the log says so', async () => {
      ports.tallies.add = () => Promise.reject(new ServiceError('store_unavailable'));
      await deliverCode();
      assert.deepEqual([await stateOf(), await proves()], [{ status: 'sent' }, true]);
      assert.deepEqual(
        ports.log.lines.map(({ level, fields }) => [level, fields.event]),
        [['warn', 'tally_missed']],
      );
      assert.deepEqual(ports.log.texts, ['a code that was sent is not counted']);
    });

    it('are a fault of ours without an end: no code is made that does not die', async () => {
      await assert.rejects(deliverCode({ expiresAtMs: undefined }), { message: 'a code without an end' });
      assert.deepEqual([ports.notifier.sent, await proves()], [[], false]);
    });

    it('are not sent without it: the store must answer first', async () => {
      ports.verificationCodes.create = () => Promise.reject(new ServiceError('store_unavailable'));
      await deliverCode();
      assert.equal(putOffs.length, 1);
      assert.deepEqual([ports.notifier.sent, await stateOf()], [[], { status: 'queued' }]);
    });
  });

  it('are sent although they are too long, and the log names the template', async () => {
    await deliver({ text: 'Vous êtes invité' });
    assert.equal(ports.notifier.sent.length, 1);
    assert.deepEqual(
      ports.log.lines.map(({ fields }) => [fields.event, fields.details?.template]),
      [['message_too_long', 'password-recovery-code']],
    );
    assert.deepEqual(ports.log.texts, ['not one SMS']);
    await deliver({ messageId: 'm-2', kind: 'mail', to: 'claire@example.test', text: 'Vous êtes invité' });
    assert.equal(ports.log.lines.length, 1, 'a mail may be as long as it is');
  });
});
