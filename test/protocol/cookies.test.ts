/** Every cookie of the protocol, as it is sent, with all its flags; and what each is worth without its signature. */
import assert from 'node:assert/strict';
import { authorizeUrl, open, personOf, signIn, signInToTokens } from './support/journey.ts';
import {
  type Answer,
  browserOf,
  HTTP,
  HTTPS,
  type Protocol,
  startProtocol,
  stopProtocols,
} from './support/protocol.ts';

const DAY = 24 * 60 * 60;
const PAST = 'expires=Thu, 01 Jan 1970 00:00:00 GMT';

/** Flags in the order of their names: « name; flag; flag », values aside. */
function flagsOf({ setCookies }: Pick<Answer, 'setCookies'>, uid = ''): readonly string[] {
  return setCookies
    .map((cookie) => {
      const [pair = '', ...flags] = cookie.replaceAll(uid || '\0', '{uid}').split('; ');
      return [pair.replace(/=.*/, '='), ...flags.sort()].join('; ');
    })
    .sort();
}

for (const [issuer, host, secure, flags] of [
  [HTTPS, '__Host-', '__Secure-', 'samesite=lax; secure'],
  [HTTP, '', '', 'samesite=lax'],
] as const)
  describe(`the cookies of the protocol, over ${issuer.split(':')[0]}`, () => {
    afterEach(stopProtocols);
    const start = (more: Parameters<typeof startProtocol>[0] = {}) => startProtocol({ issuer, ...more });
    const session = (more: string) => [
      `${host}mc_session.sig=; ${more}; httponly; path=/; ${flags}`,
      `${host}mc_session=; ${more}; httponly; path=/; ${flags}`,
    ];

    it('are, as an interaction begins, its own two, signed, on its paths, and the one that binds its browser, for two hours', async () => {
      const protocol = await start();
      const { begun, uid } = await open(protocol, browserOf(protocol));
      const until = 'expires=Sun, 29 Mar 2026 02:30:00 GMT; httponly';
      assert.deepEqual(
        flagsOf(begun, uid),
        [
          `${host}mc_browser_{uid}=; ${until}; path=/; ${flags}`,
          `${secure}mc_interaction.sig=; ${until}; path=/interactions/{uid}; ${flags}`,
          `${secure}mc_interaction=; ${until}; path=/interactions/{uid}; ${flags}`,
          `${secure}mc_resume.sig=; ${until}; path=/authorize/{uid}; ${flags}`,
          `${secure}mc_resume=; ${until}; path=/authorize/{uid}; ${flags}`,
        ].sort(),
      );
    });

    it('are, as it is resumed, that of the session, signed, which ends with the browser; that of resuming goes', async () => {
      const protocol = await start();
      const { answer, uid } = await signIn(protocol);
      assert.deepEqual(
        flagsOf(answer, uid),
        [
          `${secure}mc_resume.sig=; ${PAST}; httponly; path=/authorize/{uid}; ${flags}`,
          `${secure}mc_resume=; ${PAST}; httponly; path=/authorize/{uid}; ${flags}`,
          `${host}mc_session.sig=; httponly; path=/; ${flags}`,
          `${host}mc_session=; httponly; path=/; ${flags}`,
        ].sort(),
      );
    });

    it('is, of a session that is kept when the browser closes, the same, for its idle time', async () => {
      const protocol = await start({ config: { session: { persistent: true } } });
      const { answer, uid } = await signIn(protocol);
      const kept = flagsOf(answer, uid).filter((cookie) => cookie.includes('mc_session'));
      assert.deepEqual(kept, session('expires=Sun, 29 Mar 2026 01:00:00 GMT'));
    });

    it('is taken back at sign-out', async () => {
      const protocol = await start();
      const { browser, tokens } = await signInToTokens(protocol);
      const answer = await browser.request(`/session/end?id_token_hint=${tokens.id_token}`);
      assert.deepEqual(flagsOf(answer), session(PAST));
    });
  });

