/**
 * What an authorization request may say. Each refusal has its twin: the same request, which passes but for the one thing that is
 * named.
 */
import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import {
  authorizeUrl,
  clientOf,
  type Given,
  open,
  redeem,
  signIn,
  signInToTokens,
  silently,
  toldOf,
} from './support/journey.ts';
import { browserOf, HTTPS, startProtocol, stopProtocols } from './support/protocol.ts';

const PORTAL = 'https://portal.test/callback';

/** What the relying party is told of a refusal. */
const refusal = (error: string, error_description: string) => ({
  error,
  error_description,
  state: 'a state',
  iss: HTTPS,
});

describe('an authorization request', () => {
  afterEach(stopProtocols);

  const BEGINS: readonly (readonly [what: string, clientId: string, change: Given])[] = [
    ['as it is', 'portal', {}],
    ['of a public client', 'mobile', {}],
    ['of a native client', 'app', {}],
    ['without a state', 'portal', { state: undefined }],
    ['without a nonce', 'portal', { nonce: undefined }],
    ['in a form that is posted', 'portal', { response_mode: 'form_post' }],
    ['with parameters that nobody knows', 'portal', { foo: 'bar', resource: 'https://api.test', claims: '{}' }],
    ['for the class of a confirmed identity', 'portal', { acr_values: 'eidas1' }],
    ['that asks who it is', 'portal', { prompt: 'login' }],
    ['with a scope that there is not', 'portal', { scope: 'openid phone' }],
  ];
  for (const [what, clientId, change] of BEGINS)
    it(`begins: ${what}`, async () => {
      const protocol = await startProtocol();
      const { status, location } = await browserOf(protocol).request(authorizeUrl(clientId, change));
      assert.equal(status, 303);
      assert.match(location, /^\/interactions\/[\w-]{43}$/);
    });

  const challenges: readonly (readonly [what: string, change: Given, description: string])[] = [
    [
      'without PKCE at all',
      { code_challenge: undefined, code_challenge_method: undefined },
      'Authorization Server policy requires PKCE to be used for this request',
    ],
    [
      'with a method and no challenge',
      { code_challenge: undefined },
      'code_challenge must be provided with code_challenge_method',
    ],
    [
      'with a challenge that is plain',
      { code_challenge_method: 'plain' },
      'not supported value of code_challenge_method',
    ],
    ['with a challenge and no method', { code_challenge_method: undefined }, 'code_challenge_method must be provided'],
  ];
  for (const clientId of ['portal', 'mobile', 'app'])
    for (const [what, change, description] of challenges)
      it(`of « ${clientId} » is refused ${what}`, async () => {
        const protocol = await startProtocol();
        const told = toldOf(await protocol.request(authorizeUrl(clientId, change)));
        assert.deepEqual(told, refusal('invalid_request', description));
      });

  const REFUSED: readonly (readonly [change: Given, error: string, description: string, clientId?: string])[] = [
    [{ response_type: 'id_token' }, 'unsupported_response_type', 'unsupported response_type requested'],
    [{ response_type: 'code id_token' }, 'unsupported_response_type', 'unsupported response_type requested'],
    [{ response_type: 'token' }, 'unsupported_response_type', 'unsupported response_type requested'],
    [{ response_type: undefined }, 'invalid_request', "missing required parameter 'response_type'"],
    [{ response_mode: 'query.jwt' }, 'unsupported_response_mode', 'unsupported response_mode requested'],
    [{ response_mode: 'web_message' }, 'unsupported_response_mode', 'unsupported response_mode requested'],
    [{ scope: 'openid identite_pivot' }, 'invalid_scope', 'requested scope is not allowed', 'plain'],
    [{ scope: 'openid nir' }, 'invalid_scope', 'requested scope is not allowed'],
    [{ prompt: 'create' }, 'invalid_request', 'unsupported prompt value requested'],
    [{ prompt: 'none login' }, 'invalid_request', 'prompt none must only be used alone'],
    [{ max_age: '-1' }, 'invalid_request', 'invalid max_age parameter value'],
    [{ request: 'x' }, 'request_not_supported', ''],
    [{ request_uri: 'https://portal.test/r' }, 'request_uri_not_supported', ''],
    [{ registration: '{}' }, 'registration_not_supported', ''],
    [{ id_token_hint: 'x' }, 'invalid_request', 'could not validate id_token_hint'],
    [{ prompt: 'none' }, 'login_required', 'End-User authentication is required'],
  ];
  for (const [change, error, description, clientId = 'portal'] of REFUSED)
    it(`of « ${clientId} » is refused with ${JSON.stringify(change)}: ${error}`, async () => {
      const protocol = await startProtocol();
      const answer = await browserOf(protocol).request(authorizeUrl(clientId, change));
      assert.equal(answer.status, 303);
      const { error_description: said = '', scope: _, ...told } = toldOf(answer);
      // What the library adds in brackets is what it was sent.
      const words = String(said).split(' (')[0];
      assert.deepEqual({ ...told, error_description: words }, refusal(error, description));
    });

  it('is answered at an address that was registered, letter for letter; elsewhere nothing is sent', async () => {
    const protocol = await startProtocol();
    assert.match((await protocol.request(authorizeUrl('portal', { redirect_uri: PORTAL }))).location, /interactions/);
    for (const other of [
      ...[`${PORTAL}/`, `${PORTAL}?x=1`, `${PORTAL}#x`, `${PORTAL}x`, 'https://PORTAL.test/callback'],
      ...['https://portal.test:443/callback', 'http://portal.test/callback', 'https://evil.test/', '', undefined],
      // Its home is no address that it is answered at.
      'https://portal.test',
    ]) {
      const { status, location, json } = await protocol.request(authorizeUrl('portal', { redirect_uri: other }));
      assert.deepEqual([status, location], [400, ''], other);
      assert.match(json.error, /^invalid_re(direct_uri|quest)$/);
    }
    const nobody = await protocol.request(authorizeUrl('portal', { client_id: 'nobody' }));
    assert.deepEqual([nobody.status, nobody.json.error, nobody.location], [400, 'invalid_client', '']);
  });

  it('is answered by a code, its state and who answers (RFC 9207), with 303, and nothing more', async () => {
    const protocol = await startProtocol();
    const { answer, code } = await signIn(protocol);
    assert.deepEqual(
      [answer.status, answer.headers['cache-control'], toldOf(answer)],
      [303, 'no-store', { code, state: 'a state', iss: HTTPS }],
    );
    assert.ok(answer.location.startsWith(`${PORTAL}?`));
    assert.match(code, /^[\w-]{43}$/);
  });

  it('without openid is answered too, and no ID token is given', async () => {
    const protocol = await startProtocol();
    const { code } = await signIn(protocol, 'plain', { parameters: { scope: 'profile', nonce: undefined } });
    const { status, json } = await redeem(protocol, code, 'plain');
    assert.deepEqual([status, json.id_token, json.scope], [200, undefined, 'profile']);
  });

  it('asks again who it is by prompt=login, by an age that is over, and by no other', async () => {
    const protocol = await startProtocol();
    const { browser } = await signIn(protocol);
    await protocol.pass(100);
    const outcome = async (change: Given) =>
      (await browser.request(authorizeUrl('portal', change))).location.includes('code=') ? 'code' : 'asked';
    assert.equal(await outcome({}), 'code');
    assert.equal(await outcome({ max_age: '101' }), 'code');
    assert.equal(await outcome({ max_age: '99' }), 'asked');
    assert.equal(await outcome({ max_age: '0' }), 'asked');
    assert.equal(await outcome({ prompt: 'login' }), 'asked');
    assert.equal(await outcome({ prompt: 'none' }), 'code');
    assert.equal((await silently(browser, 'portal', { max_age: '99' })).error, 'login_required');
  });

  it('asks a screen of nobody for consent: the grant covers what the client is registered with', async () => {
    const protocol = await startProtocol();
    const { browser, person } = await signIn(protocol, 'portal', { parameters: { scope: 'openid' } });
    for (const [clientId, scope] of [
      ['portal', 'openid profile identite_pivot offline_access'],
      ['rights', 'openid nir'],
      ['plain', 'openid profile'],
    ] as const)
      assert.ok((await silently(browser, clientId, { scope })).code, clientId);
    // A request that asks for it all the same has it at once.
    const { interaction } = await open(protocol, browser, 'portal', { prompt: 'consent' });
    assert.equal((await browser.request(interaction)).json.prompt, 'consent');
    const { json } = await browser.request(interaction, { json: { consent: true } });
    const { location } = await browser.request(json.to);
    assert.match(location, /[?&]code=/);
    assert.ok(person.accountId);
  });

  it('names offline_access in its answer for a client that is registered with it, and for no other', async () => {
    const protocol = await startProtocol();
    for (const [clientId, asked, answered] of [
      ['portal', 'openid profile offline_access', 'openid profile offline_access'],
      ['portal', 'openid profile', 'openid profile'],
      ['plain', 'openid profile offline_access', 'openid profile'],
    ] as const) {
      const { tokens } = await signInToTokens(protocol, clientId, { parameters: { scope: asked } });
      assert.equal(tokens.scope, answered, clientId);
    }
  });

  it('takes no grant for its own that is another person’s', async () => {
    const protocol = await startProtocol();
    const { browser, tokens } = await signInToTokens(protocol);
    const { protocolStore } = protocol.ports;
    const { grantId = '' } = ((await protocolStore.find('RefreshToken', tokens.refresh_token)) ?? {}) as {
      grantId?: string;
    };
    const grant = (await protocolStore.find('Grant', grantId)) ?? assert.fail();
    await protocolStore.upsert('Grant', grantId, { ...grant, accountId: 'another' }, 600);
    const { code } = await silently(browser);
    assert.equal((await redeem(protocol, String(code))).status, 200);
  });

  it('is answered by a code once the grant is kept, and not before', async () => {
    let isAway = false;
    const protocol = await startProtocol({
      ports: ({ protocolStore }) => ({
        protocolStore: {
          ...protocolStore,
          async upsert(model, ...record) {
            if (model === 'Grant') await new Promise((resolve) => setImmediate(resolve));
            if (model === 'Grant' && isAway) throw new ServiceError('store_unavailable');
            await protocolStore.upsert(model, ...record);
          },
        },
      }),
    });
    const { browser, code } = await signIn(protocol);
    assert.equal((await redeem(protocol, code)).status, 200);
    isAway = true;
    assert.equal((await silently(browser, 'rights')).error, 'server_error');
  });

  it('of a client that has asked already goes on with its grant, and with more scopes in it', async () => {
    const protocol = await startProtocol();
    const { browser, tokens } = await signInToTokens(protocol);
    const { protocolStore } = protocol.ports;
    const grantOf = async (token: string) => (await protocolStore.find('RefreshToken', token))?.grantId as string;
    const first = await grantOf(tokens.refresh_token);
    const { code } = await silently(browser, 'portal', { scope: 'openid profile' });
    const { json } = await redeem(protocol, String(code));
    assert.equal(await grantOf(json.refresh_token), first);
    assert.deepEqual((await protocolStore.find('Grant', first))?.openid, { scope: 'openid profile' });
  });
});

