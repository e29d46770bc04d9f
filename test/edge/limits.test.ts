/** The limits of the edge, as it is wired: on both sides, for each address, and until the window is over. */
import assert from 'node:assert/strict';
import { authorizeUrl } from '../protocol/support/journey.ts';
import { browserOf, type Edge, type EdgeBrowser, type EdgeOptions, giveTimeBack, openEdge } from './support/edge.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const BEGUN = 3;
const TOKENS = 4;
const CAPTCHAS = 2;
/** Seen, heard and seen again. */
const VIEWS = 4 * CAPTCHAS;
const SHARED = '198.51.100.0/24';
const FACTOR = 3;

const env = {
  THROTTLE_AUTHORIZATION_PER_MINUTE: String(BEGUN),
  THROTTLE_TOKEN_PER_ADDRESS_PER_MINUTE: String(TOKENS),
  THROTTLE_CAPTCHAS_PER_HOUR: String(CAPTCHAS),
  SHARED_ADDRESSES: SHARED,
  SHARED_ADDRESS_FACTOR: String(FACTOR),
};

type Send = (browser: EdgeBrowser) => ReturnType<EdgeBrowser['request']>;

/** How many of so many are let through; the others are told to wait. */
async function passedOf(count: number, send: () => ReturnType<Send>, later: number): Promise<number> {
  let passed = 0;
  for (let sent = 0; sent < count; sent++) {
    const { status, headers, text } = await send();
    if (status !== 429) passed += 1;
    else assert.deepEqual(headers['retry-after'], String(later), text);
  }
  return passed;
}

const ENDPOINTS: readonly [string, number, Send][] = [
  ['an authorization request', BEGUN, ({ request }) => request(authorizeUrl())],
  ['the resuming of an interaction', BEGUN, ({ request }) => request('/authorize/uid')],
  ['a sign-out', BEGUN, ({ request }) => request('/session/end')],
  ['a token request', TOKENS, ({ request }) => request('/token', { form: { client_id: 'nobody' } })],
  ['a revocation', TOKENS, ({ request }) => request('/token/revocation', { form: { client_id: 'nobody' } })],
  ['a question about a person', TOKENS, ({ request }) => request('/userinfo')],
];

describe('the limit by client address', () => {
  let edge: Edge;
  const open = async (more: EdgeOptions = {}) => {
    edge = await openEdge({ env, ...more });
  };
  beforeEach(() => open());
  afterEach(giveTimeBack);

  for (const [says, limit, send] of ENDPOINTS)
    it(`of ${says} is ${limit} a minute, whatever cookies it has`, async () => {
      const browser = browserOf(edge);
      assert.equal(await passedOf(limit, () => send(browser), MINUTE), limit);
      assert.equal((await send(browser)).status, 429);
      assert.equal((await send(browserOf(edge, 'json', browser.address))).status, 429);
      assert.notEqual((await send(browserOf(edge))).status, 429, 'another address');
      edge.move(MINUTE - 1);
      assert.equal(await passedOf(1, () => send(browser), 1), 0);
      edge.move(1);
      assert.equal(await passedOf(limit + 1, () => send(browser), MINUTE), limit);
    });

  it(`of a shared address is ${FACTOR} times as high`, async () => {
    for (const [says, limit, send] of ENDPOINTS.slice(0, 4)) {
      await open();
      const browser = browserOf(edge, 'json', '198.51.100.7');
      assert.equal(await passedOf(FACTOR * limit + 2, () => send(browser), MINUTE), FACTOR * limit, says);
    }
  });

  it('is not escaped by a header that nobody trusted writes', async () => {
    const open = await openEdge({ env: { ...env, TRUSTED_PROXIES: '10.0.0.0/8' } });
    let passed = 0;
    for (let sent = 0; sent < BEGUN + 2; sent++)
      passed += (await browserOf(open).request('/session/end')).status === 429 ? 0 : 1;
    assert.equal(passed, BEGUN);
  });

  it('is told on a page as it is to a program', async () => {
    const browser = browserOf(edge, 'html');
    for (let sent = 0; sent < BEGUN; sent++) await browser.request('/session/end');
    const { status, headers } = await browser.request('/session/end');
    assert.deepEqual([status, headers['retry-after']], [429, '60']);
    assert.match(headers['content-type'] ?? '', /^text\/html/);
  });
});

describe('the limit of the views of captchas', () => {
  afterEach(giveTimeBack);

  /** A captcha of a browser whose address has seen none yet. */
  async function open(address?: string) {
    const edge = await openEdge({ env });
    const browser = browserOf(edge, 'json', address);
    const made = async () => {
      const { json } = await browser.request(`${await browser.begin()}/captchas`, { json: {} });
      return { picture: () => browser.request(json.picture), sound: () => browser.request(json.sound) };
    };
    return { edge, browser, made, ...(await made()) };
  }

  it(`is ${VIEWS} an hour for ${CAPTCHAS} captchas, seen or heard, and not one more`, async () => {
    const { picture, sound } = await open();
    for (let seen = 0; seen < VIEWS; seen++) assert.equal((await (seen % 2 ? sound : picture)()).status, 200);
    for (const view of [picture, sound]) {
      const { status, json, headers } = await view();
      assert.deepEqual([status, json.code, headers['retry-after']], [429, 'too_many_requests', String(HOUR)]);
    }
  });

  it('ends with its hour, and not with its minute', async () => {
    const { edge, picture, made } = await open();
    for (let seen = 0; seen < VIEWS; seen++) await picture();
    edge.move(MINUTE + 1);
    assert.equal((await picture()).status, 429);
    edge.move(HOUR - MINUTE - 2);
    const late = await made();
    assert.equal((await late.picture()).status, 429, 'a second before it is over');
    edge.move(1);
    assert.equal((await late.picture()).status, 200);
  });

  it('is of one address, whichever captcha it looks at', async () => {
    const { edge, picture, browser } = await open();
    for (let seen = 0; seen < VIEWS; seen++) await picture();
    const path = '/interactions/uid/captchas/id/picture';
    assert.equal((await browser.request(path)).status, 429);
    assert.equal((await browserOf(edge).request(path)).status, 404);
  });

  it(`of a shared address is ${FACTOR} times as high`, async () => {
    const { picture } = await open('198.51.100.7');
    for (let seen = 0; seen < FACTOR * VIEWS; seen++) assert.equal((await picture()).status, 200);
    assert.equal((await picture()).status, 429);
  });

  it('is apart from that of new ones: whoever has one looks at it', async () => {
    const { browser, picture } = await open();
    const url = await browser.begin();
    let status = 200;
    while (status === 200) status = (await browser.request(`${url}/captchas`, { json: {} })).status;
    assert.equal(status, 429);
    assert.equal((await picture()).status, 200);
  });

  it('a captcha is of its interaction alone', async () => {
    const { browser, edge } = await open();
    const [own, other] = [await browser.begin(), await browser.begin()];
    const { json } = await browser.request(`${own}/captchas`, { json: {} });
    for (const kind of ['picture', 'sound'] as const) {
      assert.equal((await browser.request(json[kind])).status, 200);
      const elsewhere = json[kind].replace(own.split('/').at(-1), other.split('/').at(-1));
      assert.equal((await browser.request(elsewhere)).json.code, 'not_found');
      assert.equal((await browserOf(edge).request(json[kind])).status, 404, 'another browser');
    }
  });
});
