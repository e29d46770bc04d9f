import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { createPerson, PASSWORD } from '../support/people.ts';
import { sendRaw } from '../support/raw-request.ts';
import {
  createRelyingParty,
  openInteraction,
  type RelyingParty,
  signIn,
  signInToTokens,
} from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { startRedis } from '../support/services.ts';
import { Visitor } from '../support/visitor.ts';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

describe('how long a request may be', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService();
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  const bounds = [
    ['state', 1024],
    ['nonce', 1024],
    ['ui_locales', 128],
    ['claims_locales', 128],
    ['login_hint', 256],
    ['acr_values', 256],
    // Whatever else is kept.
    ['display', 256],
  ] as const;
  for (const [name, longest] of bounds)
    it(`${name} has ${longest} bytes at most, and its relying party is told`, async () => {
      const visitor = new Visitor();
      await openInteraction(visitor, party, { [name]: 'x'.repeat(longest) });
      for (const value of ['x'.repeat(longest + 1), 'é'.repeat(longest / 2 + 1)]) {
        const { url } = await party.begin({ [name]: value });
        const { location } = await visitor.request(url);
        const answer = new URL(location ?? '');
        assert.equal(answer.origin + answer.pathname, party.redirectUri);
        assert.equal(answer.searchParams.get('error'), 'invalid_request');
        assert.match(
          answer.searchParams.get('error_description') ?? '',
          new RegExp(`^${name} is longer than ${longest}`),
        );
      }
    });

  it('an authorization request has 4 KiB at most, whatever it is made of', async () => {
    const visitor = new Visitor();
    for (const name of ['claims', 'scope', 'unknown']) {
      const { url } = await party.begin({ [name]: `openid ${'x'.repeat(4096)}` });
      const { location, status } = await visitor.request(url);
      const answer = new URL(location ?? '');
      assert.equal(answer.searchParams.get('error'), 'invalid_request', `${name} ${status}`);
      assert.equal(answer.origin + answer.pathname, party.redirectUri);
    }
    const { url } = await party.begin({ unknown: 'x' });
    await openInteraction(visitor, party, { unknown: 'x'.repeat(4096 - new URL(url).search.length) });
  });

  it('an ID token of ours fits as a hint, with the longest nonce that there is', async () => {
    const person = await createPerson(service);
    const nonce = 'x'.repeat(1024);
    const visitor = new Visitor();
    const { interaction, checks } = await openInteraction(visitor, party, { nonce });
    const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
    const callback = (await visitor.request(json.redirectTo)).location ?? '';
    const { id_token = '' } = await party.redeem(callback, { ...checks, expectedNonce: nonce });
    await openInteraction(new Visitor(), party, { id_token_hint: id_token });
  });

  it('one that is too long leads nowhere when its redirect URI is not its client’s', async () => {
    for (const [name, value] of [
      ['redirect_uri', 'https://evil.example/callback'],
      ['client_id', 'nobody'],
    ] as const) {
      const { url } = await party.begin({ [name]: value, state: 'x'.repeat(5000) });
      const page = await new Visitor('html').request(url);
      assert.equal(page.status, 400);
      assert.equal(page.location, undefined);
      assert.match(page.text, /La demande de connexion est incorrecte/);
    }
  });

  it('every other address has 4 KiB of query at most', async () => {
    const query = `?state=${'x'.repeat(4096)}`;
    for (const path of ['/session/end', '/docs', '/interactions/1/sign-in', '/health/live']) {
      const { json, status } = await new Visitor().request(service.url + path + query);
      assert.equal(status, 414, path);
      assert.equal(json.code, 'query_too_long');
    }
    assert.match((await new Visitor('html').request(`${service.url}/session/end${query}`)).text, /trop longue/);
  });

  it('a form of the token endpoint has 16 KiB at most, and what is refused is an error of OAuth', async () => {
    const client_assertion = 'x'.repeat(15_000);
    const send = (path: string, form: string) =>
      sendRaw(service.url, path, { method: 'POST', headers: { ...FORM, Origin: 'https://a.example' }, body: form });
    const fits = await send('/token', `grant_type=authorization_code&client_assertion=${client_assertion}`);
    assert.equal(fits.status, 400);
    for (const path of ['/token', '/token/revocation', '/userinfo']) {
      const { status, text, headers } = await send(path, `token=${'x'.repeat(16 * 1024)}`);
      assert.equal(status, 413);
      assert.deepEqual(Object.keys(JSON.parse(text)), ['error', 'error_description']);
      assert.equal(JSON.parse(text).error, 'invalid_request');
      assert.equal(headers['access-control-allow-origin'], 'https://a.example');
    }
  });
});

describe('a small Redis', () => {
  it('is not filled by long requests: everybody still signs in', async () => {
    const redis = await startRedis(undefined, ['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction']);
    const service = await startService({ env: { REDIS_URL: redis.url } });
    const store = new Redis(redis.url);
    try {
      const party = await createRelyingParty(service.url);
      const person = await createPerson(service);
      const before = await store.dbsize();
      for (const name of ['state', 'nonce', 'login_hint', 'ui_locales', 'claims', 'unknown'])
        await Promise.all(
          Array.from({ length: 50 }, async () => {
            const { url } = await party.begin({ [name]: 'x'.repeat(12 * 1024) });
            const { status } = await new Visitor().request(url);
            assert.ok(status < 500, `${name} ${status}`);
          }),
        );
      // One counter for each client address, and nothing else.
      assert.ok((await store.dbsize()) - before <= 300);
      assert.deepEqual(await store.keys('oidc:*'), []);
      const { tokens } = await signInToTokens(new Visitor(), party, person.identifier, PASSWORD);
      assert.ok(tokens.id_token);
    } finally {
      store.disconnect();
      await service.stop();
      await redis.stop();
    }
  });
});
