import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createSpool, listSpool } from '../../../src/adapters/messages/spool/spool.ts';
import { type Database, openDatabase } from '../../../src/adapters/postgres/database.ts';
import { insertJob } from '../../../src/adapters/postgres/jobs.ts';
import { listMessages } from '../../../src/adapters/postgres/listed-messages.ts';
import { createMessages } from '../../../src/adapters/postgres/messages.ts';
import { systemClock } from '../../../src/adapters/system.ts';
import { projectRoot } from '../../../src/project-root.ts';
import { ageJobs, ageWorkers } from '../../support/clock.ts';
import { codeMessage, collectLog, KEEP_SECONDS, startDelivery, testVault } from '../../support/delivery.ts';
import { cloneDatabase } from '../../support/services.ts';
import { eventually } from '../../support/wait.ts';

/** A person waits for a code: a worker that is killed must not cost more than this. */
const BOUND_SECONDS = 60;

/** So much of it passes at once, for what stands in the database: the time after which a worker counts as dead. */
const GONE_SECONDS = 20;
const LEFT_SECONDS = BOUND_SECONDS - GONE_SECONDS;

describe('the delivery of messages', () => {
  let url: string;
  let database: Database;
  let folder: string;
  let stops: (() => Promise<unknown>)[];
  const add = (message = codeMessage()) =>
    insertJob(database, testVault, 'deliver-sms', message).then(() => message.messageId);
  const statusOf = async (messageId: string) =>
    (await createMessages(database, testVault, KEEP_SECONDS).find(messageId))?.status;
  const startProcess = (hang: string) => {
    const file = path.join(projectRoot, 'test/support/delivering-process.ts');
    const child = spawn(process.execPath, [file, url, folder, hang], { stdio: ['ignore', 'pipe', 'inherit'] });
    stops.push(() => kill(child));
    const output: string[] = [];
    child.stdout.on('data', (chunk) => output.push(String(chunk)));
    return { child, says: (text: string) => eventually(text, () => output.join('').includes(text), 20) };
  };
  beforeEach(async () => {
    url = await cloneDatabase();
    database = openDatabase(url, 4);
    folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-delivery-'));
    stops = [() => database.destroy(), async () => rmSync(folder, { recursive: true })];
  });
  afterEach(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  it('by two workers sends each of 50 messages once', async () => {
    const sent: string[] = [];
    const notifier = {
      async send({ messageId }: { messageId: string }) {
        await delay(10);
        sent.push(messageId);
        return { sent: true } as const;
      },
    };
    for (let workers = 0; workers < 2; workers++) {
      const worker = await startDelivery(url, notifier);
      stops.push(() => worker.stop());
    }
    const added = await Promise.all(Array.from({ length: 50 }, () => add()));
    await eventually('all of them', async () => (await database('messages').where({ status: 'sent' })).length === 50);
    await eventually('no job left', async () => (await database('graphile_worker.jobs')).length === 0);
    assert.equal(sent.length, 50);
    assert.deepEqual([...sent].sort(), [...added].sort());
  });

  it('sends once a message of which the job was added twice, and one that two callers deliver at once', async () => {
    let sendings = 0;
    const send = async () => {
      sendings++;
      await delay(100);
      return { sent: true } as const;
    };
    const worker = await startDelivery(url, { send });
    stops.push(() => worker.stop());
    const message = codeMessage();
    await add(message);
    await eventually('the first', async () => (await statusOf(message.messageId)) === 'sent');
    await add(message);
    await eventually('no job left', async () => (await database('graphile_worker.jobs')).length === 0);
    assert.equal(sendings, 1);

    const messages = createMessages(worker.database, testVault, KEEP_SECONDS);
    const record = codeMessage();
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => messages.deliver(record, send)));
    assert.equal(sendings, 2);
    assert.ok(results.some((result) => result.status === 'fulfilled' && result.value.status === 'sent'));
  });

  it('survives kill -9 between taking a message and sending it: another worker sends it within the minute', async () => {
    const first = startProcess('before');
    await first.says('started');
    const messageId = await add();
    await first.says(`sending ${messageId}`);
    await kill(first.child);
    await ageWorkers(database, GONE_SECONDS);
    startProcess('never');
    await eventually('the message', async () => (await listSpool(folder)).length === 1, LEFT_SECONDS);
    assert.equal((await listSpool(folder))[0]?.messageId, messageId);
    await eventually('the end of the job', async () => (await database('graphile_worker.jobs')).length === 0);
    assert.equal(await statusOf(messageId), 'sent');
  }).timeout(90_000);

  it('survives kill -9 after the gateway said yes: the second sending has the same id', async () => {
    const first = startProcess('after');
    await first.says('started');
    const messageId = await add();
    await first.says(`sending ${messageId}`);
    await kill(first.child);
    await ageWorkers(database, GONE_SECONDS);
    assert.notEqual(await statusOf(messageId), 'sent');
    const ids: string[] = [];
    const spool = createSpool(folder, systemClock);
    const second = await startDelivery(url, {
      send: (message) => spool.send(message).finally(() => ids.push(message.messageId)),
    });
    stops.push(() => second.stop());
    await eventually('the message', async () => (await statusOf(messageId)) === 'sent', LEFT_SECONDS);
    assert.deepEqual(ids, [messageId]);
    assert.equal((await listSpool(folder)).length, 1, 'a gateway that knows the id sees one message');
  }).timeout(90_000);

  it('sends again, with the same id, where the connection ends after the yes: the row cannot know of it', async () => {
    const ids: string[] = [];
    const send = async ({ messageId }: { messageId: string }) => {
      ids.push(messageId);
      if (ids.length === 1)
        await database.raw(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and state = 'idle in transaction' and pid <> pg_backend_pid()`,
        );
      return { sent: true } as const;
    };
    const worker = await startDelivery(url, { send });
    stops.push(() => worker.stop());
    const messageId = await add();
    await eventually('the message', async () => {
      await ageJobs(database, BOUND_SECONDS);
      return (await statusOf(messageId)) === 'sent';
    });
    assert.deepEqual(ids, [messageId, messageId]);
  });

  it('notes what waits for a gateway that is left alone: it is listed, and the log says so', async () => {
    const log = collectLog();
    const send = () => assert.fail('it is left alone');
    const worker = await startDelivery(url, { send, restSeconds: () => 30 }, log);
    stops.push(() => worker.stop());
    const added = await Promise.all([add(), add()]);
    await eventually('both', () => log.lines.filter(({ fields }) => fields.event === 'message_put_off').length === 2);
    const listed = await listMessages(database, { status: 'queued' });
    assert.deepEqual(listed.map(({ messageId }) => messageId).sort(), added.sort());
  });

  it('by a worker that froze, and comes back after another took its message, sends once', async () => {
    const first = startProcess('before');
    await first.says('started');
    const messageId = await add();
    await first.says(`sending ${messageId}`);
    first.child.kill('SIGSTOP');
    await ageWorkers(database, GONE_SECONDS);
    let sendings = 0;
    const send = async () => {
      sendings++;
      return { sent: true } as const;
    };
    const log = collectLog();
    const second = await startDelivery(url, { send }, log);
    stops.push(() => second.stop());
    await eventually('the refusal', () => log.lines.some(({ fields }) => fields.code === 'busy'), 20);
    assert.equal(sendings, 0, 'the frozen one still holds it');
    await kill(first.child);
    // Longer than the library waits before it tries again.
    await ageJobs(database, BOUND_SECONDS);
    await eventually('the message', async () => (await statusOf(messageId)) === 'sent', LEFT_SECONDS);
    assert.equal(sendings, 1);
  }).timeout(90_000);
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
