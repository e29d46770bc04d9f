import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { type Service, startService } from '../support/service.ts';

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
    assert.match(await (await fetch(`${admin}/metrics`)).text(), /^mon_compte_messages_delivered_total 1$/m);
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

  it('is not reachable through the public address', async () => {
    for (const path of ['/metrics', '/messages/report']) assert.equal((await fetch(service.url + path)).status, 404);
  });
});
