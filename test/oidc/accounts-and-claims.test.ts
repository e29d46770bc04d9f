import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { createPerson, PASSWORD, randomProvisional } from '../support/people.ts';
import {
  createRelyingParty,
  openInteraction,
  type RelyingParty,
  signIn,
  signInToTokens,
} from '../support/relying-party.ts';
import { type Service, startService, testSecrets } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

describe('accounts, claims and sessions', () => {
  let service: Service;
  let party: RelyingParty;
  let entitled: RelyingParty;
  before(async () => {
    service = await startService();
    party = await createRelyingParty(service.url);
    entitled = await createRelyingParty(
      service.url,
      'mon-compte-droits',
      testSecrets.CLIENT_MON_COMPTE_DROITS_SECRET,
      'http://localhost:4000/callback-droits',
    );
  });
  after(() => service.stop());

  async function sql(statement: string, ...values: string[]): Promise<Record<string, unknown>[]> {
    const database = openDatabase(service.databaseUrl, 1);
    const { rows } = (await database.raw(statement, values)) as { rows: Record<string, unknown>[] };
    await database.destroy();
    return rows;
  }

  it('the NIR leaves by userinfo alone, to an entitled client alone, and each release is audited', async () => {
    const person = await createPerson(service);
    const { tokens } = await signInToTokens(new Visitor(), entitled, person.identifier, PASSWORD, {
      scope: 'openid nir',
    });
    assert.equal(tokens.claims()?.nir, undefined);
    for (let release = 1; release <= 2; release++) {
      const info = await client.fetchUserInfo(entitled.configuration, tokens.access_token, client.skipSubjectCheck);
      assert.equal(info.nir, person.identifier);
      const events = await sql(
        "select * from audit_events where kind = 'nir-release' and account_id = ?",
        person.accountId,
      );
      assert.equal(events.length, release);
      assert.equal(events[0]?.client_id, 'mon-compte-droits');
    }
    const refused = await new Visitor().request((await party.begin({ scope: 'openid nir' })).url);
    assert.equal(new URL(refused.location ?? '').searchParams.get('error'), 'invalid_scope');
  });

  it('a person without a NIR has no nir claim, and an unknown day of birth is spelled 01', async () => {
    const identifier = randomProvisional();
    const civilIdentity = {
      birthName: 'SHEVCHENKO',
      givenNames: 'OLENA',
      sex: 'female' as const,
      birthDate: '1990-03-00',
      birthplace: { countryCode: '99155', city: 'KYIV' },
    };
    await createPerson(service, { identifier, civilIdentity });
    const scope = 'openid identite_pivot nir';
    const { tokens } = await signInToTokens(new Visitor(), entitled, identifier, PASSWORD, { scope });
    const info = await client.fetchUserInfo(entitled.configuration, tokens.access_token, client.skipSubjectCheck);
    assert.equal(info.nir, undefined);
    assert.equal(info.birthdate, '1990-03-01');
    assert.equal(info.birthplace, '');
    assert.equal(info.birthcountry, '99155');
  });

  it('profile gives the claims of OpenID Connect to a client that may ask for the pivot identity, and to no other', async () => {
    const mobile = await createRelyingParty(service.url, 'mon-compte-mobile', '', 'http://localhost:4000/mobile');
    const civilIdentity = {
      birthName: 'SHEVCHENKO',
      givenNames: 'OLENA MARIA',
      sex: 'female' as const,
      birthplace: { countryCode: '99155', city: 'KYIV' },
    };
    const name = { given_name: 'OLENA MARIA', family_name: 'SHEVCHENKO' };
    for (const [birthDate, birthdate, pivot] of [
      ['1990-03-07', '1990-03-07', '1990-03-07'],
      ['1990-03-00', '1990', '1990-03-01'],
      ['1990-00-00', '1990', '1990-01-01'],
    ] as const) {
      const person = await createPerson(service, { civilIdentity: { ...civilIdentity, birthDate } });
      const claimsOf = async (its: RelyingParty, scope: string) => {
        const { tokens } = await signInToTokens(new Visitor(), its, person.identifier, PASSWORD, { scope });
        const { sub: _, ...claims } = await client.fetchUserInfo(
          its.configuration,
          tokens.access_token,
          client.skipSubjectCheck,
        );
        return claims;
      };
      const plain = { ...name, identifier_type: 'nir', identity_verified: true };
      const full = { ...plain, name: 'OLENA MARIA SHEVCHENKO', gender: 'female' };
      assert.deepEqual(await claimsOf(mobile, 'openid profile'), plain);
      assert.deepEqual(await claimsOf(party, 'openid profile'), { ...full, birthdate });
      const places = { birthplace: '', birthcountry: '99155' };
      const asked = await claimsOf(party, 'openid identite_pivot');
      assert.deepEqual(asked, { ...name, gender: 'female', birthdate: pivot, ...places });
      const both = await claimsOf(party, 'openid profile identite_pivot');
      assert.deepEqual(both, { ...full, birthdate: pivot, ...places });
      assert.deepEqual(await claimsOf(party, 'openid'), {});
    }
  });

  it('profile says of an identity that nobody has confirmed that it is not, and gives none where there is none', async () => {
    const claimsOf = async (options: Parameters<typeof createPerson>[1]) => {
      const { identifier } = await createPerson(service, options);
      const { tokens } = await signInToTokens(new Visitor(), party, identifier, PASSWORD, { scope: 'openid profile' });
      return client.fetchUserInfo(party.configuration, tokens.access_token, client.skipSubjectCheck);
    };
    const unconfirmed = await claimsOf({ identityVerified: false });
    assert.deepEqual([unconfirmed.identity_verified, unconfirmed.name], [false, 'CLAIRE MARIE LEFEBVRE']);
    const { sub: _, ...nobody } = await claimsOf({ civilIdentity: undefined });
    assert.deepEqual(nobody, { identifier_type: 'nir', identity_verified: true });
  });

  it('one session serves a second client of the sector without a screen, with the same sub; another sector gets another', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { tokens } = await signInToTokens(visitor, party, person.identifier, PASSWORD);
    const second = await entitled.begin({ scope: 'openid profile', prompt: 'none' });
    const callback = (await visitor.request(second.url)).location ?? '';
    const others = await entitled.redeem(callback, second.checks);
    assert.equal(others.claims()?.sub, tokens.claims()?.sub);
    const mobile = await createRelyingParty(service.url, 'mon-compte-mobile', '', 'http://localhost:4000/mobile');
    const third = await mobile.begin({ scope: 'openid profile', prompt: 'none' });
    const elsewhere = await mobile.redeem((await visitor.request(third.url)).location ?? '', third.checks);
    assert.notEqual(elsewhere.claims()?.sub, tokens.claims()?.sub);
  });

  it('prompt=none without a session answers login_required; prompt=login, max_age=0 and prompt=consent behave', async () => {
    const nobody = await new Visitor().request((await party.begin({ prompt: 'none' })).url);
    assert.equal(new URL(nobody.location ?? '').searchParams.get('error'), 'login_required');
    const person = await createPerson(service);
    const visitor = new Visitor();
    await signInToTokens(visitor, party, person.identifier, PASSWORD);
    for (const parameters of [{ prompt: 'login' }, { max_age: '0' }] as Record<string, string>[]) {
      await service.clock.advance(2);
      const { interaction, checks } = await openInteraction(visitor, party, parameters);
      const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
      const callback = (await visitor.request(json.redirectTo)).location ?? '';
      assert.ok(await party.redeem(callback, { ...checks, maxAge: 60 }));
    }
    const consent = await openInteraction(visitor, party, { prompt: 'consent', scope: 'openid offline_access' });
    const granted = await visitor.request(consent.interaction);
    assert.equal(granted.json.status, 'authenticated', 'first-party clients need no consent screen');
  });

  it('PKCE is asked of every client, redirect URIs are compared exactly, and only the code flow exists', async () => {
    const begun = new URL((await party.begin()).url);
    const ask = (change: (parameters: URLSearchParams) => void) => {
      const url = new URL(begun);
      change(url.searchParams);
      return new Visitor().request(url.href);
    };
    const without = (name: string, value?: string) =>
      ask((parameters) => (value === undefined ? parameters.delete(name) : parameters.set(name, value)));
    assert.match((await ask(() => {})).location ?? '', /interactions/, 'it passes as it is');
    // Without its method too: another rule would refuse a method that is alone.
    const withoutPkce = ask((parameters) => {
      for (const name of ['code_challenge', 'code_challenge_method']) parameters.delete(name);
    });
    const told = new URL((await withoutPkce).location ?? '').searchParams;
    assert.equal(
      told.get('error_description'),
      'Authorization Server policy requires PKCE to be used for this request',
    );
    const errorOf = async (answer: ReturnType<typeof without>) =>
      /[?#&]error=(\w+)/.exec((await answer).location ?? '')?.[1];
    assert.equal(await errorOf(without('code_challenge')), 'invalid_request');
    assert.equal(await errorOf(without('code_challenge_method', 'plain')), 'invalid_request');
    assert.equal(await errorOf(without('response_type', 'id_token')), 'unsupported_response_type');
    for (const redirect of [
      'http://localhost:4000/callback/',
      'http://localhost:4000/callback?x=1',
      'https://evil.example/',
    ])
      assert.equal((await without('redirect_uri', redirect)).status, 400);
  });

  it('an account that is closed gets nothing by any door: session, code, refresh token, access token', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { tokens } = await signInToTokens(visitor, party, person.identifier, PASSWORD);
    const pending = await party.begin();
    const callback = (await visitor.request(pending.url)).location ?? '';
    await sql("update accounts set state = 'closed' where account_id = ?", person.accountId);
    await assert.rejects(party.redeem(callback, pending.checks), { error: 'invalid_grant' });
    await assert.rejects(client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? ''), {
      error: 'invalid_grant',
    });
    await assert.rejects(client.fetchUserInfo(party.configuration, tokens.access_token, client.skipSubjectCheck));
    const { location } = await visitor.request((await party.begin({ prompt: 'none' })).url);
    assert.equal(new URL(location ?? '').searchParams.get('error'), 'login_required');
    const asked = await openInteraction(visitor, party);
    assert.equal(
      (await signIn(visitor, asked.interaction, person.identifier, PASSWORD)).json.code,
      'account_unavailable',
    );
  });

  it('sessions and tokens that began before the account ended its sessions are over, later ones hold', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { tokens } = await signInToTokens(visitor, party, person.identifier, PASSWORD);
    const endedAt = new Date(Date.now() + 1000).toISOString();
    await sql('update accounts set sessions_ended_at = ? where account_id = ?', endedAt, person.accountId);
    await assert.rejects(client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? ''), {
      error: 'invalid_grant',
    });
    await assert.rejects(client.fetchUserInfo(party.configuration, tokens.access_token, client.skipSubjectCheck));
    await service.clock.advance(2);
    const again = await signInToTokens(visitor, party, person.identifier, PASSWORD);
    assert.ok(await client.fetchUserInfo(party.configuration, again.tokens.access_token, client.skipSubjectCheck));
  });

  it('refresh tokens rotate, without offline_access, and end with the session at logout', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { tokens } = await signInToTokens(visitor, party, person.identifier, PASSWORD);
    const refreshed = await client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
    assert.notEqual(refreshed.refresh_token, tokens.refresh_token);
    const url = client.buildEndSessionUrl(party.configuration, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: 'http://localhost:4000/',
    });
    assert.equal((await visitor.request(url.href)).location, 'http://localhost:4000/');
    await assert.rejects(client.refreshTokenGrant(party.configuration, refreshed.refresh_token ?? ''), {
      error: 'invalid_grant',
    });
  });

  it('the session cookie ends with the browser, and the session after its idle and its longest time', async () => {
    const { sessionIdleSeconds, sessionMaximumSeconds } = service.config.times;
    const person = await createPerson(service);
    const visitor = new Visitor();
    await signInToTokens(visitor, party, person.identifier, PASSWORD);
    const cookie = (await visitor.jar.getCookies(service.url)).find(({ key }) => key === 'mc_session');
    assert.equal(cookie?.expires, 'Infinity');
    const holdsAfter = async (seconds: number) => {
      await service.clock.advance(seconds);
      const { location } = await visitor.request((await party.begin({ prompt: 'none' })).url);
      return new URL(location ?? '').searchParams.has('code');
    };
    const step = sessionIdleSeconds - 60;
    let age = 0;
    for (; age + step < sessionMaximumSeconds; age += step)
      assert.equal(await holdsAfter(step), true, `each request prolongs the idle time, after ${age} s too`);
    assert.equal(await holdsAfter(sessionMaximumSeconds - age), false, 'the longest time is not prolonged');
    await signInToTokens(visitor, party, person.identifier, PASSWORD);
    assert.equal(await holdsAfter(sessionIdleSeconds - 1), true);
    assert.equal(await holdsAfter(sessionIdleSeconds + 1), false, 'nobody was there for the idle time');
  });

  it('a public client calls the token endpoint from its own origin, and from no other', async () => {
    const origin = (value: string) => ({ Origin: value, 'Content-Type': 'application/x-www-form-urlencoded' });
    const body =
      'grant_type=authorization_code&client_id=mon-compte-mobile&code=x&redirect_uri=http%3A%2F%2Flocalhost%3A4000%2Fmobile&code_verifier=' +
      'x'.repeat(43);
    const ours = await new Visitor().request(`${service.url}/token`, {
      method: 'POST',
      body,
      headers: origin('http://localhost:4000'),
    });
    assert.equal(ours.headers.get('access-control-allow-origin'), 'http://localhost:4000');
    const other = await new Visitor().request(`${service.url}/token`, {
      method: 'POST',
      body,
      headers: origin('https://evil.example'),
    });
    assert.equal(other.headers.get('access-control-allow-origin'), null);
  });
});
