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
      { ...MESSAGE, accountId: ACCOUNT_ID, template: 'password-recovery-code', ...more },
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

  it('are sent although they are too long, and the log names the template', async () => {
    await deliver({ text: 'Vous êtes invité' });
    assert.equal(ports.notifier.sent.length, 1);
    assert.deepEqual(
      ports.log.lines.map(({ fields }) => [fields.event, fields.details?.template]),
      [['message_too_long', 'password-recovery-code']],
    );
  });
});
