/** How long each thing lives, a second before and a second after, on a clock that is moved. */
import assert from 'node:assert/strict';
import {
  authorizeUrl,
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

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What this leads to at the last second of a life, and at the first after it; each in a service of its own. */
async function atTheEnd<Begun>(
  seconds: number,
  begin: (protocol: Protocol) => Promise<Begun>,
  ask: (protocol: Protocol, begun: Begun) => Promise<unknown>,
  more?: Parameters<typeof startProtocol>[0],
): Promise<readonly unknown[]> {
  const said = [];
  for (const age of [seconds - 1, seconds + 1]) {
    const protocol = await startProtocol(more);
    const begun = await begin(protocol);
    await protocol.pass(age);
    said.push(await ask(protocol, begun));
  }
  return said;
}

const isCurrent = async (browser: Browser) => Boolean((await silently(browser)).code);

describe('the life', () => {
  afterEach(stopProtocols);

  it('of a code is a minute', async () => {
    const said = await atTheEnd(
      MINUTE,
      (protocol) => signIn(protocol),
      async (protocol, { code }) => (await redeem(protocol, code)).json.error ?? 'tokens',
    );
    assert.deepEqual(said, ['tokens', 'invalid_grant']);
  });

  it('of an access token is its own where a store keeps it longer, but for five seconds between two clocks', async () => {
    const said = await atTheEnd(
      10 * MINUTE + 5,
      (protocol) => signInToTokens(protocol),
      async (protocol, { tokens }) => (await userinfo(protocol, tokens.access_token)).status,
      {
        ports: ({ protocolStore }) => ({
          protocolStore: {
            ...protocolStore,
            upsert: (model, id, record, seconds) => protocolStore.upsert(model, id, record, seconds + HOUR),
          },
        }),
      },
    );
    assert.deepEqual(said, [200, 401]);
  });

  it('of an access token is ten minutes, which the answer says', async () => {
    const said = await atTheEnd(
      10 * MINUTE,
      (protocol) => signInToTokens(protocol),
      async (protocol, { tokens }) => [tokens.expires_in, (await userinfo(protocol, tokens.access_token)).status],
    );
    assert.deepEqual(said, [
      [600, 200],
      [600, 401],
    ]);
  });

  it('of an ID token is ten minutes', async () => {
    const { claims } = await signInToTokens(await startProtocol());
    assert.equal(claims.exp - claims.iat, 600);
  });

  it('of a session is half an hour without a request', async () => {
    const said = await atTheEnd(
      30 * MINUTE,
      (protocol) => signIn(protocol),
      (_, { browser }) => isCurrent(browser),
    );
    assert.deepEqual(said, [true, false]);
  });

  it('of a session that is asked again and again is twelve hours from the sign-in, and that of its refresh token too', async () => {
    const said = await atTheEnd(
      24 * MINUTE,
      async (protocol) => {
        const signedIn = await signInToTokens(protocol);
        for (let asked = 0; asked < 24; asked++) {
          await protocol.pass(29 * MINUTE);
          assert.ok(await isCurrent(signedIn.browser), `after ${asked + 1} times 29 minutes`);
        }
        return signedIn;
      },
      async (protocol, { browser, tokens }) => [
        await isCurrent(browser),
        (await refresh(protocol, tokens.refresh_token)).json.error ?? 'tokens',
      ],
    );
    assert.deepEqual(said, [
      [true, 'tokens'],
      [false, 'invalid_grant'],
    ]);
  });

  it('of a session that is kept when the browser closes is that of its cookie', async () => {
    const protocol = await startProtocol({ config: { session: { persistent: true } } });
    const { browser } = await signIn(protocol);
    await protocol.pass(29 * MINUTE);
    assert.ok(await isCurrent(browser));
    const [cookie] = (await browser.jar.getCookies('https://account.test')).filter(({ key }) =>
      key.endsWith('session'),
    );
    assert.equal(Number(new Date(String(cookie?.expires))), protocol.clock.now().getTime() + 30 * MINUTE * 1000);
  });

  it('of a refresh token is that of its session: half an hour without a request', async () => {
    const idle = await atTheEnd(
      30 * MINUTE,
      (protocol) => signInToTokens(protocol),
      async (protocol, { tokens }) => (await refresh(protocol, tokens.refresh_token)).json.error ?? 'tokens',
    );
    assert.deepEqual(idle, ['tokens', 'invalid_grant']);
  });

  it('of a refresh token is its own where a session is given longer: the twelve hours', async () => {
    const lives = new Map<string, number>();
    const protocol = await startProtocol({
      ports: ({ protocolStore }) => ({
        protocolStore: {
          ...protocolStore,
          upsert(model, id, payload, seconds) {
            lives.set(model, seconds);
            return protocolStore.upsert(model, id, payload, seconds);
          },
        },
      }),
    });
    await signInToTokens(protocol);
    assert.deepEqual(Object.fromEntries(lives), {
      ...{ AccessToken: 600, AuthorizationCode: 60, Grant: 12 * HOUR, Interaction: 2 * HOUR },
      ...{ RefreshToken: 12 * HOUR, RefreshFamily: 12 * HOUR, Session: 30 * MINUTE },
    });
    await signInToTokens(protocol, 'app');
    assert.deepEqual(
      ['RefreshToken', 'RefreshFamily', 'NativeGrant', 'Grant'].map((model) => lives.get(model)),
      [30 * DAY, 30 * DAY, 30 * DAY, 12 * HOUR + 90 * DAY],
    );
    await signInToTokens(protocol, 'forgetful');
    assert.equal(lives.get('Grant'), 12 * HOUR, 'without refresh tokens there is nothing to keep');
  });

  it('of a refresh token of a native client is thirty days, and its family ninety', async () => {
    const idle = await atTheEnd(
      30 * DAY,
      (protocol) => signInToTokens(protocol, 'app'),
      async (protocol, { tokens }) => (await refresh(protocol, tokens.refresh_token, 'app')).json.error ?? 'tokens',
    );
    assert.deepEqual(idle, ['tokens', 'invalid_grant']);
    const whole = await atTheEnd(
      15 * DAY,
      async (protocol) => {
        let { refresh_token: token } = (await signInToTokens(protocol, 'app')).tokens;
        for (let refreshed = 0; refreshed < 3; refreshed++) {
          await protocol.pass(25 * DAY);
          token = (await refresh(protocol, token, 'app')).json.refresh_token;
          assert.ok(token);
        }
        return token as string;
      },
      async (protocol, token) => (await refresh(protocol, token, 'app')).json.error ?? 'tokens',
    );
    assert.deepEqual(whole, ['tokens', 'invalid_grant']);
  });

  it('of an interaction is a quarter of an hour from its last step, an hour in all, and two where it may begin anew', async () => {
    const looks = async (_: Protocol, [browser, at]: readonly [Browser, string]) => (await browser.request(at)).json;
    const begin = async (protocol: Protocol) => {
      const browser = browserOf(protocol);
      return [browser, (await open(protocol, browser)).interaction] as const;
    };
    const [before, after] = (await atTheEnd(15 * MINUTE, begin, looks)) as { seconds?: number; code?: string }[];
    assert.deepEqual([before?.seconds, before?.code, after?.code], [1, undefined, 'interaction_expired']);

    const anew = async (protocol: Protocol, [browser, at]: readonly [Browser, string]) =>
      looks(protocol, [browser, `${at}?restart`]);
    const [restarted, over] = (await atTheEnd(2 * HOUR, begin, anew)) as { isRestarted?: boolean; code?: string }[];
    assert.deepEqual([restarted?.isRestarted, over?.code], [true, 'interaction_not_found']);
  });

  it('of what was proved is no longer than that of its session says: a sign-in long before counts', async () => {
    const protocol = await startProtocol();
    const browser = browserOf(protocol);
    const { accountId } = await personOf(protocol);
    const { interaction } = await open(protocol, browser);
    const provedAt = new Date(protocol.clock.now().getTime() - 12 * HOUR * 1000 + 5000);
    const login = { accountId, acr: 'eidas1', amr: ['pwd'], provedAt };
    const { json } = await browser.request(interaction, { json: { login } });
    assert.match((await browser.request(json.to)).location, /[?&]code=/);
    await protocol.pass(4);
    assert.ok(await isCurrent(browser));
    await protocol.pass(2);
    assert.equal((await browser.request(authorizeUrl('portal', { prompt: 'none' }))).location.includes('code='), false);
  });
});
