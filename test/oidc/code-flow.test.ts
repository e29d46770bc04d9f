import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { createPerson, INITIAL_PASSWORD, PASSWORD, randomProvisional } from '../support/people.ts';
import { createRelyingParty, openInteraction, signIn, signInToTokens } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

for (const store of ['redis', 'memory'] as const) {
  describe(`the authorization code flow, on ${store}`, () => {
    let service: Service;
    before(async () => {
      service = await startService({ store });
    });
    after(() => service.stop());

    it('leads a person with a NIR from the redirect to tokens and claims', async () => {
      const person = await createPerson(service);
      const party = await createRelyingParty(service.url);
      const { tokens, callback } = await signInToTokens(new Visitor(), party, person.identifier, PASSWORD);
      const claims = tokens.claims();
      assert.equal(new URL(callback).searchParams.get('iss'), service.url, 'RFC 9207');
      assert.equal(claims?.acr, 'eidas1');
      assert.deepEqual(claims?.amr, ['pwd']);
      assert.ok(typeof claims?.auth_time === 'number');
      assert.equal(claims?.given_name, undefined, 'personal claims leave by userinfo alone');
      const info = await client.fetchUserInfo(party.configuration, tokens.access_token, claims?.sub ?? '');
      assert.deepEqual(
        { ...info, sub: 'sub' },
        {
          sub: 'sub',
          given_name: 'CLAIRE MARIE',
          family_name: 'LEFEBVRE',
          identifier_type: 'nir',
          identity_verified: true,
          name: 'CLAIRE MARIE LEFEBVRE',
          birthdate: '1962-11-03',
          gender: 'female',
          birthplace: '44109',
          birthcountry: '99100',
        },
      );
      assert.notEqual(info.sub, person.accountId);
    });

    it('gives eidas0 while the identity is not confirmed', async () => {
      const person = await createPerson(service, { identifier: randomProvisional(), identityVerified: false });
      const party = await createRelyingParty(service.url);
      const { tokens } = await signInToTokens(new Visitor(), party, person.identifier, PASSWORD);
      assert.equal(tokens.claims()?.acr, 'eidas0');
    });

    it('opens only the creation of a password to an initial password, then destroys it', async () => {
      const person = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
      const party = await createRelyingParty(service.url);
      const visitor = new Visitor();
      const { interaction, checks } = await openInteraction(visitor, party);
      const first = await signIn(visitor, interaction, person.identifier, INITIAL_PASSWORD);
      assert.equal(first.json.status, 'password-creation-required');
      const reloaded = await visitor.request(interaction);
      assert.equal(
        reloaded.json.status,
        'password-creation-required',
        'the interaction stands where something is owed',
      );
      assert.equal(
        (await visitor.request(`${interaction}/sign-in`)).json.status,
        'sign-in',
        'another way in stays open',
      );
      const weak = await visitor.request(`${interaction}/password`, { json: { password: 'abc', confirmation: 'abd' } });
      assert.equal(weak.status, 422);
      const created = await visitor.request(`${interaction}/password`, {
        json: { password: PASSWORD, confirmation: PASSWORD },
      });
      assert.equal(created.json.status, 'authenticated');
      const callback = (await visitor.request(created.json.redirectTo)).location ?? '';
      const tokens = await party.redeem(callback, checks);
      assert.ok(tokens.access_token);
      const again = new Visitor();
      const next = await openInteraction(again, party);
      assert.equal(
        (await signIn(again, next.interaction, person.identifier, INITIAL_PASSWORD)).json.code,
        'sign_in_failed',
      );
      assert.equal((await signIn(again, next.interaction, person.identifier, PASSWORD)).json.status, 'authenticated');
    });
  });
}
