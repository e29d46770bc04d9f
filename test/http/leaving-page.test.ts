import assert from 'node:assert/strict';
import { createChanging } from '../support/changing.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { sendRaw } from '../support/raw-request.ts';
import { createRelyingParty, openInteraction, signInToTokens } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { formTokenOf, Visitor } from '../support/visitor.ts';

const APP = 'fr.example.app:/callback';

describe('the page by which a form leaves', () => {
  let service: Service;
  before(async () => {
    const changing = createChanging();
    const [portal, , open] = changing.clients;
    assert.ok(portal && open);
    const app = { clientId: 'app', native: true, redirectUris: [APP], postLogoutRedirectUris: [APP] };
    changing.clients = [portal, { ...open, ...app }];
    service = await startService({ store: 'memory', ports: changing.ports });
  });
  after(() => service.stop());

  const get = (path: string, more: Record<string, string> = {}) =>
    sendRaw(service.url, path, { headers: { Accept: 'text/html', ...more } });

  it('is where a form leads that ends an interaction; a program is told the address itself', async () => {
    const party = await createRelyingParty(service.url);
    const { identifier } = await createPerson(service);
    for (const accept of ['html', 'json'] as const) {
      const visitor = new Visitor(accept);
      const { interaction } = await openInteraction(visitor, party);
      const { pathname } = new URL(interaction.replace('/interactions/', '/authorize/'));
      if (accept === 'json') {
        const json = { identifierType: 'nir', identifier, password: PASSWORD };
        const { redirectTo } = (await visitor.request(`${interaction}/sign-in`, { json })).json;
        assert.equal(redirectTo, service.url + pathname);
        continue;
      }
      const csrf = formTokenOf((await visitor.request(interaction)).text);
      const form = { csrf, identifierType: 'nir', identifier, password: PASSWORD };
      const { status, location } = await visitor.request(`${interaction}/sign-in`, { form });
      assert.deepEqual([status, location], [303, `${service.url}${pathname}?leave`]);
    }
  });

  it('sends the browser on, with a link where it does not go, and uses up nothing, however often it is loaded', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, await createRelyingParty(service.url), { ui_locales: 'en' });
    await visitor.request(`${interaction}?lang=en`);
    const uid = interaction.split('/').at(-1);
    for (const path of [`/authorize/${uid}`, `/authorize/${uid}`, '/authorize/unknown']) {
      const { status, headers, text } = await get(`${path}?leave`);
      assert.equal(status, 200);
      assert.equal(headers.refresh, `0; url=${path}`);
      assert.match(text, new RegExp(`<a class="button" href="${path}">`));
      assert.match(String(headers['content-security-policy']), /form-action 'self'$/);
      assert.equal(headers['set-cookie'], undefined);
    }
    assert.equal((await visitor.request(interaction)).json.status, 'sign-in');
  });

  it('leads nowhere but to the address that it stands at', async () => {
    for (const path of ['/authorize/x?leave=https://evil.test/', '/authorize/x?leave&url=https://evil.test/']) {
      const { status, headers } = await get(path);
      assert.deepEqual([status, headers.refresh], [404, undefined]);
    }
  });

  it('has a link into an application, which browsers open by itself only at times', async () => {
    const party = await createRelyingParty(service.url, 'app', '', APP);
    const { identifier } = await createPerson(service);
    const visitor = new Visitor();
    const begun = await openInteraction(visitor, party, { scope: 'openid' });
    const json = { identifierType: 'nir', identifier, password: PASSWORD };
    const { redirectTo } = (await visitor.request(`${begun.interaction}/sign-in`, { json })).json;
    const page = await visitor.request(redirectTo, { headers: { Accept: 'text/html' } });
    assert.equal(page.status, 200);
    assert.equal(page.headers.get('location'), null);
    assert.ok(page.location?.startsWith(`${APP}?`), page.location);
    assert.match(page.text, /<a class="button" href="fr\.example\.app:\/callback\?/);
    const { id_token: hint = '' } = await party.redeem(page.location ?? '', begun.checks);
    const parameters = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: APP });
    const out = await visitor.request(`${service.url}/session/end?${parameters}`, { headers: { Accept: 'text/html' } });
    assert.deepEqual([out.status, out.location], [200, APP]);
  });

  it('is in the way of no program', async () => {
    const party = await createRelyingParty(service.url, 'app', '', APP);
    const { identifier } = await createPerson(service);
    const { callback } = await signInToTokens(new Visitor(), party, identifier, PASSWORD, { scope: 'openid' });
    assert.ok(callback.startsWith(APP));
  });
});
