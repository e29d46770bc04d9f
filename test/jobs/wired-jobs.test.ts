/** The wiring of what is done after the answer: which gateway, how many at once, which time, and what a stop leaves. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { mock } from 'node:test';
import { listSpool } from '../../src/adapters/messages/spool/spool.ts';
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts';
import { type RunningJobs, startJobs } from '../../src/app/jobs.ts';
import { createPorts } from '../../src/app/ports.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import { createTestLogger, createTestMetrics } from '../stories/support/monitoring.ts';
import { complete } from '../support/configuration.ts';
import { codeMessage } from '../support/delivery.ts';
import { type LocalServer, startLocalServer } from '../support/local-server.ts';
import { startMailServer } from '../support/mail-server.ts';
import { randomNir } from '../support/people.ts';
import { cloneDatabase } from '../support/services.ts';
import { eventually } from '../support/wait.ts';

const KEPT_SECONDS = 1234;
const MINUTE_MS = 60_000;
/** SMS at once, whatever else waits. */
const SMS_SLOTS = 4;
const OTHERS = 'select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';

describe('the jobs of the service, as they are wired', () => {
  let kannel: LocalServer;
  /** Undefined: it hangs. */
  let says: { readonly status: number } | undefined;
  let folder: string;
  let database: Database;
  let watcher: Database;
  let ports: Ports;
  let running: RunningJobs | undefined;

  beforeEach(async () => {
    kannel = await startLocalServer(() => says);
    folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-wired-'));
    const DATABASE_URL = await cloneDatabase();
    const config = loadConfig(
      {},
      {
        ...{ ...complete, DATABASE_URL, ARGON2_MEMORY_KIB: '1024', ARGON2_ITERATIONS: '1' },
        ...{ MESSAGES_SMS: 'kannel', KANNEL_URL: kannel.url, KANNEL_USERNAME: 'u', KANNEL_PASSWORD: 'p' },
        ...{ SMS_SENDER: 'MaCaf', MESSAGES_COUNTRIES: 'FR,BE' },
        ...{ MESSAGES_SPOOL_FOLDER: folder, MESSAGES_KEEP_FAILED_SECONDS: String(KEPT_SECONDS) },
      },
    );
    database = openDatabase(DATABASE_URL, 2);
    watcher = openDatabase(DATABASE_URL, 1);
    const [log, metrics] = [createTestLogger(), createTestMetrics()];
    const own = await createPorts(config, database, undefined, { log, metrics });
    ports = { ...own, log, metrics, health: { failing: async () => ({}) } };
    running = await startJobs(config, ports, loadCatalogues());
  });
  afterEach(async () => {
    await kannel.stop();
    await running?.stop();
    await database.destroy();
    // What a stop has left would keep this process.
    await watcher.raw(OTHERS.replace('select', 'select pg_terminate_backend(pid)'));
    await watcher.destroy();
    rmSync(folder, { recursive: true });
  });

  const mail = () => codeMessage({ kind: 'mail', to: 'claire@example.test', subject: 'Un code' });
  const spooled = async () => (await listSpool(folder)).map(({ to }) => to);

  it('deliver each kind by its own gateway', async () => {
    says = { status: 202 };
    const sms = codeMessage();
    await ports.jobs.add('deliver-sms', sms);
    await ports.jobs.add('deliver-mail', mail());
    await eventually('both', async () => kannel.requests.length > 0 && (await spooled()).length > 0);
    await eventually('their ends', async () => (await watcher('graphile_worker.jobs')).length === 0);
    assert.deepEqual(
      kannel.requests.map(({ headers }) => headers['x-kannel-to']),
      [sms.to],
    );
    assert.equal(kannel.requests[0]?.headers['x-kannel-from'], 'MaCaf');
    assert.deepEqual(await spooled(), ['claire@example.test']);
  });

  it('send SMS to the countries of the setting alone', async () => {
    says = { status: 202 };
    for (const mobile of ['+447700900123', '+32470123456']) {
      const created = await ports.accounts.create({
        ...{ identifiers: [{ type: 'nir', value: randomNir() }], identityVerified: true, locale: 'fr' },
        contactPoints: [{ kind: 'mobile', value: mobile, verified: true }],
      });
      await ports.jobs.add('tell-password-changed', created ?? assert.fail());
    }
    await eventually('the one', () => kannel.requests.length > 0);
    await eventually('their ends', async () => (await watcher('graphile_worker.jobs')).length === 0);
    assert.deepEqual(
      kannel.requests.map(({ headers }) => headers['x-kannel-to']),
      ['+32470123456'],
    );
    const { reason } = (await watcher('audit_events').where({ kind: 'message', outcome: 'refused' }).first()).details;
    assert.equal(reason, 'country');
  });

  it(`have ${SMS_SLOTS} SMS at once, and hold up no mail by a gateway of SMS that hangs`, async () => {
    says = undefined;
    for (let times = 0; times <= SMS_SLOTS; times++) await ports.jobs.add('deliver-sms', codeMessage());
    await eventually('as many as may be', () => kannel.requests.length === SMS_SLOTS);
    await ports.jobs.add('deliver-mail', mail());
    await eventually('the mail', async () => (await spooled()).length === 1);
    assert.equal(kannel.requests.length, SMS_SLOTS);
  });

  it('keep what failed for the time of the setting', async () => {
    const failed = codeMessage();
    await running?.messages.deliver(failed, async () => ({ sent: false, reason: 'kannel_400' }));
    const { rows } = await watcher.raw(
      'select extract(epoch from sealed_until - now())::int as seconds from messages where message_id = ?',
      [failed.messageId],
    );
    assert.ok(rows[0].seconds > KEPT_SECONDS - 30 && rows[0].seconds <= KEPT_SECONDS, `${rows[0].seconds} s`);
  });
});

