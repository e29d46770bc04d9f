/** What the provider publishes of itself, whole: nothing is switched on that is not here. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { browserOf, startProtocol, stopProtocols } from './support/protocol.ts';

describe('what the provider publishes', () => {
  afterEach(stopProtocols);

  it('is in discovery this document and no more, at both of its addresses', async () => {
    const protocol = await startProtocol();
    const expected = parse(readFileSync(path.join(import.meta.dirname, 'discovery.yaml'), 'utf8'));
    for (const name of ['openid-configuration', 'oauth-authorization-server']) {
      const { status, headers, json } = await protocol.request(`/.well-known/${name}`);
      assert.deepEqual(json, expected, name);
      assert.deepEqual([status, headers['content-type']], [200, 'application/json; charset=utf-8']);
    }
  });

  it('is of each key its public half, and nothing of the private one', async () => {
    const protocol = await startProtocol();
    const { status, headers, json } = await protocol.request('/jwks');
    assert.deepEqual([status, headers['content-type']], [200, 'application/jwk-set+json; charset=utf-8']);
    const members = json.keys.map((key: object) => Object.keys(key).sort().join(' '));
    assert.deepEqual(members, ['alg crv kid kty use x y', 'alg e kid kty n use']);
    assert.deepEqual(
      json.keys.map(({ alg, use }: { alg: string; use: string }) => [alg, use]),
      [
        ['ES256', 'sig'],
        ['RS256', 'sig'],
      ],
    );
  });

  it('is all that there is: the endpoints of what is switched off are not found', async () => {
    const protocol = await startProtocol();
    for (const endpoint of [
      '/request',
      '/token/introspection',
      '/reg',
      '/device',
      '/device/auth',
      '/backchannel',
      '/challenge',
      // The pages that the library has for a first try sign anybody in.
      '/interaction/unknown',
    ])
      for (const method of ['GET', 'POST'])
        assert.equal((await browserOf(protocol).request(endpoint, { method })).status, 404, `${method} ${endpoint}`);
    // Where browsers post, our own server leads them to GET.
    for (const endpoint of ['/authorize', '/session/end'])
      assert.equal((await protocol.request(endpoint, { form: { client_id: 'portal' } })).status, 404, endpoint);
    for (const [endpoint, status] of [
      ['/session/end/confirm', 400],
      ['/userinfo', 401],
      ['/token', 400],
      ['/token/revocation', 400],
    ] as const)
      assert.equal((await protocol.request(endpoint, { form: {} })).status, status, endpoint);
  });
});
