import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as client from 'openid-client';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { changedEvent } from '../support/audit.ts';
import { createChanging } from '../support/changing.ts';
import { createPerson, PASSWORD, type Person } from '../support/people.ts';
import {
  createRelyingParty,
  openInteraction,
  type RelyingParty,
  signIn,
  signInToTokens,
} from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const DAY = 24 * 60 * 60;
const REFUSED = { error: 'invalid_grant' };
const SCOPE = { scope: 'openid profile' };
const CALLBACK = 'fr.example.app:/callback';
const CLAIMED = 'https://app.example.test/callback';
const SIGNED_OUT = 'fr.example.app:/signed-out';

/** A web client, an application, and one that is given no refresh token. */
function createNative() {
  const changing = createChanging();
  const [portal, , open] = changing.clients;
  assert.ok(portal && open);
  const app = {
    ...open,
    clientId: 'app',
    native: true,
    redirectUris: ['http://127.0.0.1/callback', CALLBACK, CLAIMED],
    postLogoutRedirectUris: [SIGNED_OUT],
    origins: ['capacitor://localhost', 'https://localhost'],
  };
  changing.clients = [portal, app, { ...app, clientId: 'forgetful', refresh: false }];
  return changing;
}

const refresh = ({ configuration }: RelyingParty, token: string | undefined) =>
  client.refreshTokenGrant(configuration, token ?? '');

const userinfo = ({ configuration }: RelyingParty, accessToken: string) =>
  client.fetchUserInfo(configuration, accessToken, client.skipSubjectCheck);

