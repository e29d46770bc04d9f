/** The cookies that the edge sets itself, with all their flags; those of the protocol are in test/protocol. */
import assert from 'node:assert/strict';
import { KNOWN_SECONDS } from '../../src/domain/known-browser.ts';
import { ownAddress } from '../../src/http/middleware/own-address.ts';
import { readBrowser } from '../../src/http/steps/browser-cookies.ts';
import { ask } from '../middleware/application.ts';
import { createPerson, INITIAL_PASSWORD, PASSWORD } from '../support/people.ts';
import { browserOf, giveTimeBack, HTTP, HTTPS, openEdge } from './support/edge.ts';

const GONE = 'expires=Thu, 01 Jan 1970 00:00:00 GMT';

/** « name; flags », values aside, of those two. */
function ownOf(setCookies: readonly string[]): readonly string[] {
  const own = setCookies.filter((cookie) => /^(__\w+-)?mc_(remembered|device)/.test(cookie));
  return own.map((cookie) => cookie.replace(/=[^;]*/, '')).sort();
}

for (const [issuer, prefix, path, secure] of [
  [HTTP, '', '/interactions', ''],
  [HTTPS, '__Host-', '/', 'secure'],
] as const)
  describe(`the cookies that outlive an interaction, over ${new URL(issuer).protocol}`, () => {
    afterEach(giveTimeBack);
    const cookie = (name: string, ends: string) => {
      const order = [`path=${path}`, ends, 'samesite=lax', ...(secure ? [secure] : []), 'httponly'];
      return `${prefix}mc_${name}; ${order.join('; ')}`;
    };

    async function signIn(remember: boolean | undefined, password = PASSWORD) {
      const edge = await openEdge({ issuer });
      const browser = browserOf(edge);
      const person = await createPerson(edge, { password, initial: password === INITIAL_PASSWORD });
      const interaction = await browser.begin();
      const json = { identifierType: 'nir', identifier: person.identifier, password, ...(remember && { remember }) };
      const answer = await browser.request(`${interaction}/sign-in`, { json });
      return { edge, browser, person, answer };
    }

    it('are one that knows the browser, and one of the identifier where the person asked for it', async () => {
      const { edge, answer } = await signIn(true);
      const until = (seconds: number) =>
        `expires=${new Date(edge.ports.clock.now().getTime() + seconds * 1000).toUTCString()}`;
      const { rememberIdentifierSeconds } = edge.config.times;
      assert.deepEqual(ownOf(answer.setCookies), [
        cookie('device', until(KNOWN_SECONDS)),
        cookie('remembered', until(rememberIdentifierSeconds)),
      ]);
    });

    it('are the first alone where the person did not ask', async () => {
      const { answer } = await signIn(undefined);
      assert.deepEqual(
        ownOf(answer.setCookies).map((one) => one.split(';')[0]),
        [`${prefix}mc_device`],
      );
    });

    it('are none where nobody signed in', async () => {
      const { browser } = await signIn(true);
      const interaction = await browser.begin('portal', { prompt: 'login' });
      const json = { identifierType: 'nir', identifier: '2550814168025', password: 'wrong' };
      assert.deepEqual(ownOf((await browser.request(`${interaction}/sign-in`, { json })).setCookies), []);
    });

    it('is taken back where the identifier is forgotten, and it alone', async () => {
      const { browser } = await signIn(true);
      const interaction = await browser.begin('portal', { prompt: 'login' });
      assert.ok((await browser.request(interaction)).json.remembered);
      const answer = await browser.request(`${interaction}/forget-identifier`, { json: {} });
      assert.deepEqual(ownOf(answer.setCookies), [cookie('remembered', GONE)]);
      assert.equal((await browser.request(interaction)).json.remembered, undefined);
    });
  });

describe('a cookie that a browser sent', () => {
  const read = async (cookie: string, secure = false) => {
    let tokens: unknown;
    const address = secure ? HTTPS : HTTP;
    await ask([ownAddress(address)], { headers: { Cookie: cookie } }, (ctx) => {
      tokens = readBrowser(ctx);
    });
    return tokens;
  };

  it('is read by the name that it has over http, or over https', async () => {
    const both = 'mc_remembered=plain; __Host-mc_remembered=host; mc_device=plain; __Host-mc_device=host';
    assert.deepEqual(await read(both), { remembered: 'plain', device: 'plain' });
    assert.deepEqual(await read(both, true), { remembered: 'host', device: 'host' });
    assert.deepEqual(await read('mc_remembered=plain', true), { remembered: undefined, device: undefined });
  });

  it('has 2048 characters at most, or is as absent', async () => {
    const long = 'x'.repeat(2048);
    assert.deepEqual(await read(`mc_remembered=${long}; mc_device=${long}x`), { remembered: long, device: undefined });
    assert.deepEqual(await read('mc_remembered=; mc_device='), { remembered: undefined, device: undefined });
  });
});
