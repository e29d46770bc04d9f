/** Which paths are served, by which methods, and where a post to the protocol leads. */
import assert from 'node:assert/strict';
import Router from '@koa/router';
import { LITERAL } from '../../src/http/contract/routes.ts';
import { answerPosts } from '../../src/http/middleware/answer-posts.ts';
import { refuseMethods } from '../../src/http/middleware/refuse-methods.ts';
import { createPathTable, refuseUnknownPaths } from '../../src/http/middleware/refuse-unknown-paths.ts';
import type { RequestState } from '../../src/http/request-state.ts';
import { ask } from './application.ts';

describe('a path', () => {
  const PATHS = [
    '/',
    '/docs',
    '/docs/:name',
    '/interactions/:uid/sign-in',
    '/interactions/:uid/captchas/:captchaId/picture',
  ];
  const isServed = createPathTable(PATHS);

  const served = [
    '/',
    '/docs',
    '/docs/a',
    '/docs/openapi.yaml',
    '/docs/A-z_0.9~',
    '/docs/...',
    '/interactions/u/sign-in',
    '/interactions/u/captchas/c/picture',
    '/docs/:name'.replace(':', ''),
  ];
  for (const path of served)
    it(`${path} is served`, async () => {
      assert.equal(isServed(path), true);
      assert.equal((await ask([refuseUnknownPaths(PATHS)], { target: path })).passed, true);
    });

  const unknown = [
    ...[
      '',
      '/docs/',
      '//docs',
      '/DOCS',
      '/docs/a/b',
      '/docs/.',
      '/docs/..',
      '/docs/:name',
      '/docs/%61',
      '/docs/a%2fb',
      '/docs/a b',
    ],
    ...['/docs/é', '/interactions/u', '/interactions//sign-in', '/interactions/u/sign-in/', '/interactions/u/Sign-In'],
    ...[
      '/interactions/u/captchas/c',
      '/interactions/u/captchas/c/sound',
      '/interactions/../sign-in',
      '/nowhere',
      '/x/docs',
    ],
    ...['/docs/a!', '/docs/a\n', '/docs/!a'],
  ];
  for (const path of unknown)
    it(`${JSON.stringify(path)} is not`, () => {
      assert.equal(isServed(path), false);
    });

  it('that is not served is not found, and its query says nothing', async () => {
    const { code, passed } = await ask([refuseUnknownPaths(PATHS)], { target: '/nowhere?/docs' });
    assert.deepEqual([code, passed], ['not_found', false]);
    assert.equal((await ask([refuseUnknownPaths(PATHS)], { target: '/docs?/nowhere' })).passed, true);
  });
});

describe('a method', () => {
  const router = () => {
    const own = new Router<RequestState>(LITERAL);
    for (const method of ['get', 'delete'] as const)
      own[method]('/rooms', (ctx) => {
        ctx.body = 'a room';
      });
    return own.routes();
  };
  const send = (method: string, target: string, headers = {}) =>
    ask([router(), refuseMethods], { method, target, headers });

  it('that a path of ours has is answered there', async () => {
    for (const method of ['GET', 'DELETE']) {
      const { text, passed, headers } = await send(method, '/rooms');
      assert.deepEqual([text, passed, headers.allow], ['a room', false, undefined]);
    }
  });

  it('that it does not have is refused, with those that it has', async () => {
    for (const method of ['POST', 'PUT', 'PATCH']) {
      const { code, passed, headers } = await send(method, '/rooms');
      assert.deepEqual(
        [code, passed, headers.allow],
        ['method_not_allowed', false, 'DELETE, GET, HEAD, OPTIONS'],
        method,
      );
    }
  });

  it('OPTIONS tells them, and runs nothing', async () => {
    for (const headers of [{}, { 'Access-Control-Request-Method': 'GET' }]) {
      const { status, text, passed, headers: said } = await send('OPTIONS', '/rooms', headers);
      assert.deepEqual([status, text, passed, said.allow], [204, '', false, 'DELETE, GET, HEAD, OPTIONS']);
    }
  });

  const protocol: readonly [string, readonly string[], readonly string[]][] = [
    ['/jwks', ['GET', 'HEAD'], ['POST', 'PUT', 'DELETE']],
    ['/.well-known/openid-configuration', ['GET', 'HEAD'], ['POST']],
    ['/authorize', ['GET', 'HEAD', 'POST'], ['DELETE']],
    ['/authorize/uid', ['GET', 'HEAD'], ['POST', 'DELETE']],
    ['/token', ['POST'], ['GET', 'HEAD', 'DELETE']],
    ['/token/revocation', ['POST'], ['GET']],
    ['/userinfo', ['GET', 'HEAD', 'POST'], ['PUT']],
    ['/session/end', ['GET', 'HEAD', 'POST'], ['PUT']],
    ['/session/end/confirm', ['POST'], ['GET', 'HEAD']],
    ['/session/end/success', ['GET', 'HEAD'], ['POST']],
  ];
  for (const [target, own, others] of protocol)
    it(`of ${target} is one of ${own.join(', ')}`, async () => {
      for (const method of own) assert.equal((await send(method, target)).passed, true, method);
      for (const method of others) {
        const { code, headers, passed } = await send(method, target);
        assert.deepEqual([passed, headers.allow], [false, [...own, 'OPTIONS'].sort().join(', ')], method);
        assert.equal(code, 'method_not_allowed');
      }
      const options = await send('OPTIONS', target);
      assert.deepEqual([options.status, options.passed], [204, false]);
      const preflight = await send('OPTIONS', target, { 'Access-Control-Request-Method': 'POST' });
      assert.equal(preflight.passed, true, 'a preflight is the provider’s');
    });

  it('is judged where no router stands before, too', async () => {
    const bare = (method: string) => ask([refuseMethods], { method, target: '/jwks' });
    assert.equal((await bare('GET')).passed, true);
    assert.equal((await bare('PUT')).headers.allow, 'GET, HEAD, OPTIONS');
    const named = { 'Access-Control-Request-Method': 'PUT' };
    assert.equal((await send('PUT', '/jwks', named)).code, 'method_not_allowed', 'what is no preflight');
  });

  it('of a path that is nobody’s is not judged', async () => {
    for (const method of ['GET', 'PUT', 'OPTIONS']) assert.equal((await send(method, '/elsewhere')).passed, true);
  });
});