for (const store of ['redis', 'memory'] as const)
  describe(`a native application, on ${store}`, () => {
    let service: Service;
    let app: RelyingParty;
    let portal: RelyingParty;
    before(async () => {
      service = await startService({ store, ports: createNative().ports });
      app = await createRelyingParty(service.url, 'app', '', CALLBACK);
      portal = await createRelyingParty(service.url);
    });
    after(() => service.stop());

    async function signedIn(person?: Person) {
      const known = person ?? (await createPerson(service));
      const visitor = new Visitor();
      const { tokens, checks } = await signInToTokens(visitor, app, known.identifier, PASSWORD, SCOPE);
      return { person: known, visitor, tokens, checks, hint: tokens.id_token ?? '', token: tokens.refresh_token };
    }

    /** Another client of the same browser session. */
    async function alsoAt(visitor: Visitor, party: RelyingParty) {
      const { url, checks } = await party.begin({ ...SCOPE, prompt: 'none' });
      return party.redeem((await visitor.request(url)).location ?? '', checks);
    }

    const signOut = (visitor: Visitor, parameters: Readonly<Record<string, string>>) =>
      visitor.request(`${service.url}/session/end?${new URLSearchParams(parameters)}`);

    /** Answers the question of sign-out, as its buttons would. */
    async function confirm(visitor: Visitor, asked: { readonly text: string }) {
      const xsrf = /name="xsrf" value="([^"]+)"/.exec(asked.text)?.[1] ?? assert.fail(asked.text);
      return visitor.request(`${service.url}/session/end/confirm`, {
        form: { xsrf, logout: 'yes' },
        headers: { Origin: service.url },
      });
    }

    it('signs in on a port of its own, refreshes for 40 days, and is signed out by its ID token alone', async () => {
      const server = createServer((_req, res) => res.end('Back to the application.'));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
      const party = await createRelyingParty(service.url, 'app', '', redirectUri);
      const visitor = new Visitor();
      const { interaction, checks } = await openInteraction(visitor, party, SCOPE);
      const { json } = await signIn(visitor, interaction, (await createPerson(service)).identifier, PASSWORD);
      const callback = (await visitor.request(json.redirectTo)).location ?? '';
      const told = once(server, 'request');
      await fetch(callback);
      const [{ url = '' }] = (await told) as [{ url?: string }];
      server.close();
      let tokens = await party.redeem(new URL(url, redirectUri).href, checks);

      for (let days = 0; days < 40; days += 10) {
        await service.clock.advance(10 * DAY);
        const next = await refresh(party, tokens.refresh_token);
        assert.notEqual(next.refresh_token, tokens.refresh_token, 'they rotate');
        await userinfo(party, next.access_token);
        tokens = next;
      }

      const ended = await signOut(new Visitor(), { id_token_hint: tokens.id_token ?? '' });
      assert.ok(ended.status < 400, ended.text);
      await assert.rejects(refresh(party, tokens.refresh_token), REFUSED);
      await assert.rejects(userinfo(party, tokens.access_token));
    });

    it('is refused a refresh after 30 days without one, and not before', async () => {
      const [kept, forgotten] = [await signedIn(), await signedIn()];
      await service.clock.advance(30 * DAY - 60);
      await refresh(app, kept.token);
      await service.clock.advance(60);
      await assert.rejects(refresh(app, forgotten.token), REFUSED);
      const database = openDatabase(service.databaseUrl, 1);
      const events = await database('audit_events').where({ kind: 'token', account_id: forgotten.person.accountId });
      await database.destroy();
      assert.deepEqual(events, [], 'a token whose time is over is no replay');
    });

    it('is refused a refresh after 90 days, however often it refreshes', async () => {
      let { token } = await signedIn();
      for (let days = 0; days < 80; days += 20) {
        await service.clock.advance(20 * DAY);
        token = (await refresh(app, token)).refresh_token;
      }
      await service.clock.advance(10 * DAY - 60);
      token = (await refresh(app, token)).refresh_token;
      await service.clock.advance(60);
      await assert.rejects(refresh(app, token), REFUSED);
    });

    it('has the whole of its time also where its session was old when it began', async () => {
      const person = await createPerson(service);
      const visitor = new Visitor();
      const before = await signInToTokens(visitor, app, person.identifier, PASSWORD, SCOPE);
      for (let waited = 0; waited < 11; waited++) {
        await service.clock.advance(1700);
        await alsoAt(visitor, portal);
      }
      let { refresh_token: token } = (await signInToTokens(visitor, app, person.identifier, PASSWORD, SCOPE)).tokens;
      await service.clock.advance(29 * DAY);
      token = (await refresh(app, token)).refresh_token;
      await service.clock.advance(29 * DAY);
      token = (await refresh(app, token)).refresh_token;
      await service.clock.advance(29 * DAY);
      token = (await refresh(app, token)).refresh_token;
      await service.clock.advance(3 * DAY - 60);
      assert.ok((await refresh(app, token)).refresh_token);
      await assert.rejects(refresh(app, before.tokens.refresh_token), REFUSED);
    });

    it('loses its grant by a token that was used a month ago, of which nothing is kept', async () => {
      const { token } = await signedIn();
      let youngest = (await refresh(app, token)).refresh_token;
      for (let days = 0; days < 40; days += 20) {
        await service.clock.advance(20 * DAY);
        youngest = (await refresh(app, youngest)).refresh_token;
      }
      await assert.rejects(refresh(app, token), REFUSED);
      await assert.rejects(refresh(app, youngest), REFUSED);
    });

    it('shares a successor within the grace, and loses its grant by a later use', async () => {
      const { token } = await signedIn();
      const [one, other] = await Promise.all([refresh(app, token), refresh(app, token)]);
      assert.equal(one.refresh_token, other.refresh_token);
      await service.clock.advance(11);
      await assert.rejects(refresh(app, token), REFUSED);
      await assert.rejects(refresh(app, one.refresh_token), REFUSED);
    });

    it('keeps what it has when the session of its browser ends, and a web client of that session does not', async () => {
      const { visitor, token } = await signedIn();
      const web = await alsoAt(visitor, portal);
      await service.clock.advance(service.config.times.sessionIdleSeconds + 1);
      const { access_token } = await refresh(app, token);
      await userinfo(app, access_token);
      await assert.rejects(refresh(portal, web.refresh_token), REFUSED);
    });

    for (const how of ['in one act', 'confirmed'] as const)
      it(`keeps what it has when a web client of its session signs out (${how})`, async () => {
        const { visitor, token } = await signedIn();
        const web = await alsoAt(visitor, portal);
        const hint: Record<string, string> = how === 'confirmed' ? {} : { id_token_hint: web.id_token ?? '' };
        const asked = await signOut(visitor, { client_id: 'mon-compte', ...hint });
        if (how === 'confirmed') await confirm(visitor, asked);
        await assert.rejects(refresh(portal, web.refresh_token), REFUSED);
        await refresh(app, token);
      });

    it('is signed out with its session, which ends what web clients have', async () => {
      const { visitor, tokens, hint, token } = await signedIn();
      const web = await alsoAt(visitor, portal);
      const parameters = { id_token_hint: hint, post_logout_redirect_uri: SIGNED_OUT, state: 'a b' };
      const { status, location } = await signOut(visitor, parameters);
      assert.deepEqual([status, location], [303, `${SIGNED_OUT}?state=a+b`]);
      await assert.rejects(refresh(app, token), REFUSED);
      await assert.rejects(userinfo(app, tokens.access_token));
      await assert.rejects(refresh(portal, web.refresh_token), REFUSED);
    });

    it('is signed out when its person confirms it, and not while they are asked', async () => {
      const { visitor, token } = await signedIn();
      const asked = await signOut(visitor, { client_id: 'app', post_logout_redirect_uri: SIGNED_OUT });
      const { refresh_token } = await refresh(app, token);
      const { location } = await confirm(visitor, asked);
      assert.equal(location, SIGNED_OUT);
      await assert.rejects(refresh(app, refresh_token), REFUSED);
    });

    it('is signed out by its ID token while somebody else is signed in, who is asked and stays', async () => {
      const { hint, token } = await signedIn();
      const { visitor: other, token: theirs } = await signedIn();
      assert.match((await signOut(other, { id_token_hint: hint })).text, /name="xsrf"/);
      await assert.rejects(refresh(app, token), REFUSED);
      await refresh(app, theirs);
      assert.ok((await alsoAt(other, portal)).access_token);
    });

    it('is signed out on one device, and not on another of the same person', async () => {
      const { person, hint, token } = await signedIn();
      const other = await signedIn(person);
      const older = await signedIn(person);
      await signOut(new Visitor(), { id_token_hint: hint });
      await assert.rejects(refresh(app, token), REFUSED);
      for (const device of [other, older]) await refresh(app, device.token);
    });

    it('is signed out by an ID token of any refresh, and by none that another has signed', async () => {
      const { hint, token } = await signedIn();
      const [header, payload, signature = ''] = hint.split('.');
      const forged = [header, payload, signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))].join('.');
      assert.equal((await signOut(new Visitor(), { id_token_hint: forged })).status, 400);
      const elsewhere = { id_token_hint: hint, post_logout_redirect_uri: 'https://evil.example/' };
      assert.equal((await signOut(new Visitor(), elsewhere)).status, 400, 'refused as a whole');
      const { refresh_token, id_token = '' } = await refresh(app, token);
      await service.clock.advance(20 * DAY);
      await signOut(new Visitor(), { id_token_hint: id_token });
      await assert.rejects(refresh(app, refresh_token), REFUSED);
    });

    it('is signed out by the revocation of its refresh token (RFC 7009)', async () => {
      const { tokens, token } = await signedIn();
      await client.tokenRevocation(app.configuration, token ?? '');
      await assert.rejects(refresh(app, token), REFUSED);
      await assert.rejects(userinfo(app, tokens.access_token));
    });

    it('is refused once the password was changed, which ends every session of the account', async () => {
      const { person, tokens, token } = await signedIn();
      await service.clock.advance(2 * DAY);
      const { accounts, passwords, clock } = service.app.ports;
      const hash = await passwords.hash('Une-Autre-Ardoise-73');
      const event = { ...changedEvent, accountId: person.accountId };
      assert.ok(await accounts.setPassword(person.accountId, hash, clock.now(), event));
      await assert.rejects(refresh(app, token), REFUSED);
      await assert.rejects(userinfo(app, tokens.access_token));
    });

    for (const state of ['suspended', 'closed'])
      it(`is refused while the account is ${state}`, async () => {
        const { person, token } = await signedIn();
        await service.clock.advance(DAY);
        const database = openDatabase(service.databaseUrl, 1);
        await database('accounts').where({ account_id: person.accountId }).update({ state });
        await database.destroy();
        await assert.rejects(refresh(app, token), REFUSED);
      });

    it('that is given no refresh token has what ends with its session', async () => {
      const forgetful = await createRelyingParty(service.url, 'forgetful', '', CALLBACK);
      const { identifier } = await createPerson(service);
      const visitor = new Visitor();
      const { tokens } = await signInToTokens(visitor, forgetful, identifier, PASSWORD, SCOPE);
      assert.equal(tokens.refresh_token, undefined);
      await userinfo(forgetful, tokens.access_token);
      const web = await alsoAt(visitor, portal);
      await signOut(visitor, { id_token_hint: web.id_token ?? '' });
      await assert.rejects(userinfo(forgetful, tokens.access_token));
    });

    it('is answered by its own scheme: a code, a refusal, and each with its state', async () => {
      const visitor = new Visitor();
      const { interaction } = await openInteraction(visitor, app, { ...SCOPE, state: 'a&b =é' });
      const { json } = await signIn(visitor, interaction, (await createPerson(service)).identifier, PASSWORD);
      const answer = await visitor.request(json.redirectTo);
      assert.equal(answer.status, 303);
      const raw = answer.headers.get('location') ?? '';
      assert.match(raw, /^fr\.example\.app:\/callback\?/);
      const told = new URL(raw).searchParams;
      assert.ok(told.get('code'));
      assert.deepEqual([told.get('state'), told.get('iss')], ['a&b =é', service.url]);
      const refused = await new Visitor().request((await app.begin({ ...SCOPE, prompt: 'none' })).url);
      assert.match(refused.headers.get('location') ?? '', /^fr\.example\.app:\/callback\?error=login_required&/);
    });

    it('asks its person to sign in for it, though the browser has a session: any application may take its scheme', async () => {
      for (const redirectUri of [CALLBACK, 'http://127.0.0.1:50123/callback']) {
        const { visitor, person } = await signedIn();
        await alsoAt(visitor, portal);
        const party = await createRelyingParty(service.url, 'app', '', redirectUri);
        const silent = await visitor.request((await party.begin({ ...SCOPE, prompt: 'none' })).url);
        assert.equal(new URL(silent.location ?? '').searchParams.get('error'), 'interaction_required');
        const { interaction, checks } = await openInteraction(visitor, party, SCOPE);
        assert.equal((await visitor.request(interaction)).json.status, 'sign-in');
        const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
        const { location = '' } = await visitor.request(json.redirectTo);
        assert.ok((await party.redeem(location, checks)).refresh_token);
      }
    });

    it('is answered from the session at an https address, which the system gives to it alone', async () => {
      const { visitor } = await signedIn();
      const claimed = await createRelyingParty(service.url, 'app', '', CLAIMED);
      assert.ok((await alsoAt(visitor, claimed)).refresh_token);
    });

    it('is answered nowhere else than it registered', async () => {
      for (const other of ['fr.example.app:/other', 'fr.example.app://callback', 'fr.example.other:/callback']) {
        const party = await createRelyingParty(service.url, 'app', '', other);
        const { json } = await new Visitor().request((await party.begin(SCOPE)).url);
        assert.equal(json.error, 'invalid_redirect_uri', other);
      }
    });

    it('may ask for tokens from the origin of its web view, and no other origin may', async () => {
      const { token, tokens } = await signedIn();
      const ask = (origin: string, refresh_token: string) =>
        fetch(`${service.url}/token`, {
          method: 'POST',
          headers: { Origin: origin },
          body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'app', refresh_token }),
        });
      let current = token ?? '';
      for (const origin of ['capacitor://localhost', 'https://localhost']) {
        const answer = await ask(origin, current);
        assert.equal(answer.status, 200, origin);
        assert.equal(answer.headers.get('access-control-allow-origin'), origin);
        const fresh = (await answer.json()) as { refresh_token: string; access_token: string };
        current = fresh.refresh_token;
        const claims = await fetch(`${service.url}/userinfo`, {
          headers: { Origin: origin, Authorization: `Bearer ${fresh.access_token}` },
        });
        assert.deepEqual([claims.status, claims.headers.get('access-control-allow-origin')], [200, origin]);
      }
      for (const origin of ['ionic://localhost', 'http://localhost', 'null', 'capacitor://localhost.evil.test']) {
        const answer = await ask(origin, current);
        assert.deepEqual([answer.status, answer.headers.get('access-control-allow-origin')], [400, null], origin);
      }
      await userinfo(app, tokens.access_token);
    });
  });