describe('a cookie of the protocol', () => {
  afterEach(stopProtocols);

  /** Sends cookies as they are written. */
  async function sessionOf(protocol: Protocol, cookies: Readonly<Record<string, string>>) {
    const Cookie = Object.entries(cookies)
      .map((pair) => pair.join('='))
      .join('; ');
    const { location } = await protocol.request(authorizeUrl('portal', { prompt: 'none' }), { headers: { Cookie } });
    return new URL(location).searchParams.has('code') ? 'signed in' : 'nobody';
  }

  async function cookiesOf(protocol: Protocol): Promise<Record<string, string>> {
    const { browser } = await signIn(protocol);
    const cookies = await browser.jar.getCookies(HTTPS);
    return Object.fromEntries(cookies.map(({ key, value }) => [key, value]));
  }

  it('of a session is worth nothing without its signature, with another, or of another value', async () => {
    const protocol = await startProtocol();
    const { '__Host-mc_session': value = '', '__Host-mc_session.sig': sig = '' } = await cookiesOf(protocol);
    const { '__Host-mc_session': other = '', '__Host-mc_session.sig': otherSig = '' } = await cookiesOf(protocol);
    const given = (one: string, its?: string) =>
      sessionOf(protocol, {
        '__Host-mc_session': one,
        ...(its === undefined ? {} : { '__Host-mc_session.sig': its }),
      });
    assert.equal(await given(value, sig), 'signed in');
    assert.equal(await given(other, otherSig), 'signed in');
    assert.equal(await given(value), 'nobody');
    assert.equal(await given(value, otherSig), 'nobody');
    assert.equal(await given(other, sig), 'nobody');
    assert.equal(
      await given(
        value,
        sig.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
      ),
      'nobody',
    );
  });

  it('of a session has the name of its kind of address, and no other is read', async () => {
    const protocol = await startProtocol();
    const { '__Host-mc_session': value = '', '__Host-mc_session.sig': sig = '' } = await cookiesOf(protocol);
    assert.equal(await sessionOf(protocol, { mc_session: value, 'mc_session.sig': sig }), 'nobody');
  });

  it('of an interaction is worth nothing without its signature', async () => {
    const protocol = await startProtocol();
    const browser = browserOf(protocol);
    const { interaction } = await open(protocol, browser);
    const { accountId } = await personOf(protocol);
    const login = { accountId, acr: 'eidas1', amr: ['pwd'], provedAt: protocol.clock.now() };
    const pairs = (await browser.jar.getCookieString(HTTPS + interaction)).split('; ');
    const finish = async (cookies: readonly string[]) =>
      (await protocol.request(interaction, { json: { login }, headers: { Cookie: cookies.join('; ') } })).json;
    assert.deepEqual(await finish(pairs.filter((pair) => !pair.includes('mc_interaction.sig'))), {
      code: 'interaction_not_found',
    });
    assert.ok((await finish(pairs)).to);
  });

  it('is signed with the first of the keys, and taken by any of them', async () => {
    const { config } = await startProtocol();
    const keyed = (...cookieKeys: readonly string[]) =>
      startProtocol({ config: { secrets: { ...config.secrets, cookieKeys } } });
    const [one, two, three] = ['1', '2', '3'].map((digit) => digit.repeat(43)) as [string, string, string];
    const before = await keyed(one, two);
    const browser = browserOf(before);
    const { begun, interaction } = await open(before, browser);
    const cookies = begun.setCookies.map((cookie) => cookie.split(';')[0]).join('; ');
    const looks = async (protocol: Protocol) => {
      // The same store, as another process has it, which was given other keys.
      const record = await before.ports.protocolStore.find('Interaction', interaction.split('/').at(-1) ?? '');
      await protocol.ports.protocolStore.upsert('Interaction', String(record?.jti), { ...record }, DAY);
      return (await protocol.request(interaction, { headers: { Cookie: cookies } })).json;
    };
    assert.equal((await looks(before)).prompt, 'login');
    assert.equal((await looks(await keyed(two, one))).prompt, 'login', 'the key that signed is the second now');
    assert.deepEqual(await looks(await keyed(two, three)), { code: 'interaction_not_found' });
  });
});
