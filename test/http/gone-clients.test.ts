/** Clients that are gone before they are answered: nothing is wrong with the service, and its log does not cry. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';
import { eventually } from '../support/wait.ts';

describe('a client that goes in the middle of its body', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService();
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  /** Says that more comes, and breaks the connection. */
  async function abort(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<void> {
    const { hostname, port, host } = new URL(service.url);
    const socket = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname);
    await once(socket, 'connect');
    const given = { Host: host, 'X-Forwarded-For': '10.0.0.1', 'Content-Length': '1000', ...headers };
    const lines = Object.entries(given).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
    await eventually('its arrival', () => socket.bytesWritten > 0 && socket.writableLength === 0);
    socket.resetAndDestroy();
    await once(socket, 'close');
  }

  const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
  for (const [what, type, body] of [
    ['a form', FORM, 'identifier=1'],
    ['JSON', { 'Content-Type': 'application/json' }, '{"identifier":'],
  ] as const)
    it(`(${what} of a step) leaves no line of level 50, and one that says so`, async () => {
      const visitor = new Visitor();
      const { interaction } = await openInteraction(visitor, party);
      const from = service.logLines.length;
      const Cookie = await visitor.jar.getCookieString(`${interaction}/sign-in`);
      await abort(new URL(`${interaction}/sign-in`).pathname, { ...type, Cookie }, body);
      await assertQuiet(from);
    });

  it('(at the token endpoint) leaves no line of level 50, and one that says so', async () => {
    const from = service.logLines.length;
    await abort('/token', { ...FORM, Authorization: 'Basic bW9uLWNvbXB0ZTp4' }, 'grant_type=');
    await assertQuiet(from);
  });

  async function assertQuiet(from: number): Promise<void> {
    const lines = () => service.logLines.slice(from).map((line) => JSON.parse(line));
    const request = await eventually('the line of the request', () => lines().find(({ event }) => event === 'request'));
    assert.equal(request.code, 'client_gone');
    await new Promise(setImmediate);
    assert.deepEqual(
      lines().filter(({ level }) => level > 40),
      [],
    );
  }
});