describe('a post to an endpoint that browsers are led to', () => {
  const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const post = (target: string, body = '', headers: Readonly<Record<string, string>> = FORM, method = 'POST') =>
    ask([answerPosts], {
      method,
      target,
      headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
      body,
    });

  for (const path of ['/authorize', '/session/end'])
    it(`${path} becomes the GET of the same parameters`, async () => {
      const form = 'scope=openid+a&state=%C3%A9%26&scope=b';
      const { status, headers, passed } = await post(path, form);
      assert.deepEqual([status, headers.location, passed], [303, `${path}?${form}`, false]);
    });

  it('has one spelling for them, after those of its address', async () => {
    const { headers } = await post('/authorize?a=1', 'b=2 3&c');
    assert.equal(headers.location, '/authorize?a=1&b=2+3&c=');
  });

  it('may have none', async () => {
    for (const [body, more] of [
      ['', FORM],
      ['', {}],
    ] as const) {
      const { status, headers } = await post('/authorize', body, more);
      assert.deepEqual([status, headers.location], [303, '/authorize']);
    }
    const { headers } = await ask([answerPosts], { method: 'POST', target: '/authorize?a=1', body: [] });
    assert.equal(headers.location, '/authorize?a=1');
  });

  it('is a form, or is refused', async () => {
    for (const type of ['application/json', 'text/plain', 'multipart/form-data'])
      assert.equal((await post('/authorize', '{}', { 'Content-Type': type })).code, 'unsupported_media_type', type);
    assert.equal((await post('/authorize', 'a=1', {})).code, 'unsupported_media_type');
  });

  it('has 4 KiB in all, and not a byte more', async () => {
    const fits = await post('/authorize', `a=${'x'.repeat(4094)}`);
    assert.equal(fits.status, 303);
    assert.equal((await post('/authorize', `a=${'x'.repeat(4095)}`)).code, 'body_too_large');
    assert.equal((await post(`/authorize?b=${'x'.repeat(2045)}`, `a=${'x'.repeat(2046)}`)).status, 303);
    assert.equal((await post(`/authorize?b=${'x'.repeat(2046)}`, `a=${'x'.repeat(2046)}`)).code, 'body_too_large');
  });

  it('has it counted as it is read: a body that says no length is bounded too', async () => {
    const body = ['a=', 'x'.repeat(4095)];
    const { code, passed } = await ask([answerPosts], { method: 'POST', target: '/authorize', headers: FORM, body });
    assert.deepEqual([code, passed], ['body_too_large', false]);
  });

  it('in an encoding that nobody knows is refused, and is no fault of ours', async () => {
    const { code } = await post('/authorize', 'a=1', { ...FORM, 'Content-Encoding': 'unknown' });
    assert.equal(code, 'unsupported_media_type');
  });

  it('is none of another path', async () => {
    for (const target of ['/token', '/authorize/uid', '/session/end/confirm'])
      assert.equal((await post(target, 'a=1')).passed, true, target);
  });

  it('is no GET: that is the provider’s, and so is HEAD of the authorization endpoint', async () => {
    assert.equal((await post('/authorize', '', {}, 'GET')).passed, true);
    assert.equal((await post('/session/end', '', {}, 'GET')).passed, true);
    assert.equal((await post('/authorize', '', {}, 'HEAD')).passed, true);
  });

  it('HEAD of the sign-out ends nothing', async () => {
    const { status, passed } = await post('/session/end', '', {}, 'HEAD');
    assert.deepEqual([status, passed], [200, false]);
  });
});
