import assert from 'node:assert/strict';
import { PUBLIC_CONTRACT, readDocument } from '../../src/http/contract/documents.ts';
import { readRange } from '../../src/http/ranges.ts';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const FRONT_END = 'http://localhost:4999';
const OTHER = 'https://evil.example';

describe('a front end on another origin of the same site', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ env: { UI_URL: `${FRONT_END}/sign-in` } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  const operations = readDocument(PUBLIC_CONTRACT).operations.filter(({ path }) =>
    /^\/(interactions|reference)\//.test(path),
  );

  for (const { id, method, path } of operations)
    it(`may call ${id} with credentials, and no other origin may`, async () => {
      const visitor = new Visitor();
      const { interaction } = await openInteraction(visitor, party);
      const uid = interaction.split('/').at(-1) ?? '';
      const names: Readonly<Record<string, string>> = { uid, captchaId: 'unknown', departement: '14' };
      const url = service.url + path.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? '');
      const asked = { 'Access-Control-Request-Method': method.toUpperCase() };
      const preflight = (Origin: string) => visitor.request(url, { method: 'OPTIONS', headers: { ...asked, Origin } });

      const { status, headers } = await preflight(FRONT_END);
      assert.equal(status, 204);
      assert.equal(headers.get('access-control-allow-origin'), FRONT_END);
      assert.equal(headers.get('access-control-allow-credentials'), 'true');
      assert.ok(headers.get('access-control-allow-methods')?.split(', ').includes(method.toUpperCase()));
      assert.match(headers.get('access-control-allow-headers') ?? '', /Content-Type.*Range/);
      assert.match(headers.get('vary') ?? '', /Origin/);
      assert.equal((await preflight(OTHER)).headers.get('access-control-allow-origin'), null);

      const json = method === 'post' ? { json: {} } : {};
      const answer = await visitor.request(url, {
        method: method.toUpperCase(),
        ...json,
        headers: { Origin: FRONT_END },
      });
      assert.equal(answer.headers.get('access-control-allow-origin'), FRONT_END, 'whatever the answer is');
      assert.match(answer.headers.get('access-control-expose-headers') ?? '', /Date, Retry-After/);
    });

  it('reads what was refused before any operation was found', async () => {
    const { uid } = { uid: 'Qf3kWm0tVbq2' };
    for (const path of [
      '/reference/nowhere',
      `/interactions/${uid}/nowhere`,
      `/interactions/${uid}?a=${'a'.repeat(5000)}`,
    ]) {
      const { status, headers } = await new Visitor().request(service.url + path, { headers: { Origin: FRONT_END } });
      assert.ok(status >= 400, path);
      assert.equal(headers.get('access-control-allow-origin'), FRONT_END, path);
    }
  });

  it('reads places that are everybody’s from anywhere, without CORS', async () => {
    const { status, headers } = await new Visitor().request(`${service.url}/reference/countries`, {
      headers: { Origin: OTHER },
    });
    assert.deepEqual([status, headers.get('access-control-allow-origin')], [200, null]);
  });

  it('sends a captcha the body that the contract says, or is told what is wrong', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const made = await visitor.request(`${interaction}/captchas`, { json: {} });
    assert.equal(made.status, 200);
    const odd = await visitor.request(`${interaction}/captchas`, { json: { colour: 'grey' } });
    assert.deepEqual([odd.status, odd.json.errors[0].field, odd.json.errors[0].code], [422, 'colour', 'field_unknown']);
    const list = await visitor.request(`${interaction}/captchas`, { json: [] });
    assert.deepEqual([list.status, list.json.code], [400, 'malformed_body']);
    const form = await visitor.request(`${interaction}/captchas`, { form: { a: 'b' } });
    assert.deepEqual([form.status, form.json.code], [415, 'unsupported_media_type']);
  });

  it('plays the sound of a captcha in a browser that asks for it by ranges', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const { json } = await visitor.request(`${interaction}/captchas`, { json: {} });
    const ask = async (headers: Record<string, string>) => {
      const cookie = await visitor.jar.getCookieString(json.sound);
      const answer = await fetch(json.sound, { headers: { Cookie: cookie, ...headers } });
      return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
    };
    const whole = await ask({});
    assert.equal(whole.status, 200);
    assert.equal(whole.headers.get('accept-ranges'), 'bytes');
    const size = whole.body.length;
    const first = await ask({ Range: 'bytes=0-1' });
    assert.deepEqual([first.status, first.headers.get('content-range')], [206, `bytes 0-1/${size}`]);
    assert.equal(first.headers.get('content-type'), 'audio/wav');
    const rest = await ask({ Range: 'bytes=2-' });
    assert.equal(rest.headers.get('content-range'), `bytes 2-${size - 1}/${size}`);
    assert.ok(Buffer.concat([first.body, rest.body]).equals(whole.body), 'the parts make the whole');
    const beyond = await ask({ Range: `bytes=${size}-` });
    assert.deepEqual([beyond.status, beyond.headers.get('content-range')], [416, `bytes */${size}`]);
    assert.equal((await ask({ Range: 'bytes=0-1', 'If-Range': '"x"' })).status, 200);
  });
});

describe('a range of ten bytes', () => {
  for (const [header, range] of [
    ['bytes=0-', { first: 0, last: 9 }],
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=9-9', { first: 9, last: 9 }],
    ['bytes=5-100', { first: 5, last: 9 }],
    ['bytes=-3', { first: 7, last: 9 }],
    ['bytes=-100', { first: 0, last: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=10-12', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['', undefined],
    ['bytes=', undefined],
    ['bytes=-', undefined],
    ['bytes=5-2', undefined],
    ['bytes=0-1,4-5', undefined],
    ['bytes=a-b', undefined],
    ['lines=0-1', undefined],
  ] as const)
    it(`« ${header} » is ${JSON.stringify(range) ?? 'the whole'}`, () =>
      assert.deepEqual(readRange(header, 10), range));
});
