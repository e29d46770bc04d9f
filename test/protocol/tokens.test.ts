/** The token, userinfo and revocation endpoints: who is given what, and what each refusal says. */
import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import { SECRET } from './support/clients.ts';
import {
  ask,
  credentialsOf,
  type Given,
  personOf,
  redeem,
  refresh,
  signIn,
  signInToTokens,
  userinfo,
  VERIFIER,
} from './support/journey.ts';
import { loaded, type Protocol, REQUEST, startProtocol, stopProtocols } from './support/protocol.ts';

const GRANT = { error: 'invalid_grant', error_description: 'grant request is invalid' };
const CLIENT = { error: 'invalid_client', error_description: 'client authentication failed' };

const eventsOf = ({ ports: { audit } }: Protocol) => audit.events.filter(({ kind }) => kind === 'token');

/** As every event of a token stands in the audit log. */
const event = ({ ports: { vault } }: Protocol, outcome: string, accountId: string, clientId = 'portal') => ({
  ...{ kind: 'token', outcome, accountId, clientId, requestId: REQUEST.requestId },
  clientAddressIndex: vault.blindIndex('client-address', REQUEST.clientAddress.address),
});

describe('a code', () => {
  afterEach(stopProtocols);

  it('gives tokens, each of the shape that is promised, and nothing that is kept on the way', async () => {
    const protocol = await startProtocol();
    const { code } = await signIn(protocol, 'portal', { parameters: { scope: 'openid profile' } });
    const { status, headers, json } = await redeem(protocol, code);
    const { access_token, refresh_token, id_token, ...rest } = json;
    assert.deepEqual([status, headers['cache-control']], [200, 'no-store']);
    assert.deepEqual(rest, { expires_in: 600, scope: 'openid profile', token_type: 'Bearer' });
    assert.match(access_token, /^[\w-]{43}$/);
    assert.match(refresh_token, /^[\w-]{22}\.[\w-]{43}$/);
    assert.equal(id_token.split('.').length, 3);
  });

  it('gives an ID token by the algorithm of its client', async () => {
    const protocol = await startProtocol();
    for (const [clientId, alg] of [
      ['portal', 'ES256'],
      ['rsa', 'RS256'],
    ] as const) {
      const { tokens } = await signInToTokens(protocol, clientId);
      const [header] = String(tokens.id_token).split('.');
      assert.equal(JSON.parse(Buffer.from(header ?? '', 'base64url').toString()).alg, alg, clientId);
    }
  });

  for (const [away, clientId] of [
    ['AccessToken', 'portal'],
    ['RefreshToken', 'portal'],
    ['RefreshFamily', 'portal'],
    ['NativeGrant', 'app'],
  ] as const)
    it(`gives nothing where its ${away} cannot be kept`, async () => {
      let isAway = false;
      const protocol = await startProtocol({
        ports: ({ protocolStore }) => ({
          protocolStore: {
            ...protocolStore,
            async upsert(model, ...record) {
              if (model === away) await new Promise((resolve) => setImmediate(resolve));
              if (model === away && isAway) throw new ServiceError('store_unavailable');
              await protocolStore.upsert(model, ...record);
            },
          },
        }),
      });
      const person = await personOf(protocol);
      const [first, second] = [
        await signIn(protocol, clientId, { person }),
        await signIn(protocol, clientId, { person }),
      ];
      assert.equal((await redeem(protocol, first.code, clientId)).status, 200);
      isAway = true;
      const { json } = await redeem(protocol, second.code, clientId);
      assert.deepEqual([json.error, json.access_token], ['server_error', undefined]);
    });

  const wrong: readonly (readonly [what: string, change: Given, clientId?: string])[] = [
    ['with another verifier', { code_verifier: 'w'.repeat(43) }],
    ['without its verifier', { code_verifier: undefined }],
    ['with another address', { redirect_uri: 'https://portal.test/callback?' }],
    ['that nobody gave', { code: 'x'.repeat(43) }],
    ['of another client', {}, 'rights'],
    ['of another client, which is public', {}, 'mobile'],
  ];
  for (const [what, change, clientId = 'portal'] of wrong)
    it(`gives nothing ${what}, and its own client is given tokens then`, async () => {
      const protocol = await startProtocol();
      const { code } = await signIn(protocol);
      const refused = await redeem(protocol, code, clientId, change);
      assert.deepEqual([refused.status, refused.json], [400, GRANT]);
      assert.equal((await redeem(protocol, code)).status, 200);
    });

  it('that is used again within two seconds is refused, and that is all', async () => {
    const protocol = await startProtocol();
    const { code, tokens, person } = await signInToTokens(protocol);
    for (const seconds of [0, 1, 1]) {
      await protocol.pass(seconds);
      assert.deepEqual((await redeem(protocol, code)).json, GRANT);
    }
    assert.equal((await userinfo(protocol, tokens.access_token)).status, 200);
    assert.equal((await refresh(protocol, tokens.refresh_token)).status, 200);
    assert.deepEqual(eventsOf(protocol), [event(protocol, 'code-collision', person.accountId)]);
  });

  it('that is used again a moment later ends every token that it gave', async () => {
    const protocol = await startProtocol();
    const { code, tokens, person } = await signInToTokens(protocol);
    await protocol.pass(2.001);
    assert.deepEqual((await redeem(protocol, code)).json, GRANT);
    assert.equal((await userinfo(protocol, tokens.access_token)).status, 401);
    assert.deepEqual((await refresh(protocol, tokens.refresh_token)).json, GRANT);
    assert.deepEqual(eventsOf(protocol), [event(protocol, 'code-replayed', person.accountId)]);
  });

  it('that is used again has ended its grant before the audit log is told: one that is slow keeps no grant alive', async () => {
    const ended: boolean[] = [];
    const protocol = await startProtocol({
      ports: ({ audit, protocolStore }) => ({
        audit: {
          ...audit,
          async record(one) {
            if (one.kind === 'token') ended.push((await protocolStore.find('Grant', grantId)) === undefined);
            await audit.record(one);
          },
        },
      }),
    });
    const { code, tokens } = await signInToTokens(protocol);
    const kept = await protocol.ports.protocolStore.find('RefreshToken', tokens.refresh_token);
    const grantId = String(kept?.grantId);
    assert.ok(await protocol.ports.protocolStore.find('Grant', grantId));
    await protocol.pass(2.001);
    await redeem(protocol, code);
    assert.deepEqual(ended, [true]);
  });

  it('collides once a minute, however often it is sent', async () => {
    const protocol = await startProtocol({ times: { authorizationCodeSeconds: 600 } });
    const { code, person } = await signInToTokens(protocol);
    for (let sent = 0; sent < 3; sent++) await redeem(protocol, code);
    const collision = event(protocol, 'code-collision', person.accountId);
    assert.deepEqual(eventsOf(protocol), [collision]);
    const others = await signInToTokens(protocol);
    await redeem(protocol, others.code);
    assert.deepEqual(eventsOf(protocol), [collision, event(protocol, 'code-collision', others.person.accountId)]);
  });

  it('is told of each time where the store cannot say whether it was: too often, and not too seldom', async () => {
    const protocol = await startProtocol({
      times: { authorizationCodeSeconds: 600 },
      ports: ({ protocolStore }) => ({
        protocolStore: {
          ...protocolStore,
          async upsert(model, ...record) {
            if (model.endsWith('Collision')) throw new ServiceError('store_unavailable');
            await protocolStore.upsert(model, ...record);
          },
        },
      }),
    });
    const { code, person } = await signInToTokens(protocol);
    for (let sent = 0; sent < 2; sent++) assert.deepEqual((await redeem(protocol, code)).json, GRANT);
    const collision = event(protocol, 'code-collision', person.accountId);
    assert.deepEqual(eventsOf(protocol), [collision, collision]);
  });

  it('is refused also where the audit log is away, which the log says', async () => {
    const protocol = await startProtocol();
    const { code, tokens } = await signInToTokens(protocol);
    await protocol.pass(3);
    protocol.ports.audit.away = true;
    assert.deepEqual((await redeem(protocol, code)).json, GRANT);
    protocol.ports.audit.away = false;
    assert.equal((await userinfo(protocol, tokens.access_token)).status, 401);
    const lost = protocol.ports.log.lines.map(({ level, fields: { event, details } }) => ({ level, event, details }));
    assert.deepEqual(lost, [
      { level: 'error', event: 'audit_lost', details: { kind: 'token', outcome: 'code-replayed' } },
    ]);
  });
});

