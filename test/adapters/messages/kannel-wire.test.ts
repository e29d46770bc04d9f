/** What crosses the wire to Kannel, letter for letter, and what each answer means. A real Kannel is in kannel.test.ts. */
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { kannel } from '../../../src/adapters/messages/kannel/gateway.ts';
import { createKannel, readKannelReport } from '../../../src/adapters/messages/kannel/kannel.ts';
import { systemClock } from '../../../src/adapters/system.ts';
import type { ServiceError } from '../../../src/errors.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';

const MESSAGE = {
  messageId: '0b9c3a52-7c1e-4f5b-9a37-0c4b2e5d8f61',
  kind: 'sms',
  to: '+33612345678',
  text: 'Votre code : 123456 é',
} as const;

describe('the wire to Kannel', () => {
  let gateway: LocalServer;
  let answer: { status: number; text?: string; headers?: Record<string, string> } | undefined;
  const settings = () => ({ url: gateway.url, username: 'user', password: 's3cret', sender: 'MonCompte' });
  before(async () => {
    gateway = await startLocalServer(() => answer);
  });
  beforeEach(() => {
    answer = { status: 202 };
  });
  after(() => gateway.stop());

  const sent = async (more: { reportUrl?: string } = {}) => {
    const result = await createKannel({ ...settings(), ...more }).send(MESSAGE);
    const { method, url, headers, body } = gateway.requests.at(-1) ?? assert.fail('nothing was sent');
    const own = Object.entries(headers).filter(([name]) => name.startsWith('x-kannel') || name === 'content-type');
    return { result, method, url, body, own: Object.fromEntries(own) };
  };
  const OWN = {
    'content-type': 'text/plain; charset=UTF-8',
    'x-kannel-username': 'user',
    'x-kannel-password': 's3cret',
    'x-kannel-from': 'MonCompte',
    'x-kannel-to': '+33612345678',
    'x-kannel-coding': '0',
  };

  it('is a POST whose address says nothing: number and credentials are headers, the words the body', async () => {
    assert.deepEqual(await sent(), {
      result: { sent: true },
      method: 'POST',
      url: '/cgi-bin/sendsms',
      body: MESSAGE.text,
      own: OWN,
    });
  });

  it('asks for reports of delivery, failure and refusal, by the id of the message', async () => {
    const query = `message=${MESSAGE.messageId}&status=%d`;
    for (const [reportUrl, asked] of [
      ['https://kannel:pw@id.test/report', `https://kannel:pw@id.test/report?${query}`],
      ['https://kannel:pw@id.test/report?by=k', `https://kannel:pw@id.test/report?by=k&${query}`],
    ] as const) {
      const { result, own } = await sent({ reportUrl });
      assert.deepEqual(result, { sent: true, awaitsReport: true });
      assert.deepEqual(own, { ...OWN, 'x-kannel-dlr-mask': '19', 'x-kannel-dlr-url': asked });
    }
  });

  it('is given up after ten seconds, or as many as are said', async () => {
    const given = mock.method(AbortSignal, 'timeout');
    try {
      for (const timeoutMs of [undefined, 1234]) await createKannel({ ...settings(), timeoutMs }).send(MESSAGE);
      assert.deepEqual(
        given.mock.calls.map((call) => call.arguments),
        [[10_000], [1234]],
      );
    } finally {
      given.mock.restore();
    }
  });

  it('is what the settings of the choice come to, with reports or without', async () => {
    const create = (reportUrl: string) =>
      kannel.create(
        { url: gateway.url, reportUrl, username: 'user', password: 's3cret' },
        { clock: systemClock, smsSender: 'Caf' },
      );
    assert.deepEqual(await create('').send(MESSAGE), { sent: true });
    assert.equal(gateway.requests.at(-1)?.headers['x-kannel-from'], 'Caf');
    assert.deepEqual(await create('https://id.test/r').send(MESSAGE), { sent: true, awaitsReport: true });
  });

  it('awaits no report of what was refused', async () => {
    answer = { status: 400 };
    const sender = createKannel({ ...settings(), reportUrl: 'https://id.test/r' });
    assert.deepEqual(await sender.send(MESSAGE), { sent: false, reason: 'kannel_400' });
  });

  for (const status of [401, 402, 403, 404, 405])
    it(`takes ${status} for a gateway that takes nothing from us`, async () => {
      answer = { status };
      await assert.rejects(createKannel(settings()).send(MESSAGE), (error: ServiceError) => {
        assert.deepEqual(error.details, { gateway: 'kannel', status, refusesUs: true });
        assert.equal(error.code, 'store_unavailable');
        return true;
      });
    });

  for (const status of [201, 204, 301, 302, 307, 399, 408, 429, 500, 502, 503])
    it(`takes ${status} for a gateway that is away, and nothing worse`, async () => {
      answer = { status };
      await assert.rejects(createKannel(settings()).send(MESSAGE), (error: ServiceError) => {
        assert.deepEqual(error.details, { gateway: 'kannel', status });
        return true;
      });
    });

  for (const status of [400, 406, 410, 413, 422, 451, 499])
    it(`takes ${status} for a no that stays`, async () => {
      answer = { status };
      assert.deepEqual(await createKannel(settings()).send(MESSAGE), { sent: false, reason: `kannel_${status}` });
    });

  it('carries the number and the words nowhere else, wherever the gateway leads', async () => {
    const elsewhere = await startLocalServer(() => ({ status: 202 }));
    try {
      for (const status of [301, 302, 303, 307, 308]) {
        answer = { status, headers: { location: `${elsewhere.url}/cgi-bin/sendsms` } };
        await assert.rejects(createKannel(settings()).send(MESSAGE), (error: ServiceError) => {
          assert.deepEqual(error.details, { gateway: 'kannel', status });
          return true;
        });
      }
      assert.deepEqual(elsewhere.requests, []);
    } finally {
      await elsewhere.stop();
    }
  });

  it('takes 407, which is a proxy’s and no answer to us, for a gateway that is away', async () => {
    answer = { status: 407 };
    await assert.rejects(createKannel(settings()).send(MESSAGE), (error: ServiceError) => {
      assert.deepEqual(error.details, { gateway: 'kannel' });
      return true;
    });
  });

  it('is given up after the time-out, and by then only', async () => {
    answer = undefined;
    const startedAt = performance.now();
    await assert.rejects(createKannel({ ...settings(), timeoutMs: 60 }).send(MESSAGE), (error: ServiceError) => {
      assert.deepEqual(error.details, { gateway: 'kannel' });
      assert.equal((error.cause as Error).name, 'TimeoutError');
      return true;
    });
    assert.ok(performance.now() - startedAt >= 50);
  });
});

describe('a report that nobody of ours asked for', () => {
  const id = MESSAGE.messageId;

  it('is read for no id but that of a message, from its first letter to its last', () => {
    assert.deepEqual(readKannelReport(new URLSearchParams({ message: id, status: '1' })), {
      messageId: id,
      status: 'delivered',
    });
    for (const message of [`x${id}`, `${id}x`, id.toUpperCase(), id.replaceAll('-', ''), id.slice(1), ''])
      assert.equal(readKannelReport(new URLSearchParams({ message, status: '1' })), undefined, message);
  });

  it('says nothing by any other kind', () => {
    for (const status of ['0', '3', '4', '8', '17', '19', '', 'x', '1x'])
      assert.equal(readKannelReport(new URLSearchParams({ message: id, status })), undefined, status);
  });
});
