/** The wiring of what is done after the answer: which gateway, which time, and what a stop leaves. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { mock } from 'node:test';
import pg from 'pg';
import { listSpool } from '../../src/adapters/messages/spool/spool.ts';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { type RunningJobs, startJobs } from '../../src/app/jobs.ts';
import { createPorts } from '../../src/app/ports.ts';
import { loadConfig } from '../../src/config/config.ts';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import { createTestLogger, createTestMetrics } from '../stories/support/monitoring.ts';
import { complete } from '../support/configuration.ts';
import { codeMessage } from '../support/delivery.ts';
import { startLocalServer } from '../support/local-server.ts';
import { cloneDatabase } from '../support/services.ts';
import { eventually } from '../support/wait.ts';

const KEPT_SECONDS = 1234;
const MINUTE_MS = 60_000;

describe('the jobs of the service, as they are wired', () => {
  it('deliver each kind by its own gateway, keep what failed for the time, and leave nothing when they stop', async () => {
    const kannel = await startLocalServer(() => ({ status: 202 }));
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-wired-'));
    const DATABASE_URL = await cloneDatabase();
    const watcher = new pg.Client({ connectionString: DATABASE_URL });
    await watcher.connect();
    const config = loadConfig(
      {},
      {
        ...{ ...complete, DATABASE_URL, ARGON2_MEMORY_KIB: '1024', ARGON2_ITERATIONS: '1' },
        ...{ MESSAGES_SMS: 'kannel', KANNEL_URL: kannel.url, KANNEL_USERNAME: 'u', KANNEL_PASSWORD: 'p' },
        ...{ MESSAGES_SPOOL_FOLDER: folder, MESSAGES_KEEP_FAILED_SECONDS: String(KEPT_SECONDS) },
      },
    );
    const database = openDatabase(DATABASE_URL, 2);
    const [log, metrics] = [createTestLogger(), createTestMetrics()];
    const own = await createPorts(config, database, undefined, { log, metrics });
    const ports = { ...own, log, metrics, health: { failing: async () => ({}) } };
    const [set, cleared] = [mock.method(globalThis, 'setInterval'), mock.method(globalThis, 'clearInterval')];
    let running: RunningJobs | undefined;
    try {
      running = await startJobs(config, ports, loadCatalogues());
      const [sms, mail] = [codeMessage(), codeMessage({ kind: 'mail', to: 'claire@example.test', subject: 'Un code' })];
      await ports.jobs.add('deliver-sms', sms);
      await ports.jobs.add('deliver-mail', mail);
      await eventually('both', async () => kannel.requests.length > 0 && (await listSpool(folder)).length > 0);
      assert.deepEqual(
        kannel.requests.map(({ headers }) => headers['x-kannel-to']),
        [sms.to],
      );
      assert.deepEqual(
        (await listSpool(folder)).map(({ to }) => to),
        [mail.to],
      );
      await eventually('their ends', async () => (await database('graphile_worker.jobs')).length === 0);

      const failed = codeMessage();
      await running.messages.deliver(failed, async () => ({ sent: false, reason: 'kannel_400' }));
      const { rows } = await database.raw(
        'select extract(epoch from sealed_until - now())::int as seconds from messages where message_id = ?',
        [failed.messageId],
      );
      assert.ok(rows[0].seconds > KEPT_SECONDS - 30 && rows[0].seconds <= KEPT_SECONDS, `${rows[0].seconds} s`);

      await running.stop();
      running = undefined;
      const looks = set.mock.calls.find(({ arguments: [, milliseconds] }) => milliseconds === MINUTE_MS)?.result;
      assert.ok(looks, 'the use of codes was looked at');
      assert.ok(cleared.mock.calls.some(({ arguments: [timer] }) => timer === looks));
      await database.destroy();
      await eventually('the end of every connection', async () => {
        const others = await watcher.query(
          'select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        );
        return others.rows.length === 0;
      });
    } finally {
      mock.restoreAll();
      await running?.stop();
      await database.destroy();
      await watcher.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      await watcher.end();
      await kannel.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