describe('the jobs of the service, when they stop', () => {
  it('leave neither a connection, to a gateway or a store, nor a look at the use of codes', async () => {
    const DATABASE_URL = await cloneDatabase();
    let connections = 0;
    const mails = await startMailServer({
      onConnect(_session, done) {
        connections += 1;
        done();
      },
      onClose() {
        connections -= 1;
      },
      onAuth: (_given, _session, done) => done(null, { user: 'u' }),
      ...{ allowInsecureAuth: true, hideSTARTTLS: true },
    });
    const config = loadConfig(
      {},
      {
        ...{ ...complete, DATABASE_URL, ARGON2_MEMORY_KIB: '1024', ARGON2_ITERATIONS: '1', MESSAGES_MAIL: 'smtp' },
        ...{ SMTP_HOST: '127.0.0.1', SMTP_PORT: String(mails.port), SMTP_USERNAME: 'u', SMTP_PASSWORD: 'p' },
        MAIL_SENDER: 'ne-pas-repondre@caf.example',
      },
    );
    const [database, watcher] = [openDatabase(DATABASE_URL, 2), openDatabase(DATABASE_URL, 1)];
    const [log, metrics] = [createTestLogger(), createTestMetrics()];
    const own = await createPorts(config, database, undefined, { log, metrics });
    const [set, cleared] = [mock.method(globalThis, 'setInterval'), mock.method(globalThis, 'clearInterval')];
    try {
      const ports = { ...own, log, metrics, health: { failing: async () => ({}) } };
      const running = await startJobs(config, ports, loadCatalogues());
      await ports.jobs.add(
        'deliver-mail',
        codeMessage({ kind: 'mail', to: 'claire@example.test', subject: 'Un code' }),
      );
      await eventually('the mail', () => mails.mails.length === 1);
      assert.equal(connections, 1, 'it is kept for the next mail');
      await running.stop();
      await eventually('the end of the connection to the gateway', () => connections === 0, 5);
      await database.destroy();
      const looks = set.mock.calls.find(({ arguments: [, milliseconds] }) => milliseconds === MINUTE_MS)?.result;
      assert.ok(looks, 'the use of codes was looked at');
      assert.ok(cleared.mock.calls.some(({ arguments: [timer] }) => timer === looks));
      await eventually('the end of every connection', async () => (await watcher.raw(OTHERS)).rows.length === 0, 5);
    } finally {
      mock.restoreAll();
      await mails.stop();
      await database.destroy();
      await watcher.raw(OTHERS.replace('select', 'select pg_terminate_backend(pid)'));
      await watcher.destroy();
    }
  });
});
