import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { type Changing, createChanging } from '../support/changing.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty, type RelyingParty, signInToTokens } from '../support/relying-party.ts';
import { type Service, startService, testSecrets } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const SECRET = testSecrets.CLIENT_MON_COMPTE_SECRET ?? '';

describe('the algorithm of ID tokens', () => {
  let service: Service;
  let changing: Changing;
  before(async () => {
    changing = createChanging();
    const [portal] = changing.clients;
    assert.ok(portal);
    changing.clients = [portal, { ...portal, clientId: 'rs', idTokenAlgorithm: 'RS256' }];
    service = await startService({ store: 'memory', ports: changing.ports });
  });
  after(() => service.stop());

  /** A relying party that insists on its algorithm, and verifies each signature with the published keys. */
  async function insisting(clientId: string, algorithm: string): Promise<RelyingParty> {
    const party = await createRelyingParty(service.url, clientId, SECRET);
    const metadata = { id_token_signed_response_alg: algorithm };
    const server = party.configuration.serverMetadata();
    const configuration = new client.Configuration(server, clientId, metadata, client.ClientSecretBasic(SECRET));
    client.allowInsecureRequests(configuration);
    client.enableNonRepudiationChecks(configuration);
    return {
      ...party,
      configuration,
      redeem: (callback, checks) => client.authorizationCodeGrant(configuration, new URL(callback), checks),
    };
  }

  const tokensOf = async (party: RelyingParty) =>
    (await signInToTokens(new Visitor(), party, (await createPerson(service)).identifier, PASSWORD)).tokens;

  for (const [clientId, algorithm, other] of [
    ['mon-compte', 'ES256', 'RS256'],
    ['rs', 'RS256', 'ES256'],
  ] as const)
    it(`is ${algorithm} for « ${clientId} », at sign-in and at refresh, by a published key`, async () => {
      const party = await insisting(clientId, algorithm);
      const tokens = await tokensOf(party);
      assert.equal(headerOf(tokens.id_token).alg, algorithm);
      const fresh = await client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
      assert.equal(headerOf(fresh.id_token).alg, algorithm);
      await assert.rejects(tokensOf(await insisting(clientId, other)), { code: 'OAUTH_INVALID_RESPONSE' });
    });

  it('is one of two, which discovery lists', async () => {
    const { json } = await new Visitor().request(`${service.url}/.well-known/openid-configuration`);
    assert.deepEqual(json.id_token_signing_alg_values_supported, ['ES256', 'RS256']);
  });

  it('may change: an ID token of the one before is a hint still, and none of a key that is not ours', async () => {
    const visitor = new Visitor();
    const party = await createRelyingParty(service.url, 'rs', SECRET);
    const { identifier } = await createPerson(service);
    const { id_token: hint = '' } = (await signInToTokens(visitor, party, identifier, PASSWORD)).tokens;
    const { clients } = changing;
    try {
      changing.clients = clients.map((known) => ({ ...known, idTokenAlgorithm: 'ES256' }));
      await service.app.rebuildProvider();
      const silent = await visitor.request((await party.begin({ prompt: 'none', id_token_hint: hint })).url);
      assert.ok(new URL(silent.location ?? '').searchParams.has('code'));
      const [header, payload] = hint.split('.');
      for (const [what, alg] of [
        ['forged', headerOf(hint)],
        ['unsigned', { ...headerOf(hint), alg: 'none' }],
        ['signed with a secret', { ...headerOf(hint), alg: 'HS256' }],
      ] as const) {
        const other = what === 'forged' ? header : Buffer.from(JSON.stringify(alg)).toString('base64url');
        const forged = `${other}.${payload}.${Buffer.alloc(256).toString('base64url')}`;
        const refused = await visitor.request(`${service.url}/session/end?id_token_hint=${forged}`);
        assert.equal(refused.json.error, 'invalid_request', what);
      }
      assert.equal((await visitor.request(`${service.url}/session/end?id_token_hint=${hint}`)).status, 303);
    } finally {
      changing.clients = clients;
      await service.app.rebuildProvider();
    }
  });

  it('that no key signs with keeps the service from being built, and says for which client and what to do', async () => {
    const { keys } = changing;
    try {
      changing.keys = keys.filter(({ kty }) => kty !== 'RSA');
      const fault =
        'client rs: id_token_alg: no key of SIGNING_KEYS signs with RS256; `mon-compte-identity secrets` prints one';
      await assert.rejects(service.app.rebuildProvider(), { message: fault });
      await assert.rejects(
        startService({ store: 'memory', ports: changing.ports }),
        (error: { faults?: readonly string[] }) => {
          assert.deepEqual(error.faults, [fault]);
          return true;
        },
      );
    } finally {
      changing.keys = keys;
    }
  });
});

function headerOf(token = ''): { alg?: string } {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
}
