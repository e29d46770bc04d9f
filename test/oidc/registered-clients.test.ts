import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty, openInteraction, signInToTokens } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const SECRET = 'a secret that has 32 characters and more';
const PORTAL = {
  name: 'Portal',
  home_url: 'https://portal.test',
  sector: 'portal',
  secret_env: 'CLIENT_PORTAL_SECRET',
};
const OPEN = { ...PORTAL, secret_env: undefined, public: true };
const NATIVE = { ...OPEN, native: true };

/** What may stand in a clients file, in every mix that differs in kind. */
const CLIENTS = {
  'one-host': { ...PORTAL, redirect_uris: ['https://one.test/callback'] },
  'two-hosts': {
    ...PORTAL,
    redirect_uris: ['https://one.test/callback', 'https://two.test:8443/callback'],
    post_logout_redirect_uris: ['https://one.test/', 'https://three.test/bye?a=1'],
  },
  'of-its-sector': { ...PORTAL, redirect_uris: ['https://elsewhere.test/callback'] },
  'by-number': {
    ...PORTAL,
    redirect_uris: ['http://127.0.0.1:4000/c', 'http://[::1]:4000/c', 'http://localhost:4000/c'],
  },
  'open-hosts': {
    ...OPEN,
    redirect_uris: ['https://one.test/callback', 'https://two.test/callback'],
    origins: ['https://one.test', 'https://two.test'],
    refresh: true,
  },
  'native-mix': {
    ...NATIVE,
    redirect_uris: [
      'fr.example.app:/callback',
      'http://127.0.0.1/callback',
      'http://[::1]/callback',
      'https://app.test/callback',
      'https://app.example/callback',
    ],
    post_logout_redirect_uris: ['fr.example.app:/bye', 'https://app.test/bye'],
    refresh: true,
  },
  posts: { ...PORTAL, redirect_uris: ['https://one.test/c'], token_endpoint_auth_method: 'client_secret_post' },
  'odd.Name_1-': {
    ...PORTAL,
    name: 'L’été <b>&',
    redirect_uris: ['https://one.test/%C3%A9?x=%20'],
    id_token_alg: 'RS256',
  },
  'all-scopes': {
    ...PORTAL,
    redirect_uris: ['https://one.test/c', 'https://one.test/c'],
    scopes: ['openid', 'openid', 'offline_access', 'profile', 'identite_pivot', 'nir'],
    nir_entitled: true,
  },
  long: {
    ...PORTAL,
    redirect_uris: [`https://one.test/${'x'.repeat(1007)}`],
    post_logout_redirect_uris: [`https://one.test/${'y'.repeat(1007)}`],
  },
} satisfies Readonly<Record<string, Entry & Readonly<Record<string, unknown>>>>;

type Entry = { redirect_uris: string[]; post_logout_redirect_uris?: string[]; scopes?: string[] };

describe('a client that a start has taken', () => {
  let service: Service;
  before(async () => {
    const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'mon-compte-clients-')), 'clients.yaml');
    const clients = Object.entries(CLIENTS).map(([client_id, entry]) => ({ client_id, ...entry }));
    writeFileSync(file, JSON.stringify({ clients }));
    service = await startService({ store: 'memory', env: { CLIENTS_FILE: file, CLIENT_PORTAL_SECRET: SECRET } });
  });
  after(() => service.stop());

  for (const [clientId, entry] of Object.entries<Entry>(CLIENTS))
    it(`is answered at each of its addresses: ${clientId}`, async () => {
      for (const redirectUri of new Set(entry.redirect_uris)) {
        const party = await createRelyingParty(service.url, clientId, SECRET, redirectUri);
        const scope = [...new Set(entry.scopes ?? ['openid'])].join(' ');
        const { interaction } = await openInteraction(new Visitor(), party, { scope });
        assert.ok(interaction, redirectUri);
        const refused = await party.begin({ scope: 'openid', prompt: 'none' });
        const { location } = await new Visitor().request(refused.url);
        const [told, asked] = [new URL(location ?? ''), new URL(redirectUri)];
        assert.deepEqual([told.protocol, told.host, told.pathname], [asked.protocol, asked.host, asked.pathname]);
        for (const [name, value] of asked.searchParams) assert.equal(told.searchParams.get(name), value);
      }
      for (const address of entry.post_logout_redirect_uris ?? []) {
        const parameters = new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: address, state: 's' });
        const { status, location } = await new Visitor().request(`${service.url}/session/end?${parameters}`);
        assert.equal(status, 303);
        const answered = new URL(location ?? '');
        assert.equal(answered.searchParams.get('state'), 's');
        answered.searchParams.delete('state');
        assert.equal(answered.href, new URL(address).href);
      }
    });

  it('gives a person one sub on each of its hosts, and so does every client of its sector', async () => {
    const { identifier } = await createPerson(service);
    const subs = new Set<string | undefined>();
    for (const [clientId, secret] of [
      ['two-hosts', SECRET],
      ['by-number', SECRET],
      ['of-its-sector', SECRET],
      ['open-hosts', ''],
    ] as const)
      for (const redirectUri of CLIENTS[clientId].redirect_uris) {
        const party = await createRelyingParty(service.url, clientId, secret, redirectUri);
        const { callback, tokens } = await signInToTokens(new Visitor(), party, identifier, PASSWORD, {
          scope: 'openid',
        });
        assert.equal(new URL(callback).host, new URL(redirectUri).host);
        subs.add(tokens.claims()?.sub);
      }
    assert.equal(subs.size, 1);
  });
});
