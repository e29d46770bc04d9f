/** Each line of the table of `http/server.ts`, and what it alone keeps; what stands elsewhere of the edge. */
import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import { send } from '../middleware/application.ts';
import { CLIENTS, SECRET } from '../protocol/support/clients.ts';
import { authorizeUrl } from '../protocol/support/journey.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { browserOf, type Edge, type EdgeBrowser, giveTimeBack, HTTPS, openEdge } from './support/edge.ts';

const uidOf = (interaction: string) => interaction.split('/').at(-1) ?? '';

describe('what every request passes through', () => {
  let edge: Edge;
  let draining = false;
  before(async () => {
    edge = await openEdge({ isDraining: () => draining, env: { HOME_URL: 'https://portal.test' } });
  });
  after(giveTimeBack);
  const json = () => browserOf(edge);
  const html = () => browserOf(edge, 'html');

  it('builds no address from what it says of itself', async () => {
    const foreign = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' };
    for (const ask of [json, html])
      for (const url of [
        '/.well-known/openid-configuration',
        authorizeUrl(),
        '/session/end',
        '/pages/help',
        '/nowhere',
      ]) {
        const { text, headers } = await ask().request(url, { headers: foreign });
        assert.doesNotMatch(text + JSON.stringify(headers), /evil\.example/, url);
      }
    const absolute = await send(edge.listener, { target: 'http://evil.example/.well-known/openid-configuration' });
    assert.equal(JSON.parse(absolute.text).token_endpoint, `${edge.config.issuer}/token`);
  });

  it('says goodbye once the process is about to stop', async () => {
    const ask = async () =>
      (await json().request('/health/live', { headers: { Connection: 'keep-alive' } })).headers.connection;
    assert.equal(await ask(), 'keep-alive');
    draining = true;
    try {
      assert.equal(await ask(), 'close');
      const { status, json: said } = await json().request('/health/ready');
      assert.deepEqual([status, said], [503, { status: 'draining' }]);
    } finally {
      draining = false;
    }
    assert.deepEqual((await json().request('/health/ready')).json, { status: 'ok' });
  });

  it('has one line in the log, with the id of its answer, its operation and its relying party, and no address', async () => {
    const browser = json();
    const interaction = await browser.begin();
    const requests = [
      ['GET', interaction, 'showInteraction', 'portal'],
      ['PUT', '/health/live', undefined, undefined],
      ['GET', '/.well-known/openid-configuration', 'discovery', undefined],
      ['GET', '/pages/help', 'pages', undefined],
      ['GET', '/nowhere', undefined, undefined],
    ] as const;
    for (const [method, url, operation, clientId] of requests) {
      const before = edge.log.lines.length;
      const { headers, status } = await browser.request(url, { method });
      const [line, ...more] = edge.log.lines.slice(before);
      assert.deepEqual(more, []);
      const { fields } = line ?? assert.fail();
      assert.deepEqual(
        [fields.requestId, fields.operation, fields.clientId, fields.method, fields.status],
        [headers['x-request-id'], operation, clientId, method, status],
      );
      assert.doesNotMatch(JSON.stringify(fields), new RegExp(uidOf(interaction)));
    }
  });

  it('has a path that is served letter for letter, or there is nothing', async () => {
    assert.equal((await json().request('/health/live')).status, 200);
    for (const path of [
      '/HEALTH/live',
      '/health/live/',
      '/health/%6cive',
      '/JWKS',
      '/jwks/',
      '/Token',
      '/authorize/',
      '/docs/',
    ])
      assert.equal((await json().request(path)).status, 404, path);
  });

  it('has a query of 4 KiB at most, and a body of 16', async () => {
    const query = (bytes: number) => `/health/live?${'x'.repeat(bytes)}`;
    assert.equal((await json().request(query(4096))).status, 200);
    assert.equal((await json().request(query(4097))).json.code, 'query_too_long');
    const browser = json();
    const interaction = await browser.begin();
    const body = (bytes: number) => JSON.stringify({ identifierType: 'nir', password: 'x' }).padEnd(bytes);
    const post = (bytes: number) =>
      browser.request(`${interaction}/sign-in`, { body: body(bytes), headers: { 'Content-Type': 'application/json' } });
    assert.equal((await post(16 * 1024)).status, 422);
    assert.equal((await post(16 * 1024 + 1)).json.code, 'body_too_large');
  });

  it('keeps to its end the provider that was in use when it began', async () => {
    let clients = CLIENTS;
    let during = async () => {};
    const built: Edge = await openEdge({
      clients: () => clients,
      ports: ({ rateLimiter }) => ({
        rateLimiter: {
          ...rateLimiter,
          count: async (...counted) => {
            await during();
            return rateLimiter.count(...counted);
          },
        },
      }),
    });
    const browser = browserOf(built);
    during = async () => {
      clients = clients.slice(1);
      await built.providers.rebuild();
    };
    assert.equal((await browser.request(authorizeUrl())).status, 303);
    during = async () => {};
    assert.equal((await browser.request(authorizeUrl())).json.error, 'invalid_client');
  });

  it('says nothing of the type of an answer that is empty', async () => {
    const headers = {
      Authorization: `Basic ${Buffer.from(`portal:${encodeURIComponent(SECRET)}`).toString('base64')}`,
    };
    const answer = await json().request('/token/revocation', { form: { token: 'unknown' }, headers });
    assert.deepEqual([answer.status, answer.text, answer.headers['content-type']], [200, '', undefined]);
  });

  it('is told when to come back by the provider, too, where a store is away', async () => {
    const away = async () => {
      throw new ServiceError('store_unavailable', { retryAfterSeconds: 5 });
    };
    const failing = await openEdge({
      ports: ({ protocolStore }) => ({ protocolStore: { ...protocolStore, find: away, upsert: away } }),
    });
    for (const [accept, type] of [
      ['json', /json/],
      ['html', /html/],
    ] as const) {
      const { status, headers } = await browserOf(failing, accept).request(authorizeUrl());
      assert.deepEqual([status, headers['retry-after']], [503, '5'], accept);
      assert.match(headers['content-type'] ?? '', type);
    }
  });

  it('is answered by OAuth at the endpoints that programs call, and by us elsewhere', async () => {
    const headers = { 'X-Forwarded-For': 'unreadable', Origin: 'https://a.example' };
    for (const path of ['/token', '/token/revocation', '/userinfo']) {
      const { status, json: said, headers: sent } = await json().request(path, { form: {}, headers });
      assert.deepEqual(
        [status, said.error, Object.keys(said)],
        [400, 'invalid_request', ['error', 'error_description']],
        path,
      );
      assert.deepEqual(
        [sent['access-control-allow-origin'], sent['access-control-expose-headers'], sent.vary],
        ['https://a.example', 'Retry-After', 'Origin'],
      );
      assert.match(said.error_description, /^[\x20-\x7e]+$/);
    }
    for (const path of ['/health/live', '/session/end']) {
      const { json: said, headers: sent } = await json().request(path, { headers });
      assert.equal(said.code, 'forwarded_header_unreadable', path);
      assert.equal(sent['access-control-allow-origin'], undefined);
    }
  });

  it('is JSON for a program and a page for a person, in their language', async () => {
    for (const [accept, language, says] of [
      ['fr', 'fr', 'fr'],
      ['en', 'en', 'en'],
      ['de', 'de', 'fr'],
      ['en;q=0.1, fr', 'fr', 'fr'],
    ] as const) {
      const { text } = await html().request('/nowhere', { headers: { 'Accept-Language': accept } });
      assert.match(text, new RegExp(`<html lang="${says}"`), language);
    }
    assert.match((await html().request('/nowhere?lang=en')).text, /<html lang="en"/);
    assert.match(
      (await html().request('/nowhere?lang=de', { headers: { 'Accept-Language': 'en' } })).text,
      /<html lang="en"/,
    );
    assert.equal(
      (await json().request('/nowhere', { headers: { 'Accept-Language': 'en' } })).json.title,
      'This page does not exist',
    );
  });

  it('leads a lost person back to the relying party they came from', async () => {
    const browser = json();
    const interaction = await browser.begin('plain');
    await browser.request(interaction);
    const lost = await json().request(interaction);
    assert.deepEqual([lost.json.code, lost.json.returnTo], ['interaction_not_found', 'https://portal.test']);
    const page = await html().request(`${interaction}/sign-in`);
    assert.match(page.text, /href="https:\/\/portal\.test">[^<]*The client plain/);
    const resumed = await html().request(`/authorize/${uidOf(interaction)}`);
    assert.match(resumed.text, /The client plain/);
    assert.equal((await json().request('/interactions/unknown')).json.returnTo, undefined);
  });
});

