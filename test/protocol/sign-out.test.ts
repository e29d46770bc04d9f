/** How a session ends: in one act with an ID token of it, by a question without one, and what ends with it. */
import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import { authorizeUrl, redeem, refresh, signIn, signInToTokens, silently, userinfo } from './support/journey.ts';
import {
  type Browser,
  browserOf,
  HTTP,
  HTTPS,
  type Protocol,
  startProtocol,
  stopProtocols,
} from './support/protocol.ts';

const BYE = 'https://portal.test/bye';

const end = (browser: Browser, given: Readonly<Record<string, string>>) =>
  browser.request(`/session/end?${new URLSearchParams(given)}`);

const isSignedIn = async (browser: Browser) => Boolean((await silently(browser)).code);

const isCurrent = async (protocol: Protocol, accessToken: string) =>
  (await userinfo(protocol, accessToken)).status === 200;

/** Another client of the same session. */
async function alsoAt(protocol: Protocol, browser: Browser, clientId: string) {
  const { code } = await silently(browser, clientId);
  return (await redeem(protocol, String(code), clientId)).json;
}

describe('a sign-out', () => {
  afterEach(stopProtocols);

  it('with an ID token of the session is one act: the session and every grant of it end, and the relying party is told', async () => {
    const protocol = await startProtocol();
    const { browser, tokens } = await signInToTokens(protocol);
    const others = await alsoAt(protocol, browser, 'plain');
    const { status, location } = await end(browser, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: BYE,
      state: 'é & =',
    });
    assert.deepEqual([status, location], [303, `${BYE}?state=%C3%A9+%26+%3D`]);
    assert.equal(await isSignedIn(browser), false);
    for (const token of [tokens.access_token, others.access_token])
      assert.equal(await isCurrent(protocol, token), false);
    for (const [token, clientId] of [
      [tokens.refresh_token, 'portal'],
      [others.refresh_token, 'plain'],
    ])
      assert.equal((await refresh(protocol, token, clientId)).json.error, 'invalid_grant');
    assert.deepEqual(protocol.ports.audit.events, [], 'it is no replay');
  });

  for (const clientId of ['portal'])
    it(`of « ${clientId} » is not told to be done where its grant cannot be ended`, async () => {
      let isAway = false;
      const protocol = await startProtocol({
        ports: ({ protocolStore }) => ({
          protocolStore: {
            ...protocolStore,
            async destroy(model, id) {
              if (model === 'Grant') await new Promise((resolve) => setImmediate(resolve));
              if (model === 'Grant' && isAway) throw new ServiceError('store_unavailable');
              await protocolStore.destroy(model, id);
            },
          },
        }),
      });
      for (const [away, status] of [
        [false, 303],
        [true, 503],
      ] as const) {
        const { browser, tokens } = await signInToTokens(protocol, clientId);
        isAway = away;
        assert.equal((await end(browser, { id_token_hint: tokens.id_token })).status, status);
      }
    });

  it('ends the grants that other clients have of the session, and leaves nothing of them behind', async () => {
    const protocol = await startProtocol();
    const { protocolStore } = protocol.ports;
    const { browser, tokens } = await signInToTokens(protocol);
    const others = await alsoAt(protocol, browser, 'plain');
    const grantOf = async (token: string) => String((await protocolStore.find('RefreshToken', token))?.grantId);
    const grants = [await grantOf(tokens.refresh_token), await grantOf(others.refresh_token)];
    for (const grant of grants) assert.ok(await protocolStore.find('Grant', grant));
    await end(browser, { id_token_hint: tokens.id_token });
    for (const grant of grants) assert.equal(await protocolStore.find('Grant', grant), undefined);
  });

  it('without a state, or without an address, leads there all the same, or to our own page', async () => {
    for (const issuer of [HTTPS, HTTP]) {
      const protocol = await startProtocol({ issuer });
      const hintOf = async () => {
        const { browser, tokens } = await signInToTokens(protocol);
        return { browser, id_token_hint: tokens.id_token as string };
      };
      const one = await hintOf();
      const bare = await end(one.browser, { id_token_hint: one.id_token_hint, post_logout_redirect_uri: BYE });
      assert.equal(bare.location, BYE);
      const two = await hintOf();
      const own = await end(two.browser, { id_token_hint: two.id_token_hint, state: 's' });
      assert.equal(own.location, `${issuer}/session/end/success?client_id=portal`);
      assert.deepEqual((await two.browser.request(own.location)).json, { left: 'portal' });
    }
  });

  it('takes a hint that has expired, of a refresh too', async () => {
    const protocol = await startProtocol();
    const { browser, tokens } = await signInToTokens(protocol);
    await protocol.pass(1200);
    assert.ok(await isSignedIn(browser));
    const { json: fresh } = await refresh(protocol, tokens.refresh_token);
    await protocol.pass(1200);
    assert.ok(await isSignedIn(browser));
    assert.equal((await end(browser, { id_token_hint: fresh.id_token })).status, 303);
    assert.equal(await isSignedIn(browser), false);
  });

  it('asks its person without a hint, with the hint of another person, and of a client that they were not signed in to', async () => {
    const protocol = await startProtocol();
    const { browser, tokens, person } = await signInToTokens(protocol);
    const another = await signInToTokens(protocol);
    const elsewhere = await signInToTokens(protocol, 'plain', { person });
    const hints: readonly Readonly<Record<string, string>>[] = [
      {},
      { client_id: 'portal' },
      { id_token_hint: another.tokens.id_token },
      { id_token_hint: elsewhere.tokens.id_token },
    ];
    for (const hint of hints) {
      const { status, json } = await end(browser, hint);
      assert.deepEqual([status, typeof json.asked], [200, 'string'], Object.keys(hint).join());
      assert.ok(await isSignedIn(browser));
    }
    assert.ok(await isCurrent(protocol, tokens.access_token));
    assert.equal((await end(browser, { id_token_hint: tokens.id_token })).status, 303);
  });

  it('that is confirmed ends the session and its grants; one that is not confirmed, or by another, ends nothing', async () => {
    const protocol = await startProtocol();
    const { browser, tokens } = await signInToTokens(protocol);
    const confirm = (who: Browser, xsrf: string) =>
      who.request('/session/end/confirm', { form: { xsrf, logout: 'yes' } });
    const asked = await end(browser, { client_id: 'portal', post_logout_redirect_uri: BYE, state: 's' });
    assert.equal((await confirm(browser, 'x')).status, 400);
    assert.equal((await confirm(browserOf(protocol), asked.json.asked)).status, 400);
    assert.ok(await isSignedIn(browser));
    const again = await end(browser, { client_id: 'portal', post_logout_redirect_uri: BYE, state: 's' });
    const { status, location } = await confirm(browser, again.json.asked);
    assert.deepEqual([status, location], [303, `${BYE}?state=s`]);
    assert.equal(await isSignedIn(browser), false);
    assert.equal(await isCurrent(protocol, tokens.access_token), false);
  });

  it('leads to no address that is not registered, and then ends nothing', async () => {
    const protocol = await startProtocol();
    const { browser, tokens } = await signInToTokens(protocol);
    for (const address of [
      'https://evil.test/',
      `${BYE}/`,
      `${BYE}?x`,
      'https://portal.test/callback',
      'https://portal.test',
    ]) {
      const { status, json } = await end(browser, {
        id_token_hint: tokens.id_token,
        post_logout_redirect_uri: address,
      });
      assert.deepEqual([status, json.error], [400, 'invalid_request'], address);
    }
    assert.ok(await isSignedIn(browser));
    assert.equal((await end(browser, { id_token_hint: tokens.id_token, post_logout_redirect_uri: BYE })).location, BYE);
  });
});

