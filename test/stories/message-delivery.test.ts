import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import { createDeliverMessage } from '../../src/stories/kit/messages/deliver-message.ts';
import { createMemoryPorts, type MemoryPorts } from './support/memory-ports.ts';

const ACCOUNT_ID = 'account-1';
const MOBILE = '+33612345678';

describe('messages on their way to a gateway', () => {
  let ports: MemoryPorts;
  beforeEach(() => {
    ports = createMemoryPorts();
  });

  const MESSAGE = { messageId: 'm-1', kind: 'sms', to: MOBILE, text: 'Votre code : 482913' } as const;
  const deliver = (more: object = {}, last = false) =>
    createDeliverMessage(ports)(
      {
        ...MESSAGE,
        accountId: ACCOUNT_ID,
        template: 'password-recovery-code',
        purpose: 'recovery-code',
        queuedAtMs: ports.clock.now().getTime(),
        ...more,
      },
      { last },
    );
  const stateOf = () => ports.messages.find('m-1');
  const failures = () => ports.audit.events.map(({ outcome, details }) => [outcome, details?.reason]);

  it('are sent once, and leave no event', async () => {
    await deliver();
    await deliver();
    assert.deepEqual(ports.notifier.sent, [{ ...MESSAGE, subject: undefined }]);
    assert.deepEqual([await stateOf(), failures()], [{ status: 'sent' }, []]);
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
    assert.deepEqual(ports.metrics.counted, ['messages_failed']);
    assert.ok(!JSON.stringify(event).includes('482913') && !JSON.stringify(event).includes(MOBILE));
  });

  it('wait for a gateway that is away, and end with the last attempt', async () => {
    ports.notifier.answer = () => {
      throw new ServiceError('store_unavailable');
    };
    await assert.rejects(deliver(), { code: 'store_unavailable' });
    assert.deepEqual([await stateOf(), failures(), ports.metrics.counted], [{ status: 'queued' }, [], []]);
    await deliver({}, true);
    assert.deepEqual(failures(), [['failed', 'gateway_away']]);
  });

  describe('with a code', () => {
    const CODE = { codeId: 'c-1', purpose: 'password-recovery', code: '482913' } as const;
    const subject = { kind: 'account', accountId: ACCOUNT_ID } as const;
    const deliverCode = (more: object = {}, last = false) =>
      deliver({ code: { ...CODE, subject }, expiresAtMs: ports.clock.now().getTime() + 600_000, ...more }, last);
    const proves = async () => (await ports.verificationCodes.verify('c-1', CODE.purpose, CODE.code)) !== undefined;

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

    it('take it away when the last attempt is spent, and not before', async () => {
      ports.notifier.answer = () => {
        throw new ServiceError('store_unavailable');
      };
      await assert.rejects(deliverCode());
      await deliverCode({}, true);
      assert.equal(await proves(), false);
    });

    it('leave nothing to be used twice: a sending that comes again finds it used', async () => {
      await deliverCode();
      assert.equal(await proves(), true);
      ports.messages = createMemoryPorts().messages;
      await deliverCode();
      assert.equal(await proves(), false);
    });

    it('are not sent without it: the store must answer first', async () => {
      ports.verificationCodes.create = () => Promise.reject(new ServiceError('store_unavailable'));
      await assert.rejects(deliverCode(), { code: 'store_unavailable' });
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
  });
});
