/** Where a refused person is led, from where a page of text leads back, and who comes in by the door of operators. */
import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import { createAdminHandlers } from '../../src/http/admin/handlers.ts';
import { createReportCredentials } from '../../src/http/admin/report-credentials.ts';
import { createFindWhereabouts } from '../../src/http/places.ts';
import { ask } from '../middleware/application.ts';
import { createPlace, HOME } from '../middleware/place.ts';
import { browserOf, giveTimeBack, HTTP, openEdge } from './support/edge.ts';

describe('where a refused person is', () => {
  const asked: string[] = [];
  const surface = {
    prefix: '/interactions/',
    async findWayBack(placeId: string) {
      asked.push(placeId);
      if (placeId === 'away') throw new Error('a store is away');
      return placeId === 'known' ? { ...HOME, locale: 'en' as const } : undefined;
    },
  };
  async function whereabouts(
    target: string,
    code: 'not_found' | 'store_unavailable' = 'not_found',
    place?: ReturnType<typeof createPlace>,
  ) {
    let found: unknown;
    asked.length = 0;
    await ask([], { target, state: place ? { place } : {} }, async (ctx) => {
      found = await createFindWhereabouts([surface])(ctx, new ServiceError(code));
    });
    return found;
  }
  const home = { name: HOME.name, url: HOME.homeUrl };

  it('is found by the address, in the language of there unless the link has one', async () => {
    assert.deepEqual(await whereabouts('/interactions/known/sign-in'), { locale: 'en', home });
    assert.deepEqual(asked, ['known']);
    assert.deepEqual(await whereabouts('/interactions/known?lang=fr'), { locale: 'fr', home });
  });

  it('is not known of any other, nor where a store is away', async () => {
    const nowhere = { locale: 'fr', home: undefined };
    for (const target of [
      '/interactions/other',
      '/interactions/away',
      '/interactions/',
      '/pages/known',
      '/x/interactions/known',
    ])
      assert.deepEqual(await whereabouts(target), nowhere, target);
    assert.deepEqual(await whereabouts('/interactions/known', 'store_unavailable'), nowhere);
    assert.deepEqual(asked, [], 'a store that is away is not asked again');
  });

  it('is the place that was loaded, which needs no store', async () => {
    const place = createPlace({ locales: () => ['en'] });
    assert.deepEqual(await whereabouts('/interactions/known', 'store_unavailable', place), { locale: 'en', home });
    assert.deepEqual(asked, []);
  });
});

describe('a page of text that is reached from a step', () => {
  after(giveTimeBack);

  it('leads back there, and nowhere else', async () => {
    const browser = browserOf(await openEdge(), 'html');
    const backOf = async (target: string, Referer?: string) => {
      const { text } = await browser.request(target, Referer === undefined ? {} : { headers: { Referer } });
      return /class="button second" href="([^"]*)"/.exec(text)?.[1];
    };
    for (const page of ['/pages/help', '/pages/data-protection']) {
      assert.equal(await backOf(page, `${HTTP}/interactions/uid/sign-in?a=1`), '/interactions/uid/sign-in?a=1', page);
      assert.equal(await backOf(`${page}?back=/interactions/uid&lang=en`), '/interactions/uid?lang=en', page);
      for (const elsewhere of [
        ...['https://evil.example/interactions/uid', '//evil.example/interactions/uid', `${HTTP}/interactions/`],
        ...[
          `${HTTP}/pages/help`,
          `${HTTP}/session/end`,
          'javascript:alert(1)',
          `${HTTP}.evil.example/interactions/uid`,
          '',
        ],
      ]) {
        assert.equal(await backOf(page, elsewhere), undefined, elsewhere);
        assert.equal(await backOf(`${page}?back=${encodeURIComponent(elsewhere)}`), undefined, elsewhere);
      }
    }
  });
});

describe('the door of operators', () => {
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
  async function accepts(credentials: string | undefined, Authorization: string) {
    let accepted: unknown;
    await ask([], { headers: { Authorization } }, async (ctx) => {
      accepted = await createReportCredentials(credentials).accepts(ctx);
    });
    return accepted;
  }

  it('opens to its credentials, and to no others', async () => {
    assert.equal(await accepts('a:b', basic('a:b')), true);
    for (const other of [
      basic('a:c'),
      basic('a:b '),
      basic(''),
      '',
      'Basic',
      basic('a:b').slice(0, -1),
      `Bearer ${basic('a:b').slice(6)}`,
    ])
      assert.equal(await accepts('a:b', other), false, other);
  });

  it('opens to nobody where there are none', async () => {
    for (const none of [undefined, ''])
      for (const given of [basic(''), 'Basic ', '', basic('undefined'), basic(':')])
        assert.equal(await accepts(none, given), false, given);
  });

  it('takes a report once it is asked by GET, and not by HEAD', async () => {
    const reports: unknown[] = [];
    const handlers = createAdminHandlers({
      readMetrics: async () => '',
      readReport: (query) =>
        query.has('message') ? { messageId: String(query.get('message')), status: 'failed' } : undefined,
      report: async (...report) => void reports.push(report),
    });
    const report = (method: string, target: string) =>
      ask([], { method, target }, (ctx) => handlers.reportDelivery?.(ctx, { params: {}, query: {} }));
    assert.equal((await report('HEAD', '/?message=id')).code, 'method_not_allowed');
    assert.equal((await report('GET', '/?other=id')).code, 'report_unreadable');
    assert.deepEqual(reports, []);
    assert.equal((await report('GET', '/?message=id')).text, 'ok');
    assert.deepEqual(reports, [['id', 'failed']]);
  });
});