describe('the length of an authorization request', () => {
  afterEach(stopProtocols);

  const LONGEST: readonly (readonly [name: string, bytes: number])[] = [
    ['state', 1024],
    ['nonce', 1024],
    ['ui_locales', 128],
    ['claims_locales', 128],
    ['login_hint', 256],
    ['acr_values', 256],
  ];
  for (const [name, bytes] of LONGEST)
    it(`is bounded for ${name}: ${bytes} bytes, and not one more`, async () => {
      const protocol = await startProtocol();
      const told = async (value: string) => toldOf(await protocol.request(authorizeUrl('portal', { [name]: value })));
      const isTooLong = ({ error_description }: Awaited<ReturnType<typeof told>>) =>
        error_description === `${name} is longer than ${bytes} bytes`;
      assert.ok(!isTooLong(await told('x'.repeat(bytes))));
      const refused = await told('x'.repeat(bytes + 1));
      assert.ok(isTooLong(refused), JSON.stringify(refused));
      assert.equal(refused.error, 'invalid_request');
      // Bytes, and no letters.
      assert.ok(isTooLong(await told(`${'x'.repeat(bytes - 1)}é`)));
    });

  it('has room for the longest address that a client may register', async () => {
    const longest = 'https://portal.test/'.padEnd(1024, 'x');
    const clients = [{ ...clientOf('portal'), redirectUris: [longest] }];
    const protocol = await startProtocol({ clients });
    assert.match((await protocol.request(authorizeUrl('portal', { redirect_uri: longest }))).location, /interactions/);
  });

  it('has room for an ID token that repeats the longest nonce', async () => {
    const protocol = await startProtocol();
    const { browser, tokens } = await signInToTokens(protocol, 'portal', { parameters: { nonce: 'x'.repeat(1024) } });
    assert.ok(tokens.id_token.length > 1600);
    assert.ok((await silently(browser, 'portal', { id_token_hint: tokens.id_token })).code);
  });

  it('is bounded as a whole: 4096 bytes, and not one more', async () => {
    const protocol = await startProtocol();
    const at = (length: number) => {
      const url = authorizeUrl('portal', { state: 'x'.repeat(1024), foo: '' });
      return url + 'y'.repeat(length - (url.length - '/authorize?'.length));
    };
    assert.match((await protocol.request(at(4096))).location, /interactions/);
    const told = toldOf(await protocol.request(at(4097)));
    assert.deepEqual(
      [told.error, told.error_description],
      ['invalid_request', 'the request is longer than 4096 bytes'],
    );
  });
});
