/** What a native application is given: on its own addresses, after a sign-in of its own, and for times of its own (ADR 0032). */
import assert from 'node:assert/strict';
import { CLIENTS } from './support/clients.ts';
import {
  authorizeUrl,
  clientOf,
  open,
  personOf,
  redeem,
  refresh,
  signIn,
  signInToTokens,
  silently,
  userinfo,
} from './support/journey.ts';
import { type Browser, browserOf, type Protocol, startProtocol, stopProtocols } from './support/protocol.ts';

const DAY = 24 * 3600;
const CLAIMED = 'https://app.test/callback';
const refused = async (protocol: Protocol, token: string, clientId = 'app') =>
  (await refresh(protocol, token, clientId)).json.error === 'invalid_grant';

const end = (browser: Browser, given: Readonly<Record<string, string>>) =>
  browser.request(`/session/end?${new URLSearchParams(given)}`);

async function confirm(
  browser: Browser,
  given: Readonly<Record<string, string>>,
  logout: Record<string, string> = { logout: 'yes' },
) {
  const { json } = await end(browser, given);
  return browser.request('/session/end/confirm', { form: { xsrf: json.asked, ...logout } });
}

describe('a native application', () => {
  afterEach(stopProtocols);

  it('is answered after a sign-in for it, and never from a session alone, but at an https address', async () => {
    const protocol = await startProtocol();
    const { browser } = await signIn(protocol);
    assert.ok((await silently(browser)).code);
    assert.equal((await silently(browser, 'app')).error, 'interaction_required');
    assert.equal((await silently(browser, 'forgetful')).error, 'interaction_required');
    assert.ok((await silently(browser, 'app', { redirect_uri: CLAIMED })).code);
    // After its own sign-in the next one is asked too.
    const again = await signIn(protocol, 'app', { browser });
    assert.ok(again.code);
    assert.equal((await silently(browser, 'app')).error, 'interaction_required');
  });

  it('shows no consent, which nobody would see: its sign-in is what is asked', async () => {
    const protocol = await startProtocol();
    const { browser } = await signIn(protocol);
    const { interaction } = await open(protocol, browser, 'app');
    assert.equal((await browser.request(interaction)).json.prompt, 'login');
    assert.ok((await signIn(protocol, 'app')).code);
  });

  it('takes any port of the loopback that it registered, and no other address', async () => {
    const app = { ...clientOf('app'), redirectUris: ['http://127.0.0.1/callback', 'http://[::1]/callback', CLAIMED] };
    const protocol = await startProtocol({ clients: [app] });
    const begins = async (redirect_uri: string) =>
      (await protocol.request(authorizeUrl('app', { redirect_uri }))).location.startsWith('/interactions/');
    for (const address of [
      'http://127.0.0.1/callback',
      'http://127.0.0.1:51004/callback',
      'http://[::1]:8080/callback',
      CLAIMED,
    ])
      assert.ok(await begins(address), address);
    for (const address of [
      'http://127.0.0.1:51004/other',
      'http://127.0.0.2/callback',
      'https://app.test:8443/callback',
      'http://localhost:51004/callback',
    ])
      assert.equal(await begins(address), false, address);
  });

  it('has a `sid` in its ID token, which leads to its grant; a web client has none, nor one without refresh tokens', async () => {
    const protocol = await startProtocol();
    const sids = new Map<string, unknown>();
    for (const clientId of ['app', 'forgetful', 'mobile', 'portal'])
      sids.set(clientId, (await signInToTokens(protocol, clientId)).claims.sid);
    assert.match(String(sids.get('app')), /^[\w-]+$/);
    assert.deepEqual([...sids.values()].slice(1), [undefined, undefined, undefined]);
  });

  it('keeps what it has when its session ends by time; a web client, and one without refresh tokens, does not', async () => {
    const protocol = await startProtocol();
    const app = await signInToTokens(protocol, 'app');
    const web = await signInToTokens(protocol, 'mobile');
    await protocol.pass(1801);
    assert.equal(await refused(protocol, web.tokens.refresh_token, 'mobile'), true);
    const { json } = await refresh(protocol, app.tokens.refresh_token, 'app');
    assert.equal((await userinfo(protocol, json.access_token)).status, 200);
    const forgetful = await signInToTokens(protocol, 'forgetful');
    assert.equal(forgetful.tokens.refresh_token, undefined);
    const { code } = await silently(forgetful.browser);
    const tokens = (await redeem(protocol, String(code))).json;
    assert.equal((await userinfo(protocol, forgetful.tokens.access_token)).status, 200);
    await end(forgetful.browser, { id_token_hint: tokens.id_token });
    assert.equal((await userinfo(protocol, forgetful.tokens.access_token)).status, 401);
  });

  it('is signed out by its ID token alone, of any refresh and from any browser, on this device alone', async () => {
    const protocol = await startProtocol();
    const person = await personOf(protocol);
    const [one, other] = [
      await signInToTokens(protocol, 'app', { person }),
      await signInToTokens(protocol, 'app', { person }),
    ];
    await protocol.pass(20 * DAY);
    const { json: fresh } = await refresh(protocol, one.tokens.refresh_token, 'app');
    assert.ok((await end(browserOf(protocol), { id_token_hint: fresh.id_token })).status < 400);
    assert.equal(await refused(protocol, fresh.refresh_token), true);
    assert.equal((await userinfo(protocol, fresh.access_token)).status, 401);
    assert.equal(await refused(protocol, other.tokens.refresh_token), false);
  });

  it('is not signed out by a request that is refused', async () => {
    const protocol = await startProtocol();
    const { tokens } = await signInToTokens(protocol, 'app');
    const elsewhere = { id_token_hint: tokens.id_token, post_logout_redirect_uri: 'https://evil.test/' };
    assert.equal((await end(browserOf(protocol), elsewhere)).status, 400);
    assert.equal(await refused(protocol, tokens.refresh_token), false);
  });

  it('is signed out by its ID token while somebody else is signed in, who is asked and stays', async () => {
    const protocol = await startProtocol();
    const mine = await signInToTokens(protocol, 'app');
    const theirs = await signInToTokens(protocol, 'app');
    const { json } = await end(theirs.browser, { id_token_hint: mine.tokens.id_token });
    assert.ok(json.asked);
    assert.equal(await refused(protocol, mine.tokens.refresh_token), true);
    assert.equal(await refused(protocol, theirs.tokens.refresh_token), false);
    assert.ok((await silently(theirs.browser)).code);
  });

  it('is signed out with its session by itself, and stays when a web client of that session signs out', async () => {
    const protocol = await startProtocol();
    for (const [first, stays] of [
      ['app', false],
      ['portal', true],
    ] as const)
      for (const isConfirmed of [false, true]) {
        const app = await signInToTokens(protocol, 'app');
        const { code } = await silently(app.browser);
        const web = (await redeem(protocol, String(code))).json;
        const hint = first === 'app' ? app.tokens.id_token : web.id_token;
        if (isConfirmed) await confirm(app.browser, { client_id: first });
        else await end(app.browser, { id_token_hint: hint });
        assert.equal(await refused(protocol, app.tokens.refresh_token), !stays, `${first} ${isConfirmed}`);
        assert.equal(await refused(protocol, web.refresh_token, 'portal'), true);
        assert.equal(Boolean((await silently(app.browser)).code), false);
      }
  });

  it('is not signed out while its person is asked', async () => {
    const protocol = await startProtocol();
    const { browser, tokens } = await signInToTokens(protocol, 'app');
    assert.ok((await end(browser, { client_id: 'app' })).json.asked);
    assert.equal(await refused(protocol, tokens.refresh_token), false);
  });

  it('has, of its grant, what leads there for as long as its refresh token lives', async () => {
    const protocol = await startProtocol();
    const { claims } = await signInToTokens(protocol, 'app');
    const web = await signInToTokens(protocol, 'portal');
    const { protocolStore } = protocol.ports;
    const found = await protocolStore.find('NativeGrant', claims.sid);
    assert.deepEqual(Object.keys(found ?? {}), ['grantId']);
    assert.ok(await protocolStore.find('Grant', String(found?.grantId)));
    assert.equal(web.claims.sid, undefined);
    await protocol.pass(30 * DAY + 1);
    assert.equal(await protocolStore.find('NativeGrant', claims.sid), undefined);
  });

  it('has a whole life of its own also where its session was old when it began', async () => {
    const protocol = await startProtocol();
    const { browser, person } = await signIn(protocol);
    for (let asked = 0; asked < 20; asked++) {
      await protocol.pass(29 * 60);
      assert.ok((await silently(browser)).code);
    }
    const { tokens } = await signInToTokens(protocol, 'app', { browser, person });
    let token = tokens.refresh_token;
    for (let refreshed = 0; refreshed < 3; refreshed++) {
      await protocol.pass(29 * DAY);
      token = (await refresh(protocol, token, 'app')).json.refresh_token;
      assert.ok(token);
    }
    await protocol.pass(3 * DAY - 60);
    assert.equal(await refused(protocol, token), false);
  });

  it('is no other kind of client by its name: the register says what it is', async () => {
    const clients = CLIENTS.map((client) =>
      client.clientId === 'app' ? { ...client, native: false, redirectUris: [CLAIMED] } : client,
    );
    const protocol = await startProtocol({ clients });
    const { browser } = await signIn(protocol);
    assert.ok((await silently(browser, 'app', { redirect_uri: CLAIMED })).code);
  });
});