describe('an interaction, at the edge', () => {
  let edge: Edge;
  beforeEach(async () => {
    edge = await openEdge({ issuer: HTTPS });
  });
  afterEach(giveTimeBack);

  async function finished(browser: EdgeBrowser) {
    const person = await createPerson(edge);
    const interaction = await browser.begin();
    const json = { identifierType: 'nir', identifier: person.identifier, password: PASSWORD };
    return { interaction, resume: (await browser.request(`${interaction}/sign-in`, { json })).json.redirectTo };
  }

  it('is of the browser that began it: another one with its address takes no step and resumes nothing', async () => {
    const [mine, theirs] = [browserOf(edge), browserOf(edge)];
    const { interaction, resume } = await finished(mine);
    for (const { key, value } of (await mine.jar.serialize()).cookies)
      if (!key?.includes('mc_browser_'))
        await theirs.jar.setCookie(`${key}=${value}; Secure; Path=/`, HTTPS).catch(() => {});
    for (const url of [interaction, resume]) assert.equal((await theirs.request(url)).location, '', url);
    assert.match((await mine.request(resume)).location, /code=/);
  });

  it('is resumed once', async () => {
    const browser = browserOf(edge);
    const { resume } = await finished(browser);
    const [first, second] = await Promise.all([browser.request(resume), browser.request(resume)]);
    assert.deepEqual([first, second].map(({ location }) => location.includes('code=')).sort(), [false, true]);
  });

  it('is prolonged and begun anew by JSON alone, from our own pages', async () => {
    const browser = browserOf(edge);
    const interaction = await browser.begin();
    for (const path of ['prolongation', 'restart']) {
      const url = `${interaction}/${path}`;
      assert.equal((await browser.request(url, { json: {} })).status, 200, path);
      assert.equal((await browser.request(url, { form: {} })).status, 415, path);
      assert.equal((await browser.request(url, { json: [] })).status, 400, path);
      assert.equal((await browser.request(url, { json: { more: 1 } })).status, 422, path);
      assert.equal(
        (await browser.request(url, { json: {}, headers: { Origin: 'https://evil.example' } })).status,
        403,
        path,
      );
    }
  });

  it('ends a second after its idle time, and each step gives it that time again', async () => {
    const browser = browserOf(edge);
    const interaction = await browser.begin();
    const idle = edge.config.times.interactionIdleSeconds;
    for (let step = 0; step < 2; step++) {
      edge.move(idle - 1);
      assert.equal((await browser.request(interaction)).status, 200);
    }
    edge.move(idle + 1);
    assert.equal((await browser.request(interaction)).json.code, 'interaction_expired');
  });
});
