import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { mock } from 'node:test';
import { type Listener, listen } from '../../src/app/listener.ts';
import { StartError } from '../../src/app/start-failures.ts';
import { STOP_MS } from '../../src/app/stop-times.ts';
import { eventually } from '../support/wait.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0, variable: 'PORT' };

describe('a listener', () => {
  let listener: Listener;
  afterEach(() => listener.stop());

  const ask = (agent?: Agent): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      get({ host: LOOPBACK.host, port: listener.port, agent }, (answer) => {
        answer.resume().once('end', () => resolve(answer));
      }).once('error', reject);
    });

  it('gives a request 30 seconds to arrive, 10 of them for its headers, and an idle connection more than a proxy does', async () => {
    const times: unknown[] = [];
    listener = await listen((request, response) => {
      const server: unknown = Reflect.get(request.socket, 'server');
      assert.ok(server instanceof Object);
      for (const name of ['requestTimeout', 'headersTimeout', 'keepAliveTimeout'])
        times.push(Reflect.get(server, name));
      response.end();
    }, LOOPBACK);
    await ask();
    assert.deepEqual(times, [30_000, 10_000, 65_000]);
  });

  it('says who listens there already, and by which variable another port is chosen', async () => {
    listener = await listen((_request, response) => response.end(), LOOPBACK);
    const taken = { ...LOOPBACK, port: listener.port, variable: 'ADMIN_PORT' };
    await assert.rejects(
      listen(() => {}, taken),
      (error) => error instanceof StartError && error.message.endsWith('Choose another ADMIN_PORT'),
    );
  });

  it('that stops answers what was asked for, ends idle connections, and takes no new one', async () => {
    let answer = () => {};
    const waits: RequestListener = (request, response) => {
      if (request.url === '/') response.end();
      else answer = () => response.end('late');
    };
    listener = await listen(waits, LOOPBACK);
    const agent = new Agent({ keepAlive: true });
    await ask(agent);
    const slow = connect(listener.port, LOOPBACK.host);
    let said = '';
    slow.on('data', (chunk) => {
      said += chunk;
    });
    slow.write('GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const before = answer;
    await eventually('the request', () => answer !== before);
    let stopped = false;
    const stopping = listener.stop().then(() => {
      stopped = true;
    });
    await assert.rejects(ask(), { code: 'ECONNREFUSED' });
    assert.equal(stopped, false, 'it waits for what was asked');
    answer();
    await once(slow, 'close');
    assert.match(said, /late/);
    await stopping;
    agent.destroy();
  });
  it('that stops cuts off what is not answered at the end of its time, and not before', async () => {
    let asked = false;
    listener = await listen(() => {
      asked = true;
    }, LOOPBACK);
    const cut = assert.rejects(ask(), { code: 'ECONNRESET' });
    await eventually('the request', () => asked);
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      let stopped = false;
      const stopping = listener.stop().then(() => {
        stopped = true;
      });
      mock.timers.tick(STOP_MS.requests - 1);
      await new Promise(setImmediate);
      assert.equal(stopped, false);
      mock.timers.tick(1);
      await Promise.all([stopping, cut]);
    } finally {
      mock.timers.reset();
    }
  });
});
