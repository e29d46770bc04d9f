import assert from 'node:assert/strict';
import { loadContract } from '../../src/http/contract/contract.ts';
import { protocolPaths } from '../../src/oidc/paths.ts';
import { sendRaw } from '../support/raw-request.ts';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { randomAddress, Visitor } from '../support/visitor.ts';

const LIMIT = 10;
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** Other spellings of a path, each of which some router takes for it. */
function spellingsOf(path: string): readonly string[] {
  const first = path[1] ?? '';
  const encoded = `%${first.charCodeAt(0).toString(16)}`;
  return [
    path.toUpperCase(),
    `/${first.toUpperCase()}${path.slice(2)}`,
    path.slice(0, -1) + path.slice(-1).toUpperCase(),
    `${path}/`,
    `${path}//`,
    `${path}/.`,
    `/.${path}`,
    `/x/..${path}`,
    `/${encoded}${path.slice(2)}`,
    `/${encoded.toUpperCase()}${path.slice(2)}`,
    path.replaceAll('/', '//').replace(/^\/\//, '/'),
    path.replaceAll('/', '/./'),
    `/${path.slice(1).replaceAll('/', '\\')}`,
    `/\\${path.slice(1)}`,
    `${path};x=1`,
    `${path}%2f`,
    `${path}%20`,
    `${path}%00`,
    // Kelvin sign and long s fold to K and S.
    path.replace(/k/g, '%E2%84%AA').replace(/s/g, '%C5%BF'),
  ].filter((spelling) => spelling !== path);
}

describe('the spelling of a path', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({
      env: {
        THROTTLE_AUTHORIZATION_PER_MINUTE: String(LIMIT),
        THROTTLE_TOKEN_PER_ADDRESS_PER_MINUTE: String(LIMIT),
        THROTTLE_SIGN_IN_PER_MINUTE: String(LIMIT),
      },
    });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  const throttled = [
    ['/authorize', 'GET'],
    ['/session/end', 'GET'],
    ['/token', 'POST'],
    ['/token/revocation', 'POST'],
    ['/userinfo', 'GET'],
    ['/userinfo', 'POST'],
  ] as const;
  for (const [path, method] of throttled)
    it(`does not get past the limit of ${method} ${path}`, async () => {
      const from = randomAddress();
      const query = path === '/authorize' ? new URL((await party.begin()).url).search : '';
      const spellings = [path, ...spellingsOf(path)];
      const answered: string[] = [];
      for (let sent = 0; sent < 130; sent++) {
        const target = (spellings[sent % spellings.length] ?? path) + query;
        const { status } = await sendRaw(service.url, target, {
          method,
          from,
          headers: FORM,
          body: method === 'POST' ? 'a=b' : undefined,
        });
        if (status !== 404 && status !== 429) answered.push(`${status} ${target.split('?')[0]}`);
      }
      assert.ok(answered.length > 0, 'the path itself is answered');
      assert.ok(answered.length <= LIMIT, answered.join('\n'));
      assert.deepEqual([...new Set(answered.map((line) => line.split(' ')[1]))], [path]);
    });

  it('is none but its own, for every path that the contract has', async () => {
    const { paths: ofContract } = loadContract();
    const all = [...ofContract, ...protocolPaths, '/docs', '/docs/:name', '/pages/:name', '/assets/:name'];
    const paths = all.map((path) => path.replace(/:\w+/g, '1'));
    assert.ok(paths.length > 30);
    for (const path of paths)
      for (const spelling of spellingsOf(path)) {
        const { text } = await sendRaw(service.url, spelling);
        assert.equal(JSON.parse(text).code, 'not_found', `${spelling} ${text}`);
      }
  });

  it('does not get past the comparison of origins', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const path = `${new URL(interaction).pathname}/sign-in`;
    const headers = {
      Origin: 'https://evil.example',
      'Content-Type': 'application/json',
      Cookie: await visitor.jar.getCookieString(`${interaction}/sign-in`),
    };
    const body = JSON.stringify({ identifierType: 'nir', identifier: '2550814168025', password: 'x' });
    for (const spelling of [path, ...spellingsOf(path)]) {
      const {
        status,
        text,
        headers: answered,
      } = await sendRaw(service.url, spelling, { method: 'POST', headers, body });
      assert.match(text, spelling === path ? /origin_not_allowed/ : /not_found/, `${spelling} ${status}`);
      assert.equal(answered['access-control-allow-origin'], undefined);
    }
  });

  it('is refused as a page to a browser', async () => {
    const { status, text } = await sendRaw(service.url, '/AUTHORIZE', { headers: { Accept: 'text/html' } });
    assert.equal(status, 404);
    assert.match(text, /<h1/);
  });
});
