import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts';
import { createMessages } from '../../src/adapters/postgres/messages.ts';
import { ServiceError } from '../../src/errors.ts';
import type { Message, SendResult } from '../../src/ports/messages.ts';
import { createDeliverMessage } from '../../src/stories/kit/messages/deliver-message.ts';
import { codeMessage, collectLog, deliveryPorts, KEEP_SECONDS, NUMBER, testVault } from '../support/delivery.ts';
import { cloneDatabase } from '../support/services.ts';

const NOW = new Date('2026-03-01T10:00:00Z');
/** Of each attempt that was put off, how long. */
const putOffs: number[] = [];
const putOff = (seconds: number) => void putOffs.push(seconds);
const [ONE_OF_SEVERAL, LAST] = [
  { last: false, putOff },
  { last: true, putOff },
];

describe('deliver-message', () => {
  let database: Database;
  let sent: Message[];
  let answer: () => SendResult | Promise<SendResult>;
  let log: ReturnType<typeof collectLog>;
  const messages = () => createMessages(database, testVault, KEEP_SECONDS);
  const deliver = (...args: Parameters<ReturnType<typeof createDeliverMessage>>) =>
    createDeliverMessage(
      deliveryPorts(database, {
        log,
        clock: { now: () => NOW },
        notifier: {
          async send(message) {
            sent.push(message);
            return answer();
          },
        },
      }),
    )(...args);
  const audits = () => database('audit_events').select('kind', 'outcome', 'account_id', 'details');
  const away = () => Promise.reject(new ServiceError('store_unavailable'));
  before(async () => {
    database = openDatabase(await cloneDatabase(), 4);
  });
  after(() => database.destroy());
  beforeEach(async () => {
    await database('audit_events').delete();
    sent = [];
    log = collectLog();
    putOffs.length = 0;
    answer = () => ({ sent: true });
  });

  it('sends the message with its own id, notes it as sent, and keeps neither words nor number', async () => {
    const job = codeMessage({ accountId: randomUUID() });
    await deliver(job, ONE_OF_SEVERAL);
    const { messageId, kind, to, text } = job;
    assert.deepEqual(sent, [{ messageId, kind, to, subject: undefined, text }]);
    const row = await database('messages').where({ message_id: messageId }).first();
    assert.equal(row.status, 'sent');
    assert.equal(row.account_id, job.accountId);
    assert.equal(row.template, job.template);
    assert.ok(row.sent_at instanceof Date && row.ended_at === null);
    assert.ok(!JSON.stringify(row).includes(NUMBER.slice(1)) && !JSON.stringify(row).includes('123456'));
    assert.deepEqual(await audits(), []);
  });

  it('sends nothing a second time', async () => {
    const job = codeMessage();
    await deliver(job, ONE_OF_SEVERAL);
    await deliver(job, ONE_OF_SEVERAL);
    assert.equal(sent.length, 1);
  });

  it('a message that the gateway refuses has failed, is audited, and is not tried again', async () => {
    answer = () => ({ sent: false, reason: 'kannel_400' });
    const job = codeMessage({ accountId: randomUUID() });
    await deliver(job, ONE_OF_SEVERAL);
    const { messageId, accountId, template, kind } = job;
    assert.deepEqual(await messages().find(messageId), { status: 'failed', reason: 'kannel_400' });
    const details = { messageId, template, kind, reason: 'kannel_400' };
    assert.deepEqual(await audits(), [{ kind: 'message', outcome: 'failed', account_id: accountId, details }]);
    await deliver(job, ONE_OF_SEVERAL);
    assert.equal(sent.length, 1);
  });

  it('a gateway that is away leaves the message queued, and the job comes again, also after a last attempt', async () => {
    answer = away;
    const job = codeMessage();
    for (const attempt of [ONE_OF_SEVERAL, LAST]) await deliver(job, attempt);
    assert.equal(putOffs.length, 2);
    assert.deepEqual(await messages().find(job.messageId), { status: 'queued' });
    answer = () => ({ sent: true });
    await deliver(job, ONE_OF_SEVERAL);
    assert.deepEqual(await messages().find(job.messageId), { status: 'sent' });
  });

  it('a gateway that is still away when the message ends, ends it, audited, so that nothing sealed stays behind', async () => {
    answer = away;
    const job = codeMessage({ queuedAtMs: NOW.getTime() - 24 * 3600 * 1000 });
    await deliver(job, ONE_OF_SEVERAL);
    assert.deepEqual(await messages().find(job.messageId), { status: 'failed', reason: 'gateway_away' });
    assert.equal((await audits()).length, 1);
  });

  it('a code that has expired is not sent', async () => {
    const job = codeMessage({ expiresAtMs: NOW.getTime() });
    await deliver(job, ONE_OF_SEVERAL);
    assert.equal(sent.length, 0);
    assert.deepEqual(await messages().find(job.messageId), { status: 'failed', reason: 'expired' });
    await deliver(codeMessage({ expiresAtMs: NOW.getTime() + 1 }), ONE_OF_SEVERAL);
    assert.equal(sent.length, 1);
  });

  it('an SMS that does not fit is sent, and its template is named in the log', async () => {
    await deliver(codeMessage({ text: 'Vous êtes invité' }), ONE_OF_SEVERAL);
    assert.equal(sent.length, 1);
    assert.deepEqual(
      log.lines.map(({ level, fields }) => [level, fields.event]),
      [['error', 'message_too_long']],
    );
  });

  it('a report turns sent into delivered or failed, once, and knows no other message', async () => {
    for (const status of ['delivered', 'failed'] as const) {
      const job = codeMessage();
      await deliver(job, ONE_OF_SEVERAL);
      assert.deepEqual(await messages().report(job.messageId, status), { kind: 'sms', purpose: 'recovery-code' });
      assert.equal((await messages().find(job.messageId))?.status, status);
      assert.equal(await messages().report(job.messageId, 'delivered'), undefined);
      assert.equal((await messages().find(job.messageId))?.status, status);
    }
    assert.equal(await messages().report(randomUUID(), 'delivered'), undefined);
    assert.equal(await messages().find(randomUUID()), undefined);
  });
});
