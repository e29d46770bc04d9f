import assert from 'node:assert/strict';
import { protocolMethods, protocolPaths, protocolPublished, protocolRoutes } from '../../src/oidc/paths.ts';

const GET = ['GET', 'HEAD'];

const METHODS: Readonly<Record<string, readonly string[]>> = {
  '/.well-known/openid-configuration': GET,
  '/.well-known/oauth-authorization-server': GET,
  '/jwks': GET,
  '/authorize': [...GET, 'POST'],
  '/authorize/:uid': GET,
  '/token': ['POST'],
  '/token/revocation': ['POST'],
  '/userinfo': [...GET, 'POST'],
  '/session/end': [...GET, 'POST'],
  '/session/end/confirm': ['POST'],
  '/session/end/success': GET,
};

describe('the paths of the protocol', () => {
  it('are these, each with its methods, and no other', () => {
    assert.deepEqual([...protocolPaths].sort(), Object.keys(METHODS).sort());
    for (const [path, methods] of Object.entries(METHODS)) assert.deepEqual(protocolMethods(path), methods, path);
    assert.deepEqual(protocolMethods('/authorize/some-uid'), GET);
    for (const other of ['/', '/token/', '/Token', '/authorize/', '/request', '/session', '/jwks/x'])
      assert.deepEqual(protocolMethods(other), [], other);
  });

  it('may be kept by who reads them where they are published, and nowhere else', () => {
    assert.deepEqual(
      [...protocolPublished],
      ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server', '/jwks'],
    );
    assert.deepEqual(protocolRoutes, {
      authorization: '/authorize',
      token: '/token',
      userinfo: '/userinfo',
      jwks: '/jwks',
      end_session: '/session/end',
      revocation: '/token/revocation',
    });
  });
});
