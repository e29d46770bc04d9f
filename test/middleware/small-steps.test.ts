/** The short middleware that every request, or every answer, passes through. */
import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import { boundRequest } from '../../src/http/middleware/bound-request.ts';
import { emptyAnswers } from '../../src/http/middleware/empty-answers.ts';
import { nameRequest } from '../../src/http/middleware/name-request.ts';
import { ownAddress } from '../../src/http/middleware/own-address.ts';
import { publish } from '../../src/http/middleware/publish.ts';
import { retryLater } from '../../src/http/middleware/retry-later.ts';
import { sayGoodbye } from '../../src/http/middleware/say-goodbye.ts';
import type { Context } from '../../src/http/request-state.ts';
import { ask, REQUEST_ID } from './application.ts';

describe('an answer without a body', () => {
  it('says nothing of its type; one with a body keeps what it says', async () => {
    const answer = (body: string) => (ctx: Context) => {
      ctx.type = 'text/html';
      ctx.body = body;
    };
    assert.equal((await ask([emptyAnswers], {}, answer(''))).headers['content-type'], undefined);
    assert.equal((await ask([emptyAnswers], {}, answer('a'))).headers['content-type'], 'text/html; charset=utf-8');
  });
});

describe('a request', () => {
  it('has an id of its own, in its answer too', async () => {
    const ids: unknown[] = [];
    const read = (ctx: Context) => void ids.push(ctx.state.requestId);
    const answers = [await ask([nameRequest], {}, read), await ask([nameRequest], {}, read)];
    assert.deepEqual(
      answers.map(({ headers }) => headers['x-request-id']),
      ids,
    );
    assert.match(String(ids[0]), /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    assert.notEqual(ids[0], ids[1]);
    assert.ok(!ids.includes(REQUEST_ID));
  });

  const wishes: readonly [string | undefined, boolean][] = [
    [undefined, false],
    ['*/*', false],
    ['application/json', false],
    ['application/problem+json', false],
    ['text/html', true],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
    ['application/json, text/html', false],
    ['application/json;q=0.9, text/html', true],
    ['text/html;q=0.5, application/json', false],
    ['image/png', false],
  ];
  for (const [accept, wantsHtml] of wishes)
    it(`that accepts ${accept ?? 'whatever there is'} is answered ${wantsHtml ? 'a page' : 'JSON'}`, async () => {
      let wants: unknown;
      await ask([nameRequest], accept === undefined ? {} : { headers: { Accept: accept } }, (ctx) => {
        wants = ctx.state.wantsHtml;
      });
      assert.equal(wants, wantsHtml);
    });
});

describe('our own address', () => {
  const read = async (address: string, target: string, headers = {}) => {
    const { text } = await ask([ownAddress(address)], { target, headers }, (ctx) => {
      const { host, protocol, secure, href, url, originalUrl, query, req } = ctx;
      const { forwarded = null, 'x-forwarded-host': forwardedHost = null } = req.headers;
      ctx.body = { host, protocol, secure, href, url, originalUrl, query, forwarded, forwardedHost };
    });
    return JSON.parse(text);
  };
  const foreign = {
    Host: 'evil.example',
    'X-Forwarded-Host': 'evil.example',
    'X-Forwarded-Proto': 'gopher',
    Forwarded: 'host=evil.example;proto=https',
  };

  for (const [address, protocol, secure] of [
    ['https://identity.test', 'https', true],
    ['http://localhost:4000', 'http', false],
  ] as const)
    it(`is that of the configuration, ${protocol}, whatever a request says of it`, async () => {
      assert.deepEqual(await read(address, '/docs?a=1', foreign), {
        host: new URL(address).host,
        protocol,
        secure,
        href: `${address}/docs?a=1`,
        url: '/docs?a=1',
        originalUrl: '/docs?a=1',
        query: { a: '1' },
        forwarded: null,
        forwardedHost: null,
      });
    });

  for (const [target, url] of [
    ['//evil.example/docs', '/evil.example/docs'],
    ['///evil.example', '/evil.example'],
    ['/docs//errors', '/docs//errors'],
    ['http://evil.example/docs?a=1', '/docs?a=1'],
    ['https://evil.example', '/'],
    ['*', '/'],
  ] as const)
    it(`has the path ${url} where the first line says ${target}`, async () => {
      const seen = await read('https://identity.test', target);
      assert.equal(seen.url, url);
      assert.equal(seen.originalUrl, url);
      assert.equal(seen.href, `https://identity.test${url}`);
    });
});

describe('what the protocol publishes', () => {
  const cacheOf = async (target: string, status = 200) => {
    const { headers } = await ask([publish], { target }, (ctx) => {
      ctx.set('Cache-Control', 'no-store');
      ctx.status = status;
      ctx.body = '{}';
    });
    return headers['cache-control'];
  };

  it('may be kept for a quarter of an hour, and nothing else', async () => {
    for (const target of ['/jwks', '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])
      assert.equal(await cacheOf(target), 'public, max-age=900', target);
    for (const target of ['/token', '/userinfo', '/authorize', '/', '/jwks/'])
      assert.equal(await cacheOf(target), 'no-store', target);
  });

  it('is kept by nobody where it failed', async () => {
    for (const status of [503, 404, 206]) assert.equal(await cacheOf('/jwks', status), 'no-store', String(status));
  });
});

describe('an answer of a store that is away', () => {
  const laterOf = async (status: number, said?: string) => {
    const { headers } = await ask([retryLater], {}, (ctx) => {
      if (said) ctx.set('Retry-After', said);
      ctx.status = status;
    });
    return headers['retry-after'];
  };

  it('says when to try again, in the words of the provider where it has some', async () => {
    assert.equal(await laterOf(503), '5');
    assert.equal(await laterOf(503, '77'), '77');
    for (const status of [200, 400, 429, 500, 502]) assert.equal(await laterOf(status), undefined, String(status));
    assert.equal(await laterOf(429, '9'), '9');
  });
});

describe('a process that is about to stop', () => {
  it('says so with each answer from then on, and with none before', async () => {
    let draining = false;
    const goodbye = sayGoodbye(() => draining);
    const headers = { Connection: 'keep-alive' };
    assert.equal((await ask([goodbye], { headers })).headers.connection, 'keep-alive');
    const begins = await ask([goodbye], { headers }, (ctx) => {
      draining = true;
      ctx.body = 'begun before, answered after';
    });
    assert.equal(begins.headers.connection, 'close');
    assert.equal((await ask([goodbye], { headers })).headers.connection, 'close');
  });
});

describe('how long a request may be', () => {
  const KIB = 1024;
  const target = (path: string, bytes: number) => `${path}?${'x'.repeat(bytes)}`;

  it('its query has 4 KiB, and not a byte more', async () => {
    assert.equal((await ask([boundRequest], { target: target('/docs', 4 * KIB) })).passed, true);
    const { code, passed, status } = await ask([boundRequest], { target: target('/docs', 4 * KIB + 1) });
    assert.deepEqual([code, passed, status], ['query_too_long', false, 414]);
  });

  it('that of an authorization request is judged elsewhere, and it alone', async () => {
    assert.equal((await ask([boundRequest], { target: target('/authorize', 5 * KIB) })).passed, true);
    for (const path of ['/authorize/uid', '/authorized', '/session/end', '/token'])
      assert.equal((await ask([boundRequest], { target: target(path, 5 * KIB) })).code, 'query_too_long', path);
  });

  it('its body has 16 KiB, and not a byte more', async () => {
    const send = (bytes: number, path = '/token') =>
      ask([boundRequest], {
        method: 'POST',
        target: path,
        headers: { 'Content-Length': String(bytes) },
        body: 'x'.repeat(bytes),
      });
    assert.equal((await send(16 * KIB)).passed, true);
    for (const path of ['/token', '/authorize']) {
      const { code, passed } = await send(16 * KIB + 1, path);
      assert.deepEqual([code, passed], ['body_too_large', false]);
    }
  });

  it('a body without a length is judged by who reads it', async () => {
    assert.equal((await ask([boundRequest], { method: 'POST', body: ['x'.repeat(20 * KIB)] })).passed, true);
  });

  it('what is refused is a refusal of ours', async () => {
    const { thrown } = await ask([boundRequest], { target: target('/', 4 * KIB + 1) });
    assert.ok(thrown instanceof ServiceError);
  });
});