describe('a request for tokens', () => {
  afterEach(stopProtocols);

  const ERRORS: readonly (readonly [form: Given, status: number, error: string, description: string])[] = [
    [{}, 400, 'invalid_request', "missing required parameter 'grant_type'"],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type', 'unsupported grant_type requested'],
    [{ grant_type: 'client_credentials' }, 400, 'unsupported_grant_type', 'unsupported grant_type requested'],
    [{ grant_type: 'implicit' }, 400, 'unsupported_grant_type', 'unsupported grant_type requested'],
    [
      { grant_type: 'authorization_code' },
      400,
      'invalid_request',
      "missing required parameters 'code' and 'redirect_uri'",
    ],
    [{ grant_type: 'refresh_token' }, 400, 'invalid_request', "missing required parameter 'refresh_token'"],
    [{ grant_type: 'refresh_token', refresh_token: 'x' }, 400, 'invalid_grant', GRANT.error_description],
  ];
  for (const [form, status, error, error_description] of ERRORS)
    it(`of ${JSON.stringify(form)} is refused: ${error}`, async () => {
      const protocol = await startProtocol();
      const { status: answered, json } = await ask(protocol, '/token', 'portal', form);
      assert.deepEqual([answered, json], [status, { error, error_description }]);
    });

  it('of a client that is given no refresh token has none, and no grant to use one', async () => {
    const protocol = await startProtocol();
    const { tokens } = await signInToTokens(protocol, 'rights');
    assert.equal(tokens.refresh_token, undefined);
    const { json } = await refresh(protocol, 'x', 'rights');
    assert.deepEqual(json, {
      error: 'invalid_request',
      error_description: 'requested grant type is not allowed for this client',
    });
  });

  for (const clientId of ['portal', 'basic', 'post', 'mobile'])
    it(`of « ${clientId} » is taken when it proves itself as it declares`, async () => {
      const protocol = await startProtocol();
      const { code } = await signIn(protocol, clientId);
      assert.equal((await redeem(protocol, code, clientId)).status, 200);
    });

  const basic = (id: string, secret = SECRET) =>
    `Basic ${Buffer.from(`${id}:${encodeURIComponent(secret)}`).toString('base64')}`;
  const PROOFS: readonly (readonly [
    what: string,
    clientId: string,
    headers: Record<string, string>,
    form: Record<string, string>,
    passes?: true,
  ])[] = [
    ['in the body, of one that may do either', 'portal', {}, { client_id: 'portal', client_secret: SECRET }, true],
    ['in the body, of one that declares the header', 'basic', {}, { client_id: 'basic', client_secret: SECRET }],
    ['in the header, of one that declares the body', 'post', { Authorization: basic('post') }, {}],
    ['in the header, and it is wrong', 'portal', { Authorization: basic('portal', `${SECRET}x`) }, {}],
    ['in the body, and it is wrong', 'portal', {}, { client_id: 'portal', client_secret: `${SECRET}x` }],
    ['nowhere', 'portal', {}, { client_id: 'portal' }],
    ['nowhere, of one that declares the header', 'basic', {}, { client_id: 'basic' }],
    ['of another client', 'portal', { Authorization: basic('nobody') }, {}],
  ];
  for (const [what, clientId, headers, form, passes = false] of PROOFS)
    it(`is ${passes ? 'taken' : 'refused'} where the secret stands ${what}`, async () => {
      const protocol = await startProtocol();
      const { code } = await signIn(protocol, clientId);
      const redirect_uri = `https://${clientId}.test/callback`;
      const grant = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: VERIFIER };
      const { status, json } = await protocol.request('/token', { headers, form: { ...form, ...grant } });
      if (passes) assert.equal(status, 200);
      else assert.deepEqual([status, json], [401, CLIENT]);
    });

  it('is answered to the pages of its own origins, and to none of others', async () => {
    const protocol = await startProtocol();
    const allowed = async (clientId: string, Origin: string) => {
      const { form, headers } = credentialsOf(clientId);
      const asked = { headers: { ...headers, Origin }, form: { ...form, grant_type: 'authorization_code', code: 'x' } };
      return (await protocol.request('/token', asked)).headers['access-control-allow-origin'];
    };
    assert.equal(await allowed('mobile', 'https://mobile.test'), 'https://mobile.test');
    for (const other of ['https://evil.test', 'http://mobile.test', 'https://mobile.test.evil.test', 'null'])
      assert.equal(await allowed('mobile', other), undefined, other);
    assert.equal(await allowed('portal', 'https://mobile.test'), undefined);
    // Where it is answered is no page that asks.
    assert.equal(await allowed('portal', 'https://portal.test'), undefined);
  });
});

