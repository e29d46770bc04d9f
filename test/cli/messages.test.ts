import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createMessages } from '../../src/adapters/postgres/messages.ts';
import type { Message, OutgoingMessage, SendResult } from '../../src/ports/messages.ts';
import { runCli } from '../support/cli.ts';
import { codeMessage, type Delivery, KEEP_SECONDS, NUMBER, startDelivery, testVault } from '../support/delivery.ts';
import { cloneDatabase } from '../support/services.ts';
import { eventually } from '../support/wait.ts';

/** The keys of `testVault`. */
const KEYS = {
  SEALING_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
  INDEX_KEY: Buffer.alloc(32, 8).toString('base64'),
};

describe('mon-compte-identity messages', () => {
  let url: string;
  let delivery: Delivery;
  let sent: Message[];
  before(async () => {
    url = await cloneDatabase();
    const send = async (message: Message): Promise<SendResult> => {
      sent.push(message);
      return { sent: true };
    };
    delivery = await startDelivery(url, { send });
  });
  after(() => delivery.stop());
  beforeEach(async () => {
    sent = [];
    await delivery.database('messages').delete();
  });

  const messages = () => createMessages(delivery.database, testVault, KEEP_SECONDS);
  async function fail(more: Partial<OutgoingMessage> = {}, reason = 'kannel_400'): Promise<string> {
    const message = codeMessage(more);
    await messages().deliver(message, async () => ({ sent: false, reason }));
    return message.messageId;
  }
  const run = (...args: string[]) => runCli(['messages', ...args], { DATABASE_URL: url, ...KEYS });
  const untilSent = (count: number) => eventually(`${count} sent`, () => sent.length === count);
  const noJobs = () => eventually('no job', async () => (await delivery.database('graphile_worker.jobs')).length === 0);

  describe('list', () => {
    it('tells what became of messages, and neither number, address, word nor account', async () => {
      const accountId = randomUUID();
      const id = await fail({ accountId });
      const mail = codeMessage({ kind: 'mail', to: 'claire@example.test', template: 'password-changed' });
      await messages().deliver(mail, async () => ({ sent: true }));
      const { code, stdout, stderr } = await run('list');
      assert.deepEqual([code, stderr], [0, '']);
      const [head, newest, oldest] = stdout.split('\n');
      assert.match(head ?? '', /^id +kind +template +status +reason +created +sent +ended +kept$/);
      assert.match(newest ?? '', new RegExp(`^${mail.messageId} +mail +password-changed +sent +- .* no$`));
      assert.match(oldest ?? '', new RegExp(`^${id} +sms +password-recovery-code +failed +kannel_400 .* yes$`));
      for (const secret of [NUMBER.slice(1), '123456', 'claire', accountId])
        assert.ok(!stdout.includes(secret), secret);
    });

    it('chooses by status, channel and time', async () => {
      const id = await fail();
      await fail({ kind: 'mail' });
      const old = await fail();
      await delivery
        .database('messages')
        .where({ message_id: old })
        .update({ created_at: new Date(0) });
      const [chosen, none, all] = await Promise.all([
        run('list', '--status', 'failed', '--kind', 'sms', '--since', '2h'),
        run('list', '--status', 'sent'),
        run('list', '--since', '1970-01-01'),
      ]);
      assert.equal(chosen.stdout.trim().split('\n').length, 2);
      assert.ok(chosen.stdout.includes(id));
      assert.equal(none.stdout, 'No message.\n');
      assert.equal(all.stdout.trim().split('\n').length, 4);
    });

    it('says that it told the newest alone where there may be more', async () => {
      await delivery.database.raw(
        `insert into messages (message_id, kind, template, status)
          select gen_random_uuid(), 'sms', 'password-changed', 'sent' from generate_series(1, 1000)`,
      );
      const { code, stdout, stderr } = await run('list');
      assert.deepEqual([code, stdout.trim().split('\n').length], [0, 1001]);
      assert.equal(stderr, 'The newest 1000: choose fewer by --since.\n');
    });

    it('ends with 1 for an option that it cannot read, and without a database; with 78 without its address', async () => {
      const [wrong, away, without] = await Promise.all([
        run('list', '--since', 'yesterday'),
        runCli(['messages', 'list'], { DATABASE_URL: 'postgres://identity:very-secret@127.0.0.1:1/none' }),
        runCli(['messages', 'list']),
      ]);
      assert.deepEqual([wrong.code, away.code, without.code], [1, 1, 78]);
      assert.match(wrong.stderr, /Write 30m, 2h, 1d or a time/);
      assert.match(away.stderr, /^Nothing is listed: .*ECONNREFUSED/);
      assert.doesNotMatch(away.stderr, /very-secret/);
    });
  });

  describe('resend', () => {
    it('has the running service send a message again, and leaves an event', async () => {
      const id = await fail();
      assert.deepEqual(await run('resend', id), { code: 0, stdout: `${id}: queued\n`, stderr: '' });
      await untilSent(1);
      assert.deepEqual([sent[0]?.messageId, sent[0]?.to], [id, NUMBER]);
      await noJobs();
      assert.deepEqual(await messages().find(id), { status: 'sent' });
      const events = await delivery.database('audit_events').where({ outcome: 'resent' }).select('kind', 'details');
      assert.deepEqual(
        events.map(({ kind, details }) => [kind, details.messageId]),
        [['message', id]],
      );
    });

    it('twice at once sends once, and says so', async () => {
      const id = await fail();
      const results = await Promise.all([run('resend', id), run('resend', id), run('resend', id)]);
      assert.deepEqual(results.map(({ code }) => code).sort(), [0, 1, 1]);
      const refused = `${id}: it has not failed, or is on its way again\n`;
      assert.deepEqual(
        results.filter(({ code }) => code === 1).map(({ stderr }) => stderr),
        [refused, refused],
      );
      await untilSent(1);
      await noJobs();
      assert.equal(sent.length, 1);
    });

    it('sends all that failed since a time and are kept, and says how many are not', async () => {
      const ids = [await fail(), await fail({ kind: 'mail', to: 'a@example.test' })];
      await fail({}, 'expired');
      const old = [await fail(), await fail({}, 'expired')];
      await delivery
        .database('messages')
        .whereIn('message_id', old)
        .update({ created_at: new Date(0) });
      const failed = ['resend', '--status', 'failed', '--since', '2h'];
      const mail = { code: 0, stdout: `${ids[1]}: queued\n1 queued.\n`, stderr: '' };
      assert.deepEqual(await run(...failed, '--kind', 'mail'), mail);
      const { code, stdout, stderr } = await run(...failed);
      assert.deepEqual([code, stdout], [0, `${ids[0]}: queued\n1 queued.\n`]);
      assert.equal(stderr, '1 that failed are not kept any more: they have ended, or failed too long ago.\n');
      await untilSent(2);
      assert.deepEqual(new Set(sent.map(({ messageId }) => messageId)), new Set(ids));
      await noJobs();
      assert.equal(sent.length, 2);
    });

    it('never sends a code that has ended, and says so', async () => {
      const id = await fail({ expiresAtMs: Date.now() - 1000 }, 'not_delivered');
      const { code, stderr } = await run('resend', id);
      assert.deepEqual([code, stderr], [1, `${id}: it is not kept any more: it has ended, or failed too long ago\n`]);
      await noJobs();
      assert.deepEqual(sent, []);
    });

    it('knows no other message, and asks for ids or for all that failed since a time', async () => {
      const results = await Promise.all([
        run('resend', randomUUID(), '../etc'),
        run('resend'),
        run('resend', '--status', 'failed'),
        run('resend', randomUUID(), '--status', 'failed', '--since', '2h'),
      ]);
      const [unknown, nothing, always] = results.map(({ stderr }) => stderr);
      assert.deepEqual(
        results.map(({ code }) => code),
        [1, 1, 1, 1],
      );
      assert.match(unknown ?? '', /: there is no such message\n\.\.\/etc: there is no such message\n$/);
      assert.match(nothing ?? '', /name messages by their ids, or all that failed/);
      assert.match(always ?? '', /needs --since/);
    });

    it('ends with 78 without its keys, and with 1, changing nothing, with others', async () => {
      const id = await fail();
      const key = `other:${Buffer.alloc(32, 9).toString('base64')}`;
      const [without, other] = await Promise.all([
        runCli(['messages', 'resend', id], { DATABASE_URL: url }),
        runCli(['messages', 'resend', id], { DATABASE_URL: url, ...KEYS, SEALING_KEYS: key }),
      ]);
      assert.equal(without.code, 78);
      assert.match(without.stderr, /^SEALING_KEYS: required, and has no default\nINDEX_KEY: required/);
      assert.deepEqual([other.code, other.stderr], [1, 'Not all is queued: sealed with an unknown key\n']);
      assert.equal((await messages().find(id))?.status, 'failed');
    });
  });
});