describe('what ended every session of an account', () => {
  afterEach(stopProtocols);

  /** As a new password does. */
  async function endSessions({ ports }: Protocol, accountId: string): Promise<void> {
    const { accounts, passwords, clock } = ports;
    const hash = await passwords.hash('Une-Autre-Ardoise-73');
    const provedAt = new Date(clock.now().getTime() + 1);
    const event = {
      kind: 'password-recovery',
      outcome: 'password-changed',
      accountId,
      clientId: 'portal',
      requestId: 'request-2',
      clientAddressIndex: 'an index',
    } as const;
    assert.ok(await accounts.setPassword(accountId, hash, provedAt, event));
  }

  /** Signs in so many milliseconds after the whole second, and ends the sessions of the account so many after it. */
  async function doorsOf(begunMs: number, endedMs: number): Promise<readonly boolean[]> {
    const protocol = await startProtocol();
    await protocol.pass(begunMs / 1000);
    const { browser, person, tokens } = await signInToTokens(protocol);
    const waiting = String((await silently(browser)).code);
    await protocol.pass((endedMs - begunMs) / 1000);
    await endSessions(protocol, person.accountId);
    await protocol.pass(2);
    return [
      Boolean((await silently(browser)).code),
      (await redeem(protocol, waiting)).status === 200,
      (await refresh(protocol, tokens.refresh_token)).status === 200,
      await isCurrent(protocol, tokens.access_token),
    ];
  }

  for (const [what, begunMs, endedMs, holds] of [
    ['a second before', 400, 1400, false],
    ['a millisecond before, in one second', 499, 500, false],
    ['at the same millisecond', 500, 500, true],
  ] as const)
    it(`${holds ? 'leaves' : 'ends'} what began ${what}: session, code, refresh token and access token`, async () => {
      assert.deepEqual(await doorsOf(begunMs, endedMs), [holds, holds, holds, holds]);
    });

  it('leaves a sign-in that comes after it, in the same second too', async () => {
    const protocol = await startProtocol();
    await protocol.pass(0.2);
    const { person } = await signIn(protocol);
    await endSessions(protocol, person.accountId);
    await protocol.pass(0.3);
    const { browser, tokens } = await signInToTokens(protocol, 'portal', { person });
    assert.ok(await isSignedIn(browser));
    assert.ok(await isCurrent(protocol, tokens.access_token));
    assert.equal((await refresh(protocol, tokens.refresh_token)).status, 200);
  });

  it('has the person asked who they are where a session of before is there', async () => {
    const protocol = await startProtocol();
    const { browser, person } = await signIn(protocol);
    await protocol.pass(5);
    assert.match((await browser.request(authorizeUrl())).location, /code=/);
    await endSessions(protocol, person.accountId);
    const { location } = await browser.request(authorizeUrl());
    assert.match(location, /interactions/);
    const login = { accountId: person.accountId, acr: 'eidas1', amr: ['pwd'], provedAt: protocol.clock.now() };
    const { json } = await browser.request(location, { json: { login } });
    assert.match((await browser.request(json.to)).location, /code=/);
  });
});