describe('userinfo', () => {
  afterEach(stopProtocols);

  it('refuses what is no access token of ours', async () => {
    const protocol = await startProtocol();
    const { tokens, code } = await signInToTokens(protocol);
    for (const other of ['x', code, tokens.refresh_token, tokens.id_token]) {
      const { status, json, headers } = await userinfo(protocol, other);
      assert.deepEqual([status, json], [401, { error: 'invalid_token', error_description: 'invalid token provided' }]);
      assert.match(headers['www-authenticate'] ?? '', /^Bearer realm="https:\/\/account\.test"/);
    }
    assert.equal((await userinfo(protocol, tokens.access_token)).status, 200);
    const without = await protocol.request('/userinfo');
    assert.deepEqual(without.json, { error: 'invalid_token', error_description: 'no access token provided' });
  });

  it('is for who asked for openid', async () => {
    const protocol = await startProtocol();
    const { code } = await signIn(protocol, 'plain', { parameters: { scope: 'profile', nonce: undefined } });
    const { access_token } = (await redeem(protocol, code, 'plain')).json;
    const { status, json } = await userinfo(protocol, access_token);
    assert.deepEqual([status, json.error], [403, 'insufficient_scope']);
  });
});

describe('a revocation', () => {
  afterEach(stopProtocols);

  it('by its own client ends a refresh token and its grant; of an access token, that alone', async () => {
    const protocol = await startProtocol();
    const { tokens } = await signInToTokens(protocol);
    assert.equal((await ask(protocol, '/token/revocation', 'portal', { token: tokens.access_token })).status, 200);
    assert.equal((await userinfo(protocol, tokens.access_token)).status, 401);
    const { json: fresh } = await refresh(protocol, tokens.refresh_token);
    assert.equal((await userinfo(protocol, fresh.access_token)).status, 200);
    assert.equal((await ask(protocol, '/token/revocation', 'portal', { token: fresh.refresh_token })).status, 200);
    assert.equal((await userinfo(protocol, fresh.access_token)).status, 401);
    assert.deepEqual((await refresh(protocol, fresh.refresh_token)).json, GRANT);
    assert.deepEqual(eventsOf(protocol), [], 'it is no replay');
  });

  it('by another client ends nothing', async () => {
    const protocol = await startProtocol();
    const { tokens } = await signInToTokens(protocol);
    for (const clientId of ['strict', 'mobile'])
      for (const token of [tokens.access_token, tokens.refresh_token]) {
        const { status, text } = await ask(protocol, '/token/revocation', clientId, { token });
        assert.deepEqual([status, text], [200, ''], 'it is told nothing');
      }
    assert.equal((await userinfo(protocol, tokens.access_token)).status, 200);
    assert.equal((await refresh(protocol, tokens.refresh_token)).status, 200);
  });
});

