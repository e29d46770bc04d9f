import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { byKind } from '../../../src/adapters/messages/by-kind.ts';
import { spool } from '../../../src/adapters/messages/spool/gateway.ts';
import { createSpool, listSpool } from '../../../src/adapters/messages/spool/spool.ts';
import { ServiceError } from '../../../src/errors.ts';
import type { Message } from '../../../src/ports/messages.ts';

describe('the spool', () => {
  let folder: string;
  let seconds = 0;
  const clock = { now: () => new Date(1_800_000_000_000 + seconds++ * 1000) };
  const sms = (text: string): Message => ({ messageId: randomUUID(), kind: 'sms', to: '+33612345678', text });
  beforeEach(() => {
    folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'mon-compte-spool-')), 'messages');
  });
  afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

  it('lists the newest first, and nothing before the first message', async () => {
    assert.deepEqual(await listSpool(folder), []);
    const spool = createSpool(folder, clock);
    for (const text of ['one', 'two', 'three']) assert.deepEqual(await spool.send(sms(text)), { sent: true });
    assert.deepEqual(
      (await listSpool(folder)).map(({ text }) => text),
      ['three', 'two', 'one'],
    );
  });

  it('keeps every field of a mail', async () => {
    const mail: Message = {
      messageId: randomUUID(),
      kind: 'mail',
      to: 'a@example.test',
      subject: 'Objet',
      text: 'Été',
    };
    await createSpool(folder, clock).send(mail);
    const [listed] = await listSpool(folder);
    assert.deepEqual({ ...listed, sentAt: undefined }, { ...mail, sentAt: undefined });
  });

  it('leaves one whole file for a message that is sent many times at once, readable by its owner alone', async () => {
    const message = sms('x');
    const spool = createSpool(folder, clock);
    await Promise.all(Array.from({ length: 20 }, () => spool.send(message)));
    assert.deepEqual(readdirSync(folder), [`${message.messageId}.json`]);
    const file = path.join(folder, `${message.messageId}.json`);
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).text, 'x');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  it('writes nowhere but in its folder, whatever the id of a message says', async () => {
    const spool = createSpool(folder, clock);
    for (const messageId of ['../outside', '/tmp/outside', 'a/b', 'a.b', ''])
      await assert.rejects(spool.send({ ...sms('x'), messageId }), /not the id of a message/);
    assert.deepEqual(readdirSync(path.dirname(folder)), []);
  });

  it('shows no message that is being written', async () => {
    const spool = createSpool(folder, clock);
    await spool.send(sms('first'));
    let sending = true;
    const writing = Promise.all(Array.from({ length: 50 }, () => spool.send(sms('y'.repeat(50_000))))).then(() => {
      sending = false;
    });
    while (sending) await listSpool(folder);
    await writing;
    assert.equal((await listSpool(folder)).length, 51);
  });

  it('a folder that cannot be written to is to be tried again', async () => {
    writeFileSync(folder, 'a file');
    await assert.rejects(
      createSpool(folder, clock).send(sms('x')),
      (error: unknown) => error instanceof ServiceError && error.code === 'store_unavailable',
    );
  });

  it('takes both kinds when the configuration says so', async () => {
    const chosen = () => spool.create({ folder }, { clock, smsSender: 'MonCompte' });
    const notifier = byKind({ sms: chosen(), mail: chosen() }, clock);
    await notifier.send(sms('sms'));
    await notifier.send({ ...sms('mail'), kind: 'mail', to: 'a@example.test', subject: 's' });
    notifier.close();
    assert.deepEqual(
      (await listSpool(folder)).map(({ kind }) => kind),
      ['mail', 'sms'],
    );
  });
});
