/** The small parts of the edge: languages, ranges and bodies. */
import assert from 'node:assert/strict';
import { chosenLocale, firstKnownLocale, localeOf, otherLanguageUrl } from '../../src/http/locale.ts';
import { sendRange } from '../../src/http/ranges.ts';
import { readBody, readJson } from '../../src/http/read-body.ts';
import { localeOfStep, localeToKeep } from '../../src/http/steps/context.ts';
import { ask, type Sent } from '../middleware/application.ts';
import { createPlace } from '../middleware/place.ts';

describe('the language of an answer', () => {
  const asking = (accepted: string | false, lang?: unknown) => ({ acceptsLanguages: () => accepted, query: { lang } });

  it('is the first that is known, whatever its region', () => {
    for (const [tags, locale] of [
      [['de', 'en-GB', 'fr'], 'en'],
      [['FR-ca'], 'fr'],
      [['english', 'french', 'e'], undefined],
      [[], undefined],
    ] as const)
      assert.equal(firstKnownLocale(tags), locale, tags.join());
  });

  it('is what its link says, then what was asked for, then what the browser accepts, then French', () => {
    assert.equal(localeOf(asking('fr', 'en'), ['fr']), 'en');
    assert.equal(localeOf(asking('fr', 'de'), ['en']), 'en');
    assert.equal(localeOf(asking('en')), 'en');
    for (const accepted of ['fr', false] as const) assert.equal(localeOf(asking(accepted)), 'fr');
    for (const odd of [['en'], undefined, { en: 1 }, 'de'])
      assert.equal(chosenLocale({ query: { lang: odd } }), undefined);
  });

  it('of a step is what its link says, then what its place remembers', async () => {
    const seen: unknown[] = [];
    const place = createPlace({ locales: () => ['en', 'fr'] });
    for (const target of ['/', '/?lang=fr', '/?lang=de'])
      await ask([], { target, headers: { 'Accept-Language': 'fr' } }, (ctx) => {
        seen.push(localeOfStep(ctx, place), localeToKeep(ctx, place));
      });
    assert.deepEqual(seen, ['en', undefined, 'fr', 'fr', 'en', 'en']);
    await ask([], { headers: { 'Accept-Language': 'en' } }, (ctx) => void seen.push(localeOfStep(ctx, createPlace())));
    assert.equal(seen.at(-1), 'en');
  });

  const links: readonly [string, string, 'fr' | 'en', string][] = [
    ['GET', '/pages/help', 'fr', '/pages/help?lang=en'],
    ['HEAD', '/pages/help?lang=en&a=1', 'en', '/pages/help?lang=fr&a=1'],
    ['POST', '/interactions/uid/sign-in?identifier_type=nir', 'fr', '/interactions/uid?lang=en'],
    ['GET', '//evil.example/x', 'fr', '/evil.example/x?lang=en'],
    ['GET', '/\\evil.example', 'fr', '/evil.example?lang=en'],
    ['GET', '/a?b=1?c=2', 'fr', '/a?b=1&lang=en'],
  ];
  for (const [method, originalUrl, locale, url] of links)
    it(`is changed, of ${method} ${originalUrl}, at ${url}`, () => {
      assert.equal(otherLanguageUrl({ method, originalUrl }, locale), url);
    });

  it('is changed at an address that holds what else it must', () => {
    assert.equal(
      otherLanguageUrl({ method: 'GET', originalUrl: '/a?back=x' }, 'fr', { back: '/i' }),
      '/a?back=%2Fi&lang=en',
    );
  });
});

describe('a range of a body', () => {
  const content = Buffer.from('0123456789');
  const rangeOf = (headers: Readonly<Record<string, string>>) =>
    ask([], { headers }, (ctx) => sendRange(ctx, 'audio/wav', content));

  const ranges: readonly [string, number, string, string | undefined][] = [
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=3-5', 206, '345', 'bytes 3-5/10'],
    ['bytes=9-', 206, '9', 'bytes 9-9/10'],
    ['bytes=9-99', 206, '9', 'bytes 9-9/10'],
    ['bytes=-1', 206, '9', 'bytes 9-9/10'],
    ['bytes=-10', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=-11', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=5-3', 200, '0123456789', undefined],
    ['bytes=-', 200, '0123456789', undefined],
    ['bytes=0-0,2-2', 200, '0123456789', undefined],
    ['items=0-0', 200, '0123456789', undefined],
    [' bytes=1-1 ', 206, '1', 'bytes 1-1/10'],
  ];
  for (const [range, status, text, contentRange] of ranges)
    it(`${range} is answered ${status}`, async () => {
      const got = await rangeOf({ Range: range });
      assert.deepEqual([got.status, got.text, got.headers['content-range']], [status, text, contentRange]);
      assert.equal(got.headers['accept-ranges'], 'bytes');
      assert.equal(got.headers['content-type'], status === 416 ? undefined : 'audio/wav');
    });

  it('is the whole where it is asked for on a condition', async () => {
    const got = await rangeOf({ Range: 'bytes=0-0', 'If-Range': '"a"' });
    assert.deepEqual([got.status, got.text], [200, '0123456789']);
  });
});

describe('a body', () => {
  const KIB16 = 16 * 1024;
  const read = (reader: typeof readBody, type: string | undefined, body: string, more: Partial<Sent> = {}) =>
    ask([], { method: 'POST', body: [body], headers: type ? { 'Content-Type': type } : {}, ...more }, async (ctx) => {
      await reader(ctx);
      ctx.body = JSON.stringify(ctx.request.body ?? null);
    });
  const FORM = 'application/x-www-form-urlencoded';
  const JSON_TYPE = 'application/json';

  it('has 16 KiB at most, and not a byte more, as JSON and as a form', async () => {
    for (const [type, begins, ends] of [
      [JSON_TYPE, '{"a":"', '"}'],
      [FORM, 'a=', ''],
    ] as const) {
      const body = (bytes: number) => begins + 'x'.repeat(bytes - begins.length - ends.length) + ends;
      assert.equal((await read(readBody, type, body(KIB16))).code, undefined, type);
      assert.equal((await read(readBody, type, body(KIB16 + 1))).code, 'body_too_large', type);
    }
  });

  it('that is not what it says it is, is malformed; in an encoding that nobody knows, it is not supported', async () => {
    assert.equal((await read(readBody, JSON_TYPE, '{')).code, 'malformed_body');
    const headers = { 'Content-Type': JSON_TYPE, 'Content-Encoding': 'unknown' };
    assert.equal((await read(readBody, JSON_TYPE, '{}', { headers })).code, 'unsupported_media_type');
  });

  it('of JSON alone is an object', async () => {
    const json = async (type: string | undefined, body: string) =>
      (await read(async (ctx) => void (await readJson(ctx)), type, body)).code;
    assert.equal(await json(JSON_TYPE, '{"a":1}'), undefined);
    for (const body of ['[]', 'null', '1', '"a"', ''])
      assert.ok((await json(JSON_TYPE, body)) !== undefined || body === '', body);
    for (const body of ['[]', 'null']) assert.equal(await json(JSON_TYPE, body), 'malformed_body', body);
    for (const type of [FORM, 'text/plain', undefined]) assert.equal(await json(type, '{}'), 'unsupported_media_type');
  });
});
