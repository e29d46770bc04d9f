/** « English » on the pages that no step shows: each keeps to what it said, in the other language. */
import assert from 'node:assert/strict';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { sendRaw } from '../support/raw-request.ts';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

describe('a page outside the steps', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ store: 'memory' });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  const otherOf = (text: string) =>
    /class="lang"[^>]*><a href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const headingOf = (text: string) => /<h1[^>]*>([^<]+)/.exec(text)?.[1];

  for (const [what, path, french, english] of [
    ['of nothing', '/nowhere?a=b', 'Cette page n’existe pas', 'This page does not exist'],
    [
      'of an interaction that is lost',
      '/interactions/none',
      'Cette page n’est plus valable',
      'This page is no longer valid',
    ],
    [
      'of a wrong request',
      '/authorize?client_id=nobody',
      'La demande de connexion est incorrecte',
      'The sign-in request is wrong',
    ],
    ['after sign-out', '/session/end/success', 'Vous êtes déconnecté', 'You are signed out'],
    ['of the error codes', '/docs/errors', 'Codes d’erreur', 'Error codes'],
  ] as const)
    it(`${what} is kept by its other language`, async () => {
      const visitor = new Visitor('html');
      const first = await visitor.request(service.url + path);
      assert.equal(headingOf(first.text), french);
      const other = await visitor.request(service.url + otherOf(first.text));
      assert.deepEqual([headingOf(other.text), other.status], [english, first.status]);
      const again = await visitor.request(service.url + otherOf(other.text));
      assert.equal(headingOf(again.text), french);
    });

  it('that answered a form leads to where the form belongs, in the other language', async () => {
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, party);
    const refused = await visitor.request(`${interaction}/cancellation`, { form: { csrf: 'wrong' } });
    assert.equal(refused.status, 403);
    assert.equal(otherOf(refused.text), `${new URL(interaction).pathname}?lang=en`);
    const form = await visitor.follow(service.url + otherOf(refused.text));
    assert.match(form.text, /<html lang="en">/);
  });

  for (const path of ['//evil.example/a', '/\\evil.example/a', '///evil.example'])
    it(`is of this service, in either language, asked for as ${path}`, async () => {
      const { text } = await sendRaw(service.url, path, { headers: { Accept: 'text/html' } });
      const href = otherOf(text);
      assert.match(href, /lang=en$/);
      assert.equal(new URL(href, service.url).origin, service.url, href);
    });

  it('at the root is the portal’s', async () => {
    for (const accept of ['html', 'json'] as const) {
      const { status, location } = await new Visitor(accept).request(`${service.url}/`);
      assert.deepEqual([status, location], [303, new URL(service.config.ui.homeUrl).href]);
    }
  });
});

describe('the root of a service that is its own portal', () => {
  it('is no page, and leads to itself for nobody', async () => {
    const port = String(await findFreePort());
    const service = await startService({ store: 'memory', env: { PORT: port, HOME_URL: `http://localhost:${port}` } });
    try {
      assert.equal((await new Visitor('html').request(`${service.url}/`)).status, 404);
    } finally {
      await service.stop();
    }
  });
});
