import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { type Service, startService } from '../support/service.ts';
import { startOwnPostgres } from '../support/services.ts';

describe('the admin listener', () => {
  let service: Service;
  let admin = '';
  before(async () => {
    const port = await findFreePort();
    admin = `http://127.0.0.1:${port}`;
    service = await startService({
      env: { ADMIN_PORT: String(port), KANNEL_REPORT_URL: 'http://kannel:a%20secret@127.0.0.1/messages/report' },
    });
  });
  after(() => service.stop());

  const credentials = { Authorization: `Basic ${Buffer.from('kannel:a secret').toString('base64')}` };

  it('notes what the gateway reports of a message, once, and counts it', async () => {
    const database = openDatabase(service.databaseUrl, 1);
    const message = { message_id: randomUUID(), kind: 'sms', template: 'provisional-identifier', status: 'sent' };
    await database('messages').insert(message);
    const url = `${admin}/messages/report?message=${message.message_id}&status=1`;
    for (let report = 0; report < 2; report++) assert.equal((await fetch(url, { headers: credentials })).status, 200);
    assert.equal((await database('messages').where({ message_id: message.message_id }).first()).status, 'delivered');
    await database.destroy();
    assert.match(
      await (await fetch(`${admin}/metrics`)).text(),
      /^mon_compte_messages_delivered_total\{channel="sms",purpose="\w+"\} 1$/m,
    );
  });

  it('believes no report without the credentials of the report address, and none that says nothing', async () => {
    const url = `${admin}/messages/report?message=${randomUUID()}&status=1`;
    assert.equal((await fetch(url)).status, 401);
    const wrong = { Authorization: `Basic ${Buffer.from('kannel:other').toString('base64')}` };
    assert.equal((await fetch(url, { headers: wrong })).status, 401);
    assert.equal((await fetch(`${admin}/messages/report?message=x&status=1`, { headers: credentials })).status, 400);
    assert.equal((await fetch(`${admin}/nowhere`)).status, 404);
    assert.equal((await fetch(`${admin}/metrics`, { method: 'POST' })).status, 405);
  });

  it('refuses as the public address does: a problem with a request id, a challenge, headers and a line of the log', async () => {
    const refusals = [
      ['/messages/report?message=x&status=1', {}, 401, 'credentials_required'],
      ['/messages/report?message=x&status=1', { headers: credentials }, 400, 'report_unreadable'],
      ['/messages/report?message=x&message=y&status=1', { headers: credentials }, 400, 'report_unreadable'],
      ['/nowhere', { headers: { Accept: 'text/html', 'Accept-Language': 'en' } }, 404, 'not_found'],
      ['/metrics', { method: 'POST' }, 405, 'method_not_allowed'],
    ] as const;
    for (const [target, options, status, code] of refusals) {
      const answer = await fetch(admin + target, options);
      assert.deepEqual([answer.status, answer.headers.get('content-type')], [status, 'application/problem+json']);
      const problem = await answer.json();
      assert.equal(problem.code, code);
      assert.equal(problem.type, `${service.url}/docs/errors#${code}`);
      assert.equal(problem.requestId, answer.headers.get('x-request-id'));
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
      assert.equal(answer.headers.get('www-authenticate'), status === 401 ? 'Basic realm="reports"' : null);
      const line = service.logLines
        .map((text) => JSON.parse(text))
        .find((entry) => entry.requestId === problem.requestId);
      assert.deepEqual([line.event, line.status], ['request', status]);
    }
    const lines = service.logLines.map((text) => JSON.parse(text).operation);
    for (const operation of ['readMetrics', 'reportDelivery']) assert.ok(lines.includes(operation), operation);
    assert.ok(!service.logLines.join().includes(Buffer.from('kannel:a secret').toString('base64')));
  });

  it('shows both documents of the contract, and so does the public address', async () => {
    for (const base of [admin, service.url]) {
      for (const name of ['openapi.yaml', 'openapi-admin.yaml'])
        assert.match(await (await fetch(`${base}/docs/${name}`)).text(), /^openapi: 3\.1\.0/);
      const other = base === admin ? 'openapi' : 'openapi-admin';
      const [first, second] = await Promise.all(
        ['/docs', `/docs/${other}`].map(async (name) => (await fetch(base + name)).text()),
      );
      assert.match(first ?? '', new RegExp(`href="/docs/${other}"`));
      assert.match(second ?? '', /<a href="\/docs">/);
    }
    const errors = `${service.url}/docs/errors#report_unreadable`;
    assert.ok((await (await fetch(`${admin}/docs`)).text()).includes(`href="${errors}"`), 'there are none there');
    for (const name of ['errors', 'start.js', 'openapi-screens', 'openapi-screens.yaml', '..%2fpackage.json'])
      assert.equal((await fetch(`${admin}/docs/${name}`)).status, 404);
  });

  it('changes nothing by HEAD, and knows its addresses by one spelling', async () => {
    const database = openDatabase(service.databaseUrl, 1);
    const message = { message_id: randomUUID(), kind: 'sms', template: 'provisional-identifier', status: 'sent' };
    await database('messages').insert(message);
    const query = `?message=${message.message_id}&status=2`;
    const statuses: number[] = [];
    for (const [path, method] of [
      ['/messages/report', 'HEAD'],
      ['/Messages/Report', 'GET'],
      ['/messages/report/', 'GET'],
    ] as const)
      statuses.push((await fetch(admin + path + query, { method, headers: credentials })).status);
    assert.deepEqual(statuses, [405, 404, 404]);
    assert.equal((await database('messages').where({ message_id: message.message_id }).first()).status, 'sent');
    await database.destroy();
  });

  it('is not reachable through the public address', async () => {
    for (const path of ['/metrics', '/messages/report']) assert.equal((await fetch(service.url + path)).status, 404);
  });

  it('says when to try again while PostgreSQL is away: a report is neither noted nor refused', async () => {
    const postgres = await startOwnPostgres();
    const port = await findFreePort();
    const away = await startService({
      store: 'memory',
      env: {
        DATABASE_URL: postgres.url,
        ADMIN_PORT: String(port),
        KANNEL_REPORT_URL: 'http://kannel:a%20secret@127.0.0.1/messages/report',
      },
    });
    try {
      await postgres.stop();
      const url = `http://127.0.0.1:${port}/messages/report?message=${randomUUID()}&status=1`;
      const answer = await fetch(url, { headers: credentials });
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '5']);
      assert.equal((await answer.json()).code, 'store_unavailable');
      assert.equal((await fetch(`http://127.0.0.1:${port}/metrics`)).status, 200);
    } finally {
      await away.stop();
    }
  });
});
