/** What is thrown becomes a problem, a page, or the error of another protocol. */
import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import { type ErrorParts, handleErrors } from '../../src/http/middleware/handle-errors.ts';
import type { Context } from '../../src/http/request-state.ts';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import { createTestLogger } from '../stories/support/monitoring.ts';
import { ask, REQUEST_ID, type Sent } from './application.ts';

const ISSUER = 'https://identity.test';
const catalogues = loadCatalogues();

async function refuse(thrown: unknown, parts: Partial<ErrorParts> = {}, sent: Sent = {}) {
  const log = createTestLogger();
  const got = await ask([handleErrors({ issuer: ISSUER, log, catalogues, ...parts })], sent, () => {
    throw thrown;
  });
  return { ...got, log, json: () => JSON.parse(got.text) };
}

const renderPage: ErrorParts['renderPage'] = (ctx, { code }, { locale, home }) => {
  ctx.type = 'html';
  ctx.body = `${code} ${locale} ${home?.url}`;
};
const WHEREABOUTS = { locale: 'en', home: { name: 'Portal', url: 'https://portal.test' } } as const;

describe('what is thrown', () => {
  it('is a problem, in the language of the request', async () => {
    const { status, headers, json, log } = await refuse(new ServiceError('origin_not_allowed'));
    assert.equal(status, 403);
    assert.equal(headers['content-type'], 'application/problem+json');
    assert.deepEqual(json(), {
      type: `${ISSUER}/docs/errors#origin_not_allowed`,
      title: catalogues.fr.text('errors.origin_not_allowed.title'),
      status: 403,
      detail: catalogues.fr.text('errors.origin_not_allowed.detail'),
      code: 'origin_not_allowed',
      requestId: REQUEST_ID,
    });
    assert.deepEqual(log.lines, []);
    const english = await refuse(new ServiceError('not_found'), {}, { headers: { 'Accept-Language': 'en' } });
    assert.equal(english.json().title, catalogues.en.text('errors.not_found.title'));
  });

  it('says when to come back, as a number and in a header; and what is wrong with each field', async () => {
    const fields = [{ field: 'password', code: 'password_too_short', values: { minimum: 12 } }] as const;
    const { headers, json } = await refuse(
      new ServiceError('too_many_requests', { retryAfterSeconds: 60, triesLeft: 2, fields }),
    );
    assert.equal(headers['retry-after'], '60');
    const { retryAfterSeconds, triesLeft, errors } = json();
    assert.deepEqual([retryAfterSeconds, triesLeft], [60, 2]);
    assert.deepEqual(errors, [
      { ...fields[0], detail: catalogues.fr.text('fields.password_too_short', { minimum: 12 }) },
    ]);
    assert.equal(
      (await refuse(new ServiceError('too_many_requests', { retryAfterSeconds: 0 }))).headers['retry-after'],
      '0',
    );
    assert.equal((await refuse(new ServiceError('not_found'))).headers['retry-after'], undefined);
  });

  it('says when to come back on a page too', async () => {
    const refusal = new ServiceError('too_many_requests', { retryAfterSeconds: 60 });
    const { headers, text } = await refuse(refusal, { renderPage }, { state: { wantsHtml: true } });
    assert.deepEqual([headers['retry-after'], text], ['60', 'too_many_requests fr undefined']);
  });

  it('is a fault of ours where nobody knows it: nothing of it is shown, all of it is logged', async () => {
    for (const thrown of [new Error('secret'), 'secret', null, undefined, { status: 400, message: 'secret' }]) {
      const { status, text, json, log } = await refuse(thrown);
      assert.deepEqual([status, json().code], [500, 'internal_error']);
      assert.doesNotMatch(text, /secret/);
      const fields = { requestId: REQUEST_ID, operation: undefined, clientId: undefined };
      assert.deepEqual(log.lines, [
        { level: 'error', fields: { ...fields, code: 'internal_error', error: thrown, details: {} } },
      ]);
    }
  });

  it('is logged from 500 on, with its details', async () => {
    const details = { why: 'full' };
    const away = await refuse(new ServiceError('store_unavailable', { details }));
    assert.equal(away.status, 503);
    assert.deepEqual(away.log.lines[0]?.fields.details, details);
    assert.deepEqual((await refuse(new ServiceError('too_many_requests', { details }))).log.lines, []);
  });

  const faults: readonly [object, number, string][] = [
    [{ expose: true, status: 400 }, 400, 'malformed_body'],
    [{ expose: true, status: 404 }, 404, 'not_found'],
    [{ expose: true, status: 405 }, 405, 'method_not_allowed'],
    [{ expose: true, status: 413 }, 413, 'body_too_large'],
    [{ expose: true, status: 415 }, 415, 'unsupported_media_type'],
    [{ expose: true, status: 500 }, 500, 'internal_error'],
    [{ expose: true, status: '400' }, 500, 'internal_error'],
    [{ expose: false, status: 404 }, 500, 'internal_error'],
    [{ expose: 'true', status: 404 }, 500, 'internal_error'],
  ];
  for (const [said, status, code] of faults)
    it(`is ${code} where a library says ${JSON.stringify(said)}`, async () => {
      const got = await refuse(Object.assign(new Error('x'), said));
      assert.deepEqual([got.status, got.json().code], [status, code]);
    });

  it('leads back to where the person came from, in the language of there', async () => {
    const asked: string[] = [];
    const findWhereabouts: ErrorParts['findWhereabouts'] = async (ctx, { code }) => {
      asked.push(`${ctx.path} ${code}`);
      return WHEREABOUTS;
    };
    const { json } = await refuse(new ServiceError('not_found'), { findWhereabouts }, { target: '/there' });
    assert.deepEqual(
      [json().returnTo, json().title],
      ['https://portal.test', catalogues.en.text('errors.not_found.title')],
    );
    assert.deepEqual(asked, ['/there not_found']);
    const page = await refuse(
      new ServiceError('not_found'),
      { findWhereabouts, renderPage },
      { state: { wantsHtml: true } },
    );
    assert.equal(page.text, 'not_found en https://portal.test');
    assert.equal(page.status, 404);
  });

  it('leads nowhere where that is not known', async () => {
    const findWhereabouts = async () => ({ locale: 'en' as const });
    const { json } = await refuse(new ServiceError('not_found'), { findWhereabouts });
    assert.equal('returnTo' in json(), false);
    assert.equal(json().title, catalogues.en.text('errors.not_found.title'));
  });

  it('is a page for whoever wants one, where there are pages', async () => {
    for (const [wantsHtml, given, type] of [
      [true, { renderPage }, 'text/html; charset=utf-8'],
      [false, { renderPage }, 'application/problem+json'],
      [true, {}, 'application/problem+json'],
    ] as const) {
      const { headers } = await refuse(new ServiceError('not_found'), given, { state: { wantsHtml } });
      assert.equal(headers['content-type'], type);
    }
  });

  it('is of another protocol where that one answers', async () => {
    const renderForeign = (isOne: boolean) => (ctx: Context) => {
      if (isOne) ctx.body = { error: `foreign ${ctx.status} ${ctx.response.get('Retry-After')}` };
      return isOne;
    };
    const refusal = new ServiceError('busy', { retryAfterSeconds: 3 });
    const foreign = await refuse(
      refusal,
      { renderForeign: renderForeign(true), renderPage },
      { state: { wantsHtml: true } },
    );
    assert.deepEqual(foreign.json(), { error: 'foreign 503 3' });
    assert.equal((await refuse(refusal, { renderForeign: renderForeign(false) })).json().code, 'busy');
  });

  it('is that nothing was found, where nobody answered', async () => {
    const log = createTestLogger();
    const through = (below: (ctx: Context) => unknown) =>
      ask([handleErrors({ issuer: ISSUER, log, catalogues })], {}, below);
    assert.equal(JSON.parse((await through(() => {})).text).code, 'not_found');
    const spoken = await through((ctx) => {
      ctx.status = 404;
      ctx.body = 'of the provider';
    });
    assert.equal(spoken.text, 'of the provider');
    const silent = await through((ctx) => {
      ctx.status = 204;
    });
    assert.deepEqual([silent.status, silent.text], [204, '']);
  });
});
