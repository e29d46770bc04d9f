/** The wiring of the admin listener: whose reports are believed, and what becomes of each. */
import assert from 'node:assert/strict';
import { createMetrics } from '../../src/adapters/metrics.ts';
import { startAdmin } from '../../src/app/admin.ts';
import type { Listener } from '../../src/app/listener.ts';
import { loadConfig } from '../../src/config/config.ts';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { loadContract } from '../../src/http/contract/contract.ts';
import { ADMIN_CONTRACT } from '../../src/http/contract/documents.ts';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import { createMemoryPorts } from '../stories/support/memory-ports.ts';
import { complete } from '../support/configuration.ts';

const MESSAGE = '5b9bd0a0-7a51-4c5e-9d0e-2f6f1b3c4d5e';
const basic = (credentials: string) => ({ Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` });

describe('the admin listener, as it is wired', () => {
  const reports: unknown[] = [];
  let listener: Listener | undefined;
  beforeEach(() => {
    reports.length = 0;
  });
  afterEach(() => listener?.stop());

  async function start(env: Readonly<Record<string, string>>, noted = true) {
    const { log, messages } = createMemoryPorts();
    const metrics = createMetrics();
    const contract = loadContract(ADMIN_CONTRACT);
    const config = loadConfig({}, { ...complete, ...env });
    listener = await startAdmin(config, {
      ...{ log, metrics, contract, documents: contract.documents, catalogues: loadCatalogues(), checkAnswers: true },
      messages: {
        ...messages,
        async report(...given) {
          reports.push(given);
          return noted ? { kind: 'sms', purpose: 'notice' } : undefined;
        },
      },
      readMetrics: () => metrics.read(),
    });
    const url = `http://127.0.0.1:${listener?.port}`;
    const report = (status: number, headers: Record<string, string>) =>
      fetch(`${url}/messages/report?message=${MESSAGE}&status=${status}`, { headers });
    const counted = async () => (await (await fetch(`${url}/metrics`)).text()).split('\n');
    return { report, counted };
  }
  const env = async () => ({ ADMIN_PORT: String(await findFreePort()), ADMIN_HOST: '127.0.0.1' });
  const withCredentials = { KANNEL_REPORT_URL: 'http://kannel:a%20secret@reports.test/messages/report' };

  it('is absent where the configuration opens none', async () => {
    await start({ ADMIN_PORT: '0', ...withCredentials });
    assert.equal(listener, undefined);
  });

  it('notes and counts what was delivered, and what was not, each by its name', async () => {
    const { report, counted } = await start({ ...(await env()), ...withCredentials });
    for (const status of [1, 2, 2]) assert.equal((await report(status, basic('kannel:a secret'))).status, 200);
    assert.deepEqual(reports, [
      [MESSAGE, 'delivered'],
      [MESSAGE, 'failed'],
      [MESSAGE, 'failed'],
    ]);
    const lines = await counted();
    const labels = 'channel="sms",purpose="notice"';
    assert.ok(lines.includes(`mon_compte_messages_delivered_total{${labels}} 1`));
    assert.ok(lines.includes(`mon_compte_messages_undelivered_total{${labels}} 2`));
  });

  it('counts no report of a message that is unknown, or has ended', async () => {
    const { report, counted } = await start({ ...(await env()), ...withCredentials }, false);
    assert.equal((await report(1, basic('kannel:a secret'))).status, 200);
    assert.equal(reports.length, 1);
    assert.ok(!(await counted()).some((line) => /^mon_compte_messages_(un)?delivered_total\{/.test(line)));
  });

  for (const [what, address] of [
    ['has no credentials', { KANNEL_REPORT_URL: 'http://reports.test/messages/report' }],
    ['is absent', {}],
  ] as const)
    it(`believes nobody where the address of reports ${what}`, async () => {
      const { report } = await start({ ...(await env()), ...address });
      for (const credentials of ['', ':', 'kannel:', ':secret', 'undefined'])
        assert.equal((await report(1, basic(credentials))).status, 401);
      assert.deepEqual(reports, []);
    });
});
