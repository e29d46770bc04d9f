/** How a browser leaves: by a page, by the library's posting page as ours, or by the provider of now. */
import assert from 'node:assert/strict';
import { byPage, leaveByPage } from '../../src/http/middleware/leave-by-page.ts';
import { ownPostingPage } from '../../src/http/middleware/own-posting-page.ts';
import type { Context } from '../../src/http/request-state.ts';
import { ask, type Sent } from './application.ts';
import { HOME } from './place.ts';

describe('leaving by a page', () => {
  const asked: string[] = [];
  const surface = (locale?: 'en') => ({
    prefix: '/authorize/',
    async findWayBack(placeId: string) {
      asked.push(placeId);
      if (placeId === 'lost') throw new Error('a store is away');
      return { ...HOME, locale };
    },
  });
  const pages = {
    renderLeaving: (ctx: Context, to: string, locale = 'none') =>
      Object.assign(ctx, { body: `leaves for ${to} in ${locale}` }),
  };
  const through = (sent: Sent, below?: Parameters<typeof ask>[2], locale?: 'en') =>
    ask([leaveByPage(pages, surface(locale))], sent, below);
  const leads =
    (to: string, status = 303) =>
    (ctx: Context) => {
      ctx.redirect(to);
      ctx.status = status;
    };
  const HTML = { state: { wantsHtml: true } };

  it('is where a form leads whose interaction is over', async () => {
    assert.equal(byPage('/authorize/uid'), '/authorize/uid?leave');
    asked.length = 0;
    const { text, passed } = await through({ target: byPage('/authorize/uid') }, undefined, 'en');
    assert.deepEqual([text, passed, asked], ['leaves for /authorize/uid in en', false, ['uid']]);
  });

  it('is in no language in particular where none is known', async () => {
    for (const uid of ['uid', 'lost'])
      assert.equal((await through({ target: `/authorize/${uid}?leave` })).text, `leaves for /authorize/${uid} in none`);
  });

  it('is of a GET of that address alone', async () => {
    for (const sent of [
      { target: '/authorize/uid' },
      { target: '/authorize/uid?leave=1' },
      { target: '/authorize/uid?a&leave' },
      { target: '/authorize?leave' },
      { target: '/interactions/uid?leave' },
      { target: '/authorize/uid?leave', method: 'POST' },
    ])
      assert.equal((await through(sent)).text, 'below', JSON.stringify(sent));
  });

  it('is how a browser comes to an application', async () => {
    const { status, headers, text } = await through(
      { target: '/authorize/uid', ...HTML },
      leads('org.portal.app:/back?code=1'),
    );
    assert.deepEqual(
      [status, headers.location, text],
      [200, undefined, 'leaves for org.portal.app:/back?code=1 in none'],
    );
  });

  it('is not how it comes to a web address, nor how a program is led, nor for any other status', async () => {
    const cases: readonly [string, Sent, number][] = [
      ['https://portal.test/back?code=1', HTML, 303],
      ['http://localhost:4000/back', HTML, 303],
      ['/interactions/uid', HTML, 303],
      ['org.portal.app:/back', {}, 303],
      ['org.portal.app:/back', HTML, 302],
    ];
    for (const [to, sent, status] of cases) {
      const got = await through({ target: '/authorize/uid', ...sent }, leads(to, status));
      assert.deepEqual([got.status, got.headers.location], [status, to]);
    }
    assert.equal((await through({ target: '/authorize/uid', ...HTML })).text, 'below');
  });

  it('is how a sign-out that was confirmed leads elsewhere, and not how it leads to ourselves', async () => {
    const confirm = (to: string, sent: Sent = HTML) =>
      through(
        { method: 'POST', target: '/session/end/confirm', headers: { Host: 'identity.test' }, ...sent },
        leads(to),
      );
    assert.equal((await confirm('https://portal.test/out')).text, 'leaves for https://portal.test/out in none');
    assert.equal(
      (await confirm('http://identity.test/session/end/success')).headers.location,
      'http://identity.test/session/end/success',
    );
    assert.equal((await confirm('http://identity.test:81/x')).status, 200, 'another port is another origin');
    const still = await through({ method: 'POST', target: '/session/end/confirm', ...HTML });
    assert.deepEqual([still.text, still.thrown], ['below', undefined]);
    assert.equal((await confirm('https://portal.test/out', {})).headers.location, 'https://portal.test/out');
    const end = await through(
      { target: '/session/end', headers: { Host: 'identity.test' }, ...HTML },
      leads('https://portal.test/out'),
    );
    assert.equal(end.headers.location, 'https://portal.test/out');
  });
});

describe('the posting page of the library', () => {
  const POSTING = '<!DOCTYPE html><head><title>Submitting Callback</title></head>';
  const done: unknown[] = [];
  const pages = {
    renderPosting: (ctx: Context, body: string) => Object.assign(ctx, { body: `ours of ${body.length}` }),
  };
  const signOut: Parameters<typeof ownPostingPage>[1] = {
    async end(ctx, oidc) {
      done.push(oidc);
      ctx.redirect('/signed-out');
    },
  };
  const through = (target: string, body: unknown) => {
    done.length = 0;
    return ask([ownPostingPage(pages, signOut)], { target }, (ctx) =>
      Object.assign(ctx, { body, oidc: 'of the library' }),
    );
  };

  it('becomes ours', async () => {
    assert.equal((await through('/authorize/uid', POSTING)).text, `ours of ${POSTING.length}`);
    assert.deepEqual(done, []);
  });

  it('ends the session at a sign-out, with what the library knows', async () => {
    const { headers } = await through('/session/end', POSTING);
    assert.deepEqual([headers.location, done], ['/signed-out', ['of the library']]);
  });

  it('is told from any other answer', async () => {
    for (const target of ['/authorize/uid', '/session/end']) {
      assert.equal((await through(target, '<title>Other</title>')).text, '<title>Other</title>');
      assert.equal((await through(target, { title: 'Other' })).thrown, undefined);
      assert.equal(
        (await through(target, { title: '<title>Submitting Callback</title>' })).text,
        '{"title":"<title>Submitting Callback</title>"}',
      );
      assert.deepEqual(done, []);
    }
  });
});