describe('the limit of a client', () => {
  afterEach(stopProtocols);

  const limited = (tokenPerClientPerMinute: number) =>
    startProtocol({ config: { throttles: { ...loaded.throttles, tokenPerClientPerMinute } } });

  it('is that of a minute for all that was given to it, told with when to come back, and uses nothing up', async () => {
    const protocol = await limited(4);
    const { tokens } = await signInToTokens(protocol);
    const other = await signInToTokens(protocol, 'plain');
    await protocol.pass(10);
    const { json: fresh } = await refresh(protocol, tokens.refresh_token);
    for (let used = 0; used < 2; used++) assert.equal((await userinfo(protocol, fresh.access_token)).status, 200);
    for (const refused of [
      await userinfo(protocol, fresh.access_token),
      await refresh(protocol, fresh.refresh_token),
    ]) {
      const { status, headers, json } = refused;
      assert.deepEqual([status, headers['retry-after']], [429, '50']);
      assert.deepEqual(json, {
        error: 'temporarily_unavailable',
        error_description: 'too many requests of this client',
      });
    }
    assert.equal((await userinfo(protocol, other.tokens.access_token)).status, 200, 'another client has its own');
    await protocol.pass(49);
    assert.equal((await userinfo(protocol, fresh.access_token)).status, 429);
    await protocol.pass(1);
    assert.equal((await refresh(protocol, fresh.refresh_token)).status, 200);
  });

  it('is taken by no guess, and by no sign-in', async () => {
    const protocol = await limited(1);
    const { code } = await signIn(protocol);
    for (let guess = 0; guess < 3; guess++) {
      assert.deepEqual((await redeem(protocol, 'x')).json, GRANT);
      assert.deepEqual((await refresh(protocol, 'x')).json, GRANT);
    }
    assert.equal((await redeem(protocol, code)).status, 200);
  });
});
