import assert from 'node:assert/strict';
import { newContext } from '../support/chromium.ts';
import { type LocalServer, startLocalServer } from '../support/local-server.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty, type RelyingParty, signIn, signInToTokens } from '../support/relying-party.ts';
import { type Service, startService, testSecrets } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const SECRET = testSecrets.CLIENT_MON_COMPTE_SECRET ?? '';
const BASIC = `Basic ${Buffer.from(`mon-compte:${encodeURIComponent(SECRET)}`).toString('base64')}`;

describe('the endpoints of the protocol', () => {
  let service: Service;
  let party: RelyingParty;
  let landing: LocalServer;
  let home = '';
  before(async () => {
    landing = await startLocalServer(() => ({ status: 200, text: 'back' }));
    const relyingPartyPort = Number(new URL(landing.url).port);
    home = `http://localhost:${relyingPartyPort}`;
    service = await startService({ store: 'memory', relyingPartyPort });
    party = await createRelyingParty(service.url, undefined, undefined, `${home}/callback`);
  });
  after(async () => {
    await service.stop();
    await landing.stop();
  });

  const at = (path: string) => service.url + path;
  const paramsOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

  describe('that browsers are led to take POST', () => {
    it('an authorization request signs in, and its parameters arrive as they were sent', async () => {
      const visitor = new Visitor();
      const { url, checks } = await party.begin({ scope: 'openid', state: 'é + &=%20~', login_hint: 'provisional' });
      const form = paramsOf(url);
      const posted = await visitor.request(at('/authorize'), { form });
      assert.equal(posted.status, 303);
      assert.deepEqual(paramsOf(posted.location ?? ''), form);
      assert.equal(new URL(posted.location ?? '').pathname, '/authorize');
      const interaction = (await visitor.request(posted.location ?? '')).location ?? '';
      const { identifier } = await createPerson(service);
      const { json } = await signIn(visitor, interaction, identifier, PASSWORD);
      const callback = (await visitor.request(json.redirectTo)).location ?? '';
      assert.ok((await party.redeem(callback, { ...checks, expectedState: 'é + &=%20~' })).access_token);
    });

    it('keeps a parameter that is sent twice twice, and what stands in the address', async () => {
      const body = 'scope=openid&scope=profile&state=%C3%A9+1';
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const { location } = await new Visitor().request(at('/authorize?client_id=mon-compte'), { body, headers });
      assert.equal(location, at(`/authorize?client_id=mon-compte&${body}`));
      const refused = await new Visitor().request(location ?? '');
      assert.deepEqual([refused.status, refused.json.error], [400, 'invalid_request']);
    });

    it('a sign-out ends the session', async () => {
      const visitor = new Visitor();
      const { identifier } = await createPerson(service);
      const { tokens } = await signInToTokens(visitor, party, identifier, PASSWORD);
      const form = { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: `${home}/` };
      const posted = await visitor.request(at('/session/end'), { form });
      assert.equal(posted.status, 303);
      assert.equal((await visitor.request(posted.location ?? '')).location, `${home}/`);
    });

    it('from another site in Chromium, where the session is found all the same', async () => {
      const context = await newContext();
      const page = await context.newPage();
      try {
        const url = 'http://relying-party.mon-compte.test/';
        const post = async (path: string, fields: Readonly<Record<string, string>>) => {
          const inputs = Object.entries(fields).map(
            ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
          );
          const body = `<form method="post" action="${at(path)}">${inputs.join('')}<button>Go</button></form>`;
          await page.route(url, (route) => route.fulfill({ contentType: 'text/html', body }));
          await page.goto(url);
          await page.click('button');
        };
        const { url: first } = await party.begin({ scope: 'openid' });
        await post('/authorize', paramsOf(first));
        await page.fill('#identifier', (await createPerson(service)).identifier);
        await page.fill('#password', PASSWORD);
        await page.click('button:text("Se connecter")');
        await page.waitForURL(`${home}/callback?*`);
        await post('/authorize', paramsOf((await party.begin({ scope: 'openid', prompt: 'none' })).url));
        await page.waitForURL(`${home}/callback?code=*`);
        await post('/session/end', { client_id: 'mon-compte' });
        await page.waitForSelector('button:text("Me déconnecter")');
      } finally {
        await context.close();
      }
    });

    it('and say what is too long, of another type, or nothing at all, without a failure of ours', async () => {
      const visitor = new Visitor();
      for (const path of ['/authorize', '/session/end']) {
        const send = (body: string, type = 'application/x-www-form-urlencoded') =>
          visitor.request(at(path), { method: 'POST', body, headers: { 'Content-Type': type } });
        for (const length of [4096, 17_000, 200_000]) {
          const long = await send(`state=${'x'.repeat(length)}`);
          assert.deepEqual([long.status, long.json.code], [413, 'body_too_large'], `${path} ${length}`);
        }
        // Each byte of it is three in an address.
        assert.equal((await send(`state=${'é'.repeat(1000)}`)).json.code, 'body_too_large');
        const page = await new Visitor('html').request(at(path), { form: { state: 'x'.repeat(5000) } });
        assert.match(page.text, /<h1[^>]*>La demande est trop longue/);
        for (const [body, type] of [
          ['{}', 'application/json'],
          ['x', 'text/plain'],
          ['x', 'multipart/form-data; boundary=x'],
        ] as const)
          assert.equal((await send(body, type)).json.code, 'unsupported_media_type', type);
        for (const body of ['', '=', '%', '&&&', 'a=%ff', 'a\u0000b=\r\nLocation: x']) {
          const odd = await send(body);
          assert.equal(odd.status, 303, JSON.stringify(body));
          assert.ok(odd.location?.startsWith(at(path)));
        }
        assert.equal((await visitor.request(at(path), { method: 'POST' })).status, 303);
      }
    });

    it('and count once, with the GET that follows', async () => {
      const visitor = new Visitor();
      const limit = service.config.throttles.authorizationPerMinute;
      for (let sent = 0; sent < limit; sent++)
        assert.equal((await visitor.request(at('/authorize'), { form: { client_id: 'x' } })).status, 303);
      for (let sent = 0; sent < limit; sent++)
        assert.equal((await visitor.request(at('/authorize?client_id=x'))).status, 400);
      assert.equal((await visitor.request(at('/authorize?client_id=x'))).status, 429, 'they are counted');
    });
  });

  it('end no session by HEAD, which is safe', async () => {
    const visitor = new Visitor();
    const { identifier } = await createPerson(service);
    const { tokens } = await signInToTokens(visitor, party, identifier, PASSWORD);
    const url = at(`/session/end?id_token_hint=${tokens.id_token}`);
    assert.equal((await visitor.request(url, { method: 'HEAD' })).status, 200);
    assert.equal((await visitor.request(url)).status, 303, 'it was there to be ended');
  });

  describe('a method that a path does not have', () => {
    const paths: Readonly<Record<string, string>> = {
      '/authorize': 'GET, HEAD, OPTIONS, POST',
      '/authorize/some-uid': 'GET, HEAD, OPTIONS',
      '/token': 'OPTIONS, POST',
      '/token/revocation': 'OPTIONS, POST',
      '/userinfo': 'GET, HEAD, OPTIONS, POST',
      '/jwks': 'GET, HEAD, OPTIONS',
      '/session/end': 'GET, HEAD, OPTIONS, POST',
      '/session/end/confirm': 'OPTIONS, POST',
      '/session/end/success': 'GET, HEAD, OPTIONS',
      '/.well-known/openid-configuration': 'GET, HEAD, OPTIONS',
      '/health/live': 'GET, HEAD, OPTIONS',
      '/pages/help': 'GET, HEAD, OPTIONS',
      '/docs': 'GET, HEAD, OPTIONS',
      '/interactions/some-uid': 'DELETE, GET, HEAD, OPTIONS',
    };
    for (const [path, allow] of Object.entries(paths))
      it(`is 405 and says which it has: ${path}`, async () => {
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
          if (allow.includes(method)) continue;
          const { status, headers } = await new Visitor().request(at(path), { method });
          assert.deepEqual([status, headers.get('allow')], [405, allow], method);
        }
        if (path.startsWith('/interactions')) return;
        const asked = await new Visitor().request(at(path), { method: 'OPTIONS' });
        assert.deepEqual([asked.status, asked.headers.get('allow')], [204, allow]);
      });

    it('leaves the preflight of a page of a client to the provider', async () => {
      const headers = { Origin: home, 'Access-Control-Request-Method': 'POST' };
      const { status, headers: given } = await new Visitor().request(at('/token'), { method: 'OPTIONS', headers });
      assert.equal(status, 204);
      assert.equal(given.get('access-control-allow-origin'), home);
    });
  });

  it('say nothing of the type of a body that there is not', async () => {
    const { identifier } = await createPerson(service);
    const { tokens } = await signInToTokens(new Visitor(), party, identifier, PASSWORD);
    for (const token of [tokens.refresh_token ?? '', 'unknown']) {
      const headers = { Authorization: BASIC };
      const answer = await new Visitor().request(at('/token/revocation'), { form: { token }, headers });
      assert.deepEqual([answer.status, answer.text, answer.headers.get('content-type')], [200, '', null]);
      assert.equal(answer.headers.get('content-length'), '0');
    }
  });

  it('let what they publish be kept for less than a day, and nothing else', async () => {
    const kept = async (path: string) => (await new Visitor().request(at(path))).headers.get('cache-control');
    for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server', '/jwks'])
      assert.equal(await kept(path), 'public, max-age=900', path);
    for (const path of ['/authorize', '/userinfo', '/session/end', '/token'])
      assert.match((await kept(path)) ?? '', /no-store/, path);
    const refused = await new Visitor().request(at('/jwks'), { method: 'POST' });
    assert.equal(refused.headers.get('cache-control'), 'no-store');
  });

  describe('say in discovery what they take', () => {
    const METHODS = ['client_secret_basic', 'client_secret_post', 'none'];

    it('names how clients authenticate, and each way is taken at the token and revocation endpoints', async () => {
      const { json } = await new Visitor().request(at('/.well-known/openid-configuration'));
      for (const endpoint of ['token', 'revocation'])
        assert.deepEqual(json[`${endpoint}_endpoint_auth_methods_supported`], METHODS);
      const ways = {
        client_secret_basic: { headers: { Authorization: BASIC }, form: {} },
        client_secret_post: { headers: {}, form: { client_id: 'mon-compte', client_secret: SECRET } },
        none: { headers: {}, form: { client_id: 'mon-compte-mobile' } },
      };
      for (const [method, { headers, form }] of Object.entries(ways)) {
        const visitor = new Visitor();
        const revoked = await visitor.request(at('/token/revocation'), { headers, form: { ...form, token: 'x' } });
        assert.equal(revoked.status, 200, method);
        const code = { grant_type: 'authorization_code', code: 'x', redirect_uri: 'x', code_verifier: 'x' };
        const token = await visitor.request(at('/token'), { headers, form: { ...form, ...code } });
        assert.equal(token.json.error, 'invalid_grant', method);
      }
      const wrong = { Authorization: `Basic ${Buffer.from('mon-compte:wrong').toString('base64')}` };
      const refused = await new Visitor().request(at('/token/revocation'), { headers: wrong, form: { token: 'x' } });
      assert.deepEqual([refused.status, refused.json.error], [401, 'invalid_client']);
    });

    it('names nothing that is refused: request objects, by value and by reference, and the claims parameter', async () => {
      const { json } = await new Visitor().request(at('/.well-known/openid-configuration'));
      for (const name of ['request_parameter', 'request_uri_parameter', 'claims_parameter'])
        assert.equal(json[`${name}_supported`], false, name);
      for (const [name, error] of [
        ['request', 'request_not_supported'],
        ['request_uri', 'request_uri_not_supported'],
      ] as const) {
        const { location } = await new Visitor().request((await party.begin({ [name]: 'https://x.test/' })).url);
        assert.equal(new URL(location ?? '').searchParams.get('error'), error);
      }
      assert.deepEqual(json.response_modes_supported.sort(), ['form_post', 'fragment', 'query']);
      assert.deepEqual(json.grant_types_supported, ['authorization_code', 'refresh_token']);
      assert.deepEqual(json.code_challenge_methods_supported, ['S256']);
    });
  });
});
