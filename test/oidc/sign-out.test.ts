import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty, type RelyingParty, signInToTokens } from '../support/relying-party.ts';
import { type Service, startService, testSecrets } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const HOME = 'http://localhost:4000/';

describe('sign-out', () => {
  let service: Service;
  let party: RelyingParty;
  let rights: RelyingParty;
  before(async () => {
    service = await startService({ store: 'memory' });
    party = await createRelyingParty(service.url);
    const [id, callback] = ['mon-compte-droits', 'http://localhost:4000/callback-droits'];
    rights = await createRelyingParty(service.url, id, testSecrets.CLIENT_MON_COMPTE_DROITS_SECRET, callback);
  });
  after(() => service.stop());

  const ask = (visitor: Visitor, parameters: Readonly<Record<string, string>>) =>
    visitor.request(`${service.url}/session/end?${new URLSearchParams(parameters)}`);

  async function isSignedIn(visitor: Visitor): Promise<boolean> {
    const { location } = await visitor.request((await party.begin({ prompt: 'none' })).url);
    return new URL(location ?? '').searchParams.has('code');
  }

  async function signedIn(its = party) {
    const { identifier } = await createPerson(service);
    const visitor = new Visitor('json');
    const { tokens } = await signInToTokens(visitor, its, identifier, PASSWORD, { scope: 'openid' });
    const hint = tokens.id_token ?? '';
    return { identifier, visitor, tokens, hint };
  }

  describe('with an ID token of the session', () => {
    it('holds beside requests of the same session: the session that they save as they end does not come back', async () => {
      for (let trial = 0; trial < 10; trial++) {
        const { visitor, hint } = await signedIn();
        const before = new Visitor('json');
        for (const cookie of await visitor.jar.getCookies(service.url)) await before.jar.setCookie(cookie, service.url);
        const silent = await Promise.all([1, 2, 3, 4].map(() => party.begin({ prompt: 'none' })));
        await Promise.all([ask(visitor, { id_token_hint: hint }), ...silent.map(({ url }) => before.request(url))]);
        assert.equal(await isSignedIn(before), false, `trial ${trial}`);
      }
    });

    it('asks nothing, ends the session and every grant, and tells the relying party with its state', async () => {
      const { visitor, tokens, hint } = await signedIn();
      const silent = await rights.begin({ scope: 'openid', prompt: 'none' });
      const callback = (await visitor.request(silent.url)).location ?? '';
      const others = await rights.redeem(callback, silent.checks);
      const state = 'é=1&+ %20';
      const answer = await ask(visitor, { id_token_hint: hint, post_logout_redirect_uri: HOME, state });
      assert.equal(answer.status, 303);
      const { origin, searchParams } = new URL(answer.location ?? '');
      assert.deepEqual([`${origin}/`, [...searchParams]], [HOME, [['state', state]]]);
      // What binds the browser to a sign-in that is over stays for a while: Back leads on by it, and it opens nothing.
      const cookies = (await visitor.jar.getCookies(`${service.url}/`)).map(({ key }) => key);
      assert.deepEqual(
        cookies.filter((key) => !key.startsWith('mc_browser_')),
        [],
      );
      assert.equal(await isSignedIn(visitor), false);
      const refresh = client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
      await assert.rejects(refresh, { error: 'invalid_grant' });
      for (const [its, { access_token }] of [
        [party, tokens],
        [rights, others],
      ] as const)
        await assert.rejects(client.fetchUserInfo(its.configuration, access_token, client.skipSubjectCheck));
    });

    it('says « Vous êtes déconnecté » where the relying party names no address, and leads to its home', async () => {
      const { visitor, hint } = await signedIn();
      const { status, location } = await ask(visitor, { id_token_hint: hint });
      assert.equal(status, 303);
      const page = await new Visitor('html').request(location ?? '');
      assert.match(page.text, /<h1[^>]*>Vous êtes déconnecté<\/h1>/);
      assert.match(page.text, /href="http:\/\/localhost:4000"[^>]*>Revenir à Mon Compte</);
      assert.equal(await isSignedIn(visitor), false);
      const other = await ask(visitor, { client_id: 'mon-compte-droits' });
      assert.match((await new Visitor('html').request(other.location ?? '')).text, />Revenir à Mes droits</);
    });

    it('takes one that has expired', async () => {
      const { visitor, hint } = await signedIn();
      await service.clock.advance(service.config.times.idTokenSeconds + 60);
      assert.equal(await isSignedIn(visitor), true);
      assert.equal((await ask(visitor, { id_token_hint: hint })).status, 303);
      assert.equal(await isSignedIn(visitor), false);
    });

    it('leads on, all the same, whoever asks at once or comes again', async () => {
      const { visitor, hint } = await signedIn();
      const parameters = { id_token_hint: hint, post_logout_redirect_uri: HOME };
      const answers = await Promise.all(Array.from({ length: 5 }, () => ask(visitor, parameters)));
      for (const { status, location } of [...answers, await ask(visitor, parameters)])
        assert.deepEqual([status, location], [303, HOME]);
      assert.equal(await isSignedIn(visitor), false);
    });

    it('refuses an address that is not registered, and ends nothing', async () => {
      const { visitor, hint } = await signedIn();
      const answer = await ask(visitor, { id_token_hint: hint, post_logout_redirect_uri: 'https://evil.example/' });
      assert.deepEqual([answer.status, answer.json?.error], [400, 'invalid_request']);
      assert.equal(await isSignedIn(visitor), true);
    });
  });

  describe('without one', () => {
    const others: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
      'no hint': async () => ({}),
      'a client and no hint': async () => ({ client_id: 'mon-compte' }),
      'the hint of somebody else': async () => ({ id_token_hint: (await signedIn()).hint }),
    };
    for (const [what, parameters] of Object.entries(others))
      it(`asks the person first, and ends nothing before the answer: ${what}`, async () => {
        const { visitor } = await signedIn();
        const page = await ask(visitor, { ...(await parameters()), post_logout_redirect_uri: HOME });
        assert.equal(page.status, 200);
        assert.match(page.text, /Me déconnecter/);
        assert.equal(await isSignedIn(visitor), true);
      });

    it('asks where the person is the same, and the client was given nothing in this session', async () => {
      const { identifier, hint } = await signedIn(rights);
      const visitor = new Visitor();
      await signInToTokens(visitor, party, identifier, PASSWORD, { scope: 'openid' });
      assert.equal((await ask(visitor, { id_token_hint: hint })).status, 200);
      assert.equal(await isSignedIn(visitor), true);
    });

    it('ends the session when the person says so', async () => {
      const { visitor } = await signedIn();
      const page = await ask(visitor, { client_id: 'mon-compte', post_logout_redirect_uri: HOME, state: 's' });
      const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
      const out = await visitor.request(`${service.url}/session/end/confirm`, { form: { xsrf, logout: 'yes' } });
      assert.equal(out.location, `${HOME}?state=s`);
      assert.equal(await isSignedIn(visitor), false);
    });

    it('leads elsewhere by a page of ours: form-action would govern where the relying party leads on to', async () => {
      const { visitor } = await signedIn();
      const page = await ask(visitor, { client_id: 'mon-compte', post_logout_redirect_uri: HOME });
      const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
      const headers = { Accept: 'text/html' };
      const out = await visitor.request(`${service.url}/session/end/confirm`, {
        form: { xsrf, logout: 'yes' },
        headers,
      });
      assert.deepEqual([out.status, out.headers.get('location')], [200, null]);
      assert.equal(out.location, HOME);
    });

    it('« Annuler et rester connecté » changes nothing, and tells the relying party nothing: it leads to its home', async () => {
      const { visitor, tokens } = await signedIn();
      const page = await ask(visitor, { client_id: 'mon-compte', post_logout_redirect_uri: HOME, state: 's' });
      const [, target] = /<a [^>]*href="([^"]+)"[^>]*>Annuler et rester connecté<\/a>/.exec(page.text) ?? [];
      assert.equal(target, 'http://localhost:4000');
      assert.equal(page.text.match(/<button/g)?.length, 1);
      assert.equal(await isSignedIn(visitor), true);
      assert.ok((await client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '')).access_token);
    });
  });

  describe('when nobody is signed in', () => {
    it('has nothing to ask: it leads on at once, and leaves no session behind', async () => {
      const { hint } = await signedIn();
      const ways: readonly Readonly<Record<string, string>>[] = [{ id_token_hint: hint }, { client_id: 'mon-compte' }];
      for (const parameters of ways) {
        const visitor = new Visitor('html');
        const answer = await ask(visitor, { ...parameters, post_logout_redirect_uri: HOME, state: 's' });
        assert.deepEqual([answer.status, answer.location], [303, `${HOME}?state=s`]);
        assert.deepEqual(await visitor.jar.getCookies(`${service.url}/`), []);
      }
      const { location } = await ask(new Visitor('html'), {});
      assert.equal(location, `${service.url}/session/end/success`);
    });
  });

  it('that cannot be done says so in its own words, and how to sign out all the same', async () => {
    const { visitor, hint } = await signedIn();
    const browser = new Visitor('html', visitor.address);
    const ways: readonly Readonly<Record<string, string>>[] = [
      { id_token_hint: `${hint.slice(0, -8)}AAAAAAAA` },
      { id_token_hint: 'nonsense' },
      { client_id: 'unknown' },
    ];
    for (const parameters of ways) {
      const page = await ask(browser, parameters);
      assert.equal(page.status, 400, page.text);
      assert.match(page.text, /<h1[^>]*>La déconnexion n(&#39;|’|')a pas abouti<\/h1>/);
      assert.match(page.text, /href="\/session\/end"/);
      assert.equal((await ask(visitor, parameters)).json.error !== undefined, true);
    }
    const late = await browser.request(`${service.url}/session/end/confirm`, { form: { xsrf: 'x', logout: 'yes' } });
    assert.equal(late.status, 400);
    assert.match(late.text, /La déconnexion/);
    assert.equal(await isSignedIn(visitor), true);
  });
});
