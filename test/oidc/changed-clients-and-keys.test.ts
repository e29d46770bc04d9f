import assert from 'node:assert/strict';
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as client from 'openid-client';
import type { Client } from '../../src/ports/clients.ts';
import type { PrivateSigningKey } from '../../src/ports/signing-keys.ts';
import { projectRoot } from '../../src/project-root.ts';
import { type Changing, createChanging, freshKeys } from '../support/changing.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import {
  createRelyingParty,
  openInteraction,
  type RelyingParty,
  signIn,
  signInToTokens,
} from '../support/relying-party.ts';
import { type Service, startService, testSecrets } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

describe('the provider, built again from what has changed', () => {
  let service: Service;
  let changing: Changing;
  let party: RelyingParty;
  const initial = createChanging();
  before(async () => {
    changing = createChanging();
    service = await startService({ ports: changing.ports });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());
  afterEach(async () => {
    Object.assign(changing, { clients: initial.clients, keys: initial.keys });
    await service.app.rebuildProvider();
  });

  async function serve(change: { clients?: readonly Client[]; keys?: readonly PrivateSigningKey[] }): Promise<void> {
    Object.assign(changing, change);
    await service.app.rebuildProvider();
  }

  const tokensOf = async (its: RelyingParty, visitor = new Visitor()) =>
    (await signInToTokens(visitor, its, (await createPerson(service)).identifier, PASSWORD, { scope: 'openid' }))
      .tokens;

  describe('clients', () => {
    it('serves a new client, and nobody before the provider is built again', async () => {
      const [first] = initial.clients;
      assert.ok(first);
      const secret = 'the secret of the newcomer, long enough';
      const newcomer = { ...first, clientId: 'newcomer', secret, redirectUris: ['https://newcomer.test/callback'] };
      const its = await createRelyingParty(service.url, 'newcomer', secret, 'https://newcomer.test/callback');
      changing.clients = [...initial.clients, newcomer];
      assert.equal((await new Visitor().request((await its.begin()).url)).json.error, 'invalid_client');
      await service.app.rebuildProvider();
      assert.ok((await tokensOf(its)).access_token);
      assert.ok((await tokensOf(party)).access_token);
    });

    it('refuses a client that was removed at every door, and no other', async () => {
      const removed = await createRelyingParty(service.url, 'mon-compte-mobile', '', 'http://localhost:4000/mobile');
      const [its, others] = [await tokensOf(removed), await tokensOf(party)];
      const visitor = new Visitor();
      const { interaction } = await openInteraction(visitor, removed, { scope: 'openid' });
      const person = await createPerson(service);
      await serve({ clients: initial.clients.filter(({ clientId }) => clientId !== 'mon-compte-mobile') });

      const { url } = await removed.begin({ scope: 'openid' });
      assert.equal((await new Visitor().request(url)).json.error, 'invalid_client');
      const step = await signIn(visitor, interaction, person.identifier, PASSWORD);
      assert.equal(step.json.code, 'interaction_not_found');
      const refresh = client.refreshTokenGrant(removed.configuration, its.refresh_token ?? '');
      await assert.rejects(refresh, { error: 'invalid_client' });
      const info = client.fetchUserInfo(removed.configuration, its.access_token, client.skipSubjectCheck);
      await assert.rejects(info, { code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE' });

      assert.ok((await client.refreshTokenGrant(party.configuration, others.refresh_token ?? '')).access_token);
    });

    it('compares with the new secret of a client, and no longer with the old one', async () => {
      const secret = 'another secret of thirty-two characters';
      const clients = initial.clients.map((known) => (known.clientId === 'mon-compte' ? { ...known, secret } : known));
      await serve({ clients });
      await assert.rejects(tokensOf(party), { code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE' });
      assert.ok((await tokensOf(await createRelyingParty(service.url, 'mon-compte', secret))).access_token);
    });

    it('names the portal by its new name where no client is known', async () => {
      const page = async () => (await new Visitor('html').request(`${service.url}/nowhere`)).text;
      assert.match(await page(), /Mon Compte/);
      const [first, ...others] = initial.clients;
      assert.ok(first);
      await serve({ clients: [{ ...first, name: 'Le portail renommé' }, ...others] });
      assert.match(await page(), /Le portail renommé/);
    });
  });

  describe('signing keys', () => {
    it('publishes a new key, then signs with it, while what the old one signed still verifies', async () => {
      const [old, fresh] = [initial.keys, freshKeys()];
      const before = (await tokensOf(party)).id_token ?? '';
      assert.equal(kidOf(before), old[0]?.kid);

      await serve({ keys: [...old, ...fresh] });
      assert.deepEqual(kidsOf(await published()), kidsOf([...old, ...fresh]));
      const meanwhile = (await tokensOf(party)).id_token ?? '';
      assert.equal(kidOf(meanwhile), old[0]?.kid, 'a key that is published last does not sign yet');

      await serve({ keys: [...fresh, ...old] });
      const after = (await tokensOf(party)).id_token ?? '';
      assert.equal(kidOf(after), fresh[0]?.kid);
      const keys = await published();
      for (const token of [before, meanwhile, after]) assert.ok(verifies(token, keys));
      assert.equal((await signOut(before)).status, 303, 'as a hint, too');

      await serve({ keys: fresh });
      assert.deepEqual(kidsOf(await published()), kidsOf(fresh));
      assert.ok(verifies(after, await published()));
      assert.ok(!verifies(before, await published()));
      assert.equal((await signOut(before)).json.error, 'invalid_request');
    });

    it('keeps sessions and tokens that are no signature: they outlive every key', async () => {
      const visitor = new Visitor();
      const tokens = await tokensOf(party, visitor);
      await serve({ keys: freshKeys() });
      const { location } = await visitor.request((await party.begin({ prompt: 'none' })).url);
      assert.ok(new URL(location ?? '').searchParams.has('code'));
      assert.ok(await client.fetchUserInfo(party.configuration, tokens.access_token, client.skipSubjectCheck));
    });
  });

  describe('that cannot be built', () => {
    const wrong = (change: Partial<Client>): readonly Client[] =>
      initial.clients.map((known, at) => (at === 1 ? { ...known, ...change } : known));

    for (const [what, change, message] of [
      [
        'a client',
        { clients: wrong({ redirectUris: ['nonsense'] }) },
        /client mon-compte-droits: the provider refuses it/,
      ],
      ['a key', { keys: [{ kid: 'k', kty: 'oct', d: 'x' }] }, /signing key k: must be of ES256/],
      ['two keys of one name', { keys: [...initial.keys, ...initial.keys] }, /kid/],
    ] as const)
      it(`for ${what} that the library refuses, leaves the service serving what it served`, async () => {
        const kids = kidsOf(await published());
        await assert.rejects(serve(change), message);
        assert.ok((await tokensOf(party)).access_token);
        assert.deepEqual(kidsOf(await published()), kids);
      });

    it('for a fault of the clients file, names it, serves on, and serves the file again once it is mended', async () => {
      const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'mon-compte-clients-')), 'clients.yaml');
      const committed = readFileSync(path.join(projectRoot, 'config/clients.yaml'), 'utf8');
      writeFileSync(file, committed);
      const own = await startService({ store: 'memory', env: { CLIENTS_FILE: file } });
      try {
        writeFileSync(file, committed.replaceAll('sector:', 'sektor:'));
        await assert.rejects(own.app.rebuildProvider(), ({ code, details }) => {
          assert.equal(code, 'store_unavailable');
          assert.ok(details.faults.includes('client mon-compte: sektor: unknown'));
          return true;
        });
        const its = await createRelyingParty(own.url);
        const { identifier } = await createPerson(own);
        assert.ok((await signInToTokens(new Visitor(), its, identifier, PASSWORD)).tokens.access_token);

        writeFileSync(file, committed.replaceAll('/callback', '/elsewhere'));
        await own.app.rebuildProvider();
        const moved = await createRelyingParty(
          own.url,
          'mon-compte',
          testSecrets.CLIENT_MON_COMPTE_SECRET,
          'http://localhost:4000/elsewhere',
        );
        assert.ok((await signInToTokens(new Visitor(), moved, identifier, PASSWORD)).tokens.access_token);
      } finally {
        await own.stop();
      }
    });
  });

  async function published(): Promise<readonly (JsonWebKey & { kid: string })[]> {
    return (await new Visitor().request(`${service.url}/jwks`)).json.keys;
  }

  function signOut(idToken: string) {
    return new Visitor().request(`${service.url}/session/end?id_token_hint=${idToken}`);
  }
});

const kidsOf = (keys: readonly { kid: string }[]) => keys.map(({ kid }) => kid);

function kidOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
}

/** ES256 (RFC 7518 §3.4), with the key that the token names. */
function verifies(token: string, keys: readonly (JsonWebKey & { kid: string })[]): boolean {
  const jwk = keys.find(({ kid }) => kid === kidOf(token));
  if (!jwk) return false;
  const [header, payload, signature] = token.split('.');
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const text = Buffer.from(`${header}.${payload}`);
  return verify('sha256', text, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature ?? '', 'base64url'));
}
