import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts';
import { startWorker } from '../../src/adapters/postgres/job-worker.ts';
import { openPayload } from '../../src/adapters/postgres/jobs.ts';
import { createMessages } from '../../src/adapters/postgres/messages.ts';
import { resendMessage } from '../../src/adapters/postgres/resent-messages.ts';
import type { OutgoingMessage, SendResult } from '../../src/ports/messages.ts';
import { codeMessage, collectLog, KEEP_SECONDS, NUMBER, testVault } from '../support/delivery.ts';
import { cloneDatabase } from '../support/services.ts';
import { createGate, eventually } from '../support/wait.ts';

const REFUSED: SendResult = { sent: false, reason: 'kannel_400' };
const HOUR_MS = 3600 * 1000;

describe('messages that may have to be sent again', () => {
  let url: string;
  let database: Database;
  const messages = () => createMessages(database, testVault, KEEP_SECONDS);
  before(async () => {
    url = await cloneDatabase();
    database = openDatabase(url, 10);
  });
  after(() => database.destroy());
  beforeEach(async () => {
    await Promise.all(['messages', 'audit_events'].map((table) => database(table).delete()));
    await database.raw('delete from graphile_worker._private_jobs');
  });

  async function end(result: SendResult, more: Partial<OutgoingMessage> = {}): Promise<OutgoingMessage> {
    const message = codeMessage(more);
    await messages().deliver(message, async () => result);
    return message;
  }
  const rowOf = ({ messageId }: OutgoingMessage) => database('messages').where({ message_id: messageId }).first();
  /** Time passes for what is kept. */
  const age = (seconds: number) =>
    database.raw("update messages set sealed_until = sealed_until - ? * interval '1 second'", [seconds]);
  const jobs = async () => {
    const { rows } = await database.raw(
      `select tasks.identifier as name, jobs.payload from graphile_worker._private_jobs as jobs
        join graphile_worker._private_tasks as tasks on tasks.id = jobs.task_id`,
    );
    return (rows as { name: string; payload: unknown }[]).map(({ name, payload }) => ({
      name,
      payload: openPayload(testVault, name, payload),
    }));
  };

  it('are kept whole, sealed, for as long as was said', async () => {
    const message = await end(REFUSED, { otherwise: codeMessage({ kind: 'mail', to: 'a@example.test' }) });
    assert.deepEqual(await messages().findKept(message.messageId), message);
    const text = JSON.stringify(await rowOf(message));
    assert.ok(!text.includes(NUMBER.slice(1)) && !text.includes('123456') && !text.includes('example'), text);
    await age(KEEP_SECONDS - 60);
    assert.ok(await messages().findKept(message.messageId));
    await age(60);
    assert.equal(await messages().findKept(message.messageId), undefined);
    assert.equal(await messages().findKept(randomUUID()), undefined);
  });

  it('open in their own row alone', async () => {
    const [message, other] = [await end(REFUSED), await end(REFUSED)];
    const { sealed } = await rowOf(message);
    await database('messages').where({ message_id: other.messageId }).update({ sealed });
    await assert.rejects(messages().findKept(other.messageId));
  });

  it('are forgotten by the worker when their time is over', async () => {
    const [message, later] = [await end(REFUSED), await end(REFUSED)];
    await database('messages')
      .where({ message_id: message.messageId })
      .update({ sealed_until: new Date(0) });
    const worker = await startWorker(url, testVault, { beside: async () => {} }, collectLog());
    try {
      await eventually('the sweep', async () => (await rowOf(message)).sealed === null);
      assert.ok((await rowOf(later)).sealed);
    } finally {
      await worker.stop();
    }
  });

  it('are kept no longer than their code lives, and not at all once it has ended', async () => {
    const lives = await end(REFUSED, { expiresAtMs: Date.now() + 60_000 });
    assert.ok((await rowOf(lives)).sealed_until <= new Date(Date.now() + 60_000));
    assert.equal((await rowOf(await end({ sent: false, reason: 'expired' }))).sealed, null);
  });

  it('are those that a gateway took too, until the network says what became of them', async () => {
    assert.equal((await rowOf(await end({ sent: true }))).sealed, null);
    const message = await end({ sent: true, awaitsReport: true });
    assert.ok(await messages().findKept(message.messageId));
    await messages().report(message.messageId, 'delivered');
    assert.equal((await rowOf(message)).sealed, null);
  });

  it('of which the report comes before the end of their sending is noted, are noted by it', async () => {
    const message = codeMessage();
    const { messageId } = message;
    const [handedOver, answered] = [createGate(), createGate()];
    const delivery = messages().deliver(message, async () => {
      handedOver.open();
      await answered.passed;
      return { sent: true, awaitsReport: true };
    });
    await handedOver.passed;
    let looks = 0;
    database.on('query', ({ sql }: { sql: string }) => {
      if (sql.includes('skip locked')) looks += 1;
    });
    const report = messages().report(messageId, 'delivered');
    await eventually('a second look', () => looks > 1);
    answered.open();
    await delivery;
    assert.deepEqual(await report, { kind: 'sms', purpose: 'recovery-code' });
    assert.deepEqual(await messages().find(messageId), { status: 'delivered' });
  });

  it('of which the sending takes long let the report come again, soon', async () => {
    const message = codeMessage();
    const [handedOver, answered] = [createGate(), createGate()];
    const delivery = messages().deliver(message, async () => {
      handedOver.open();
      await answered.passed;
      return { sent: true };
    });
    await handedOver.passed;
    const begun = performance.now();
    try {
      await assert.rejects(messages().report(message.messageId, 'delivered'), { code: 'busy' });
      assert.ok(performance.now() - begun < 3000);
    } finally {
      answered.open();
    }
    assert.deepEqual(await delivery, { status: 'sent' });
  });

  it('that the network reports as not delivered leave a job, once, and are kept on', async () => {
    const message = await end({ sent: true, awaitsReport: true }, { accountId: randomUUID() });
    await Promise.allSettled(Array.from({ length: 5 }, () => messages().report(message.messageId, 'failed')));
    const { messageId, accountId, kind, template } = message;
    const payload = { messageId, accountId, kind, template };
    assert.deepEqual(await jobs(), [{ name: 'message-undelivered', payload }]);
    assert.deepEqual(await messages().findKept(messageId), message);
  });

  it('whose end cannot be committed leave neither a job nor an event, by a report and by an operator alike', async () => {
    const [sent, failed] = [await end({ sent: true, awaitsReport: true }), await end(REFUSED)];
    const events = async () => (await database('audit_events')).length;
    const before = await events();
    await database.raw(`create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'refused at the commit' using errcode = 'XX000'; end $$`);
    await database.raw(`create constraint trigger at_the_end after update on messages
      deferrable initially deferred for each row execute function refuse()`);
    const resend = () => resendMessage(database, testVault, failed.messageId, Date.now());
    try {
      await assert.rejects(messages().report(sent.messageId, 'failed'));
      await assert.rejects(resend());
    } finally {
      await database.raw('drop function refuse cascade');
    }
    assert.deepEqual(await jobs(), []);
    assert.equal(await events(), before);
    assert.deepEqual(await messages().find(sent.messageId), { status: 'sent' });
    assert.equal((await messages().find(failed.messageId))?.status, 'failed');
    assert.deepEqual(await messages().report(sent.messageId, 'failed'), { kind: 'sms', purpose: 'recovery-code' });
    assert.deepEqual(await resend(), { resent: true });
    assert.equal((await jobs()).length, 2);
  });

  describe('sent again', () => {
    const now = Date.now() + HOUR_MS;
    const resend = ({ messageId }: { messageId: string }) => resendMessage(database, testVault, messageId, now);

    it('are queued with a job of their own, count nowhere, and touch the other contact point no more', async () => {
      const message = await end(REFUSED, { countedAtMs: 5, otherwise: codeMessage({ kind: 'mail' }) });
      const { otherwise: _, countedAtMs: __, ...again } = message;
      const { messageId, kind, template } = message;
      const beside = await end(REFUSED);
      assert.deepEqual(await resend(message), { resent: true });
      assert.equal((await messages().find(beside.messageId))?.status, 'failed', 'nobody asked for the other');
      const [event] = await database('audit_events').where({ outcome: 'resent' }).select('kind', 'details');
      assert.deepEqual(event, { kind: 'message', details: { messageId, template, kind } });
      assert.deepEqual(await jobs(), [{ name: 'deliver-sms', payload: { ...again, queuedAtMs: now } }]);
      assert.deepEqual(await messages().find(messageId), { status: 'queued' });
      let sendings = 0;
      await messages().deliver(message, async () => {
        sendings++;
        return { sent: true };
      });
      assert.deepEqual([sendings, await messages().find(messageId)], [1, { status: 'sent' }]);
    });

    it('are not touched by a report that comes again or late: they leave, and are kept until they have', async () => {
      const message = await end({ sent: true, awaitsReport: true });
      const { messageId } = message;
      await messages().report(messageId, 'failed');
      assert.deepEqual(await resend(message), { resent: true });
      const { reason, sent_at, ended_at } = await rowOf(message);
      assert.deepEqual({ reason, sent_at, ended_at }, { reason: null, sent_at: null, ended_at: null });
      for (const status of ['failed', 'delivered'] as const) {
        assert.equal(await messages().report(messageId, status), undefined);
        assert.deepEqual(await messages().find(messageId), { status: 'queued' });
      }
      assert.deepEqual(
        (await jobs()).map(({ name }) => name),
        ['message-undelivered', 'deliver-sms'],
      );
      assert.deepEqual(await messages().findKept(messageId), message);
      assert.deepEqual(await messages().deliver(message, async () => ({ sent: true })), { status: 'sent' });
      assert.equal((await rowOf(message)).sealed, null);
    });

    it('by 10 at once are queued once, 10 times', async () => {
      for (let trial = 0; trial < 10; trial++) {
        const message = await end(REFUSED);
        const results = await Promise.all(Array.from({ length: 10 }, () => resend(message)));
        assert.equal(results.filter(({ resent }) => resent).length, 1);
        assert.deepEqual(
          new Set(results.map((result) => (result.resent ? '' : result.because))),
          new Set(['', 'not-failed']),
        );
        assert.equal((await jobs()).length, trial + 1);
      }
    });

    it('are neither those that were sent, nor those that are forgotten, nor those that nobody knows', async () => {
      const [sent, forgotten] = [await end({ sent: true }), await end(REFUSED)];
      await age(KEEP_SECONDS);
      assert.deepEqual(await resend(sent), { resent: false, because: 'not-failed' });
      assert.deepEqual(await resend(forgotten), { resent: false, because: 'not-kept' });
      for (const messageId of [randomUUID(), 'x'])
        assert.deepEqual(await resend({ messageId }), { resent: false, because: 'unknown' });
      assert.deepEqual(await jobs(), []);
    });
  });
});
