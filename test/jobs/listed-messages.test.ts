import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts';
import { listMessages, MAXIMUM_LISTED } from '../../src/adapters/postgres/listed-messages.ts';
import { createMessages } from '../../src/adapters/postgres/messages.ts';
import type { ListedMessage, MessageFilter } from '../../src/ports/messages.ts';
import { codeMessage, KEEP_SECONDS, testVault } from '../support/delivery.ts';
import { cloneDatabase } from '../support/services.ts';

const BEGAN = new Date('2026-03-01T10:00:00.000Z');

describe('messages, as they are listed', () => {
  let database: Database;
  before(async () => {
    database = openDatabase(await cloneDatabase(), 2);
  });
  after(() => database.destroy());
  beforeEach(() => database('messages').delete());

  const list = (filter: MessageFilter = {}) => listMessages(database, filter);
  const idsOf = async (filter: MessageFilter) => (await list(filter)).map(({ messageId }) => messageId);
  const row = (more: object = {}) => ({
    ...{ message_id: randomUUID(), kind: 'sms', template: 'password-changed', status: 'queued', created_at: BEGAN },
    ...more,
  });

  it('say all that is known of each, and nothing that was sealed', async () => {
    const [sentAt, endedAt] = [new Date('2026-03-01T10:00:01.000Z'), new Date('2026-03-01T10:00:02.000Z')];
    const account_id = randomUUID();
    const full = row({ account_id, status: 'failed', reason: 'kannel_400', sent_at: sentAt, ended_at: endedAt });
    await database('messages').insert({
      ...full,
      sealed: 'k.x',
      sealed_until: database.raw("now() + interval '1 day'"),
    });
    const expected: ListedMessage = {
      ...{ messageId: full.message_id, accountId: account_id, kind: 'sms', template: 'password-changed' },
      ...{ status: 'failed', reason: 'kannel_400', createdAt: BEGAN, sentAt, endedAt, isKept: true },
    };
    assert.deepEqual(await list(), [expected]);
    await database('messages').update({ account_id: null, reason: null, sent_at: null, ended_at: null, sealed: null });
    const { accountId: _a, reason: _r, sentAt: _s, endedAt: _e, ...rest } = expected;
    assert.deepEqual(await list(), [{ ...rest, isKept: false }]);
  });

  it('are chosen by each filter alone, and by all of them', async () => {
    const chosen = row({ status: 'failed', kind: 'mail' });
    const others = [
      row({ status: 'sent', kind: 'mail' }),
      row({ status: 'failed', kind: 'sms' }),
      row({ status: 'failed', kind: 'mail', created_at: new Date(BEGAN.getTime() - 1) }),
    ];
    await database('messages').insert([chosen, ...others]);
    const [sent, sms, old] = others.map(({ message_id }) => message_id);
    const all = { status: 'failed', kind: 'mail', since: BEGAN } as const;
    assert.deepEqual(await idsOf(all), [chosen.message_id]);
    for (const [left, more] of [
      ['status', sent],
      ['kind', sms],
      ['since', old],
    ] as const)
      assert.deepEqual(new Set(await idsOf({ ...all, [left]: undefined })), new Set([chosen.message_id, more]), left);
  });

  it('are kept until their end, and not kept from then on, nor without what was sealed', async () => {
    const sealedFor = (interval: string) => ({
      sealed: 'k.x',
      sealed_until: database.raw(`now() + interval '${interval}'`),
    });
    const [kept, over, bare] = [row(sealedFor('1 minute')), row(sealedFor('-1 second')), row()];
    for (const one of [kept, over, bare]) await database('messages').insert(one);
    assert.deepEqual(await idsOf({ isKept: true }), [kept.message_id]);
    assert.deepEqual(new Set(await idsOf({ isKept: false })), new Set([over.message_id, bare.message_id]));
    assert.equal((await idsOf({})).length, 3);
  });

  it(`are the newest ${MAXIMUM_LISTED}, the newest first`, async () => {
    const at = (milliseconds: number) => new Date(BEGAN.getTime() + milliseconds);
    const rows = Array.from({ length: 1001 }, (_, index) => row({ created_at: at(index) }));
    await database('messages').insert(rows);
    const found = await list();
    assert.equal(found.length, 1000);
    assert.deepEqual([found.at(0)?.createdAt, found.at(-1)?.createdAt], [at(1000), at(1)]);
  });

  it('hold what they are for, and how a delivery ended, to the time', async () => {
    const messages = createMessages(database, testVault, KEEP_SECONDS);
    const [sent, failed] = [codeMessage({ accountId: randomUUID() }), codeMessage({ kind: 'mail', purpose: 'notice' })];
    await messages.deliver(sent, async () => ({ sent: true }));
    await messages.deliver(failed, async () => ({ sent: false, reason: 'smtp_550' }));
    const rowOf = (messageId: string) => database('messages').where({ message_id: messageId }).first();
    const [one, other] = [await rowOf(sent.messageId), await rowOf(failed.messageId)];
    assert.deepEqual(
      [one.kind, one.purpose, one.template, one.account_id],
      ['sms', 'recovery-code', sent.template, sent.accountId],
    );
    assert.deepEqual([other.kind, other.purpose, other.status, other.reason], ['mail', 'notice', 'failed', 'smtp_550']);
    assert.ok(one.sent_at >= one.created_at && one.ended_at === null && one.reason === null);
    assert.ok(other.ended_at >= other.created_at && other.sent_at === null);
    await messages.report(sent.messageId, 'failed');
    const reported = await rowOf(sent.messageId);
    assert.deepEqual([reported.status, reported.reason], ['failed', 'not_delivered']);
    assert.ok(reported.ended_at >= one.sent_at);
  });
});
