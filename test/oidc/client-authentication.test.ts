import assert from 'node:assert/strict';
import { type Changing, createChanging } from '../support/changing.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { sendRaw } from '../support/raw-request.ts';
import { createRelyingParty, openInteraction, signIn } from '../support/relying-party.ts';
import { type Service, startService, testSecrets } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const SECRET = testSecrets.CLIENT_MON_COMPTE_SECRET ?? '';
const REDIRECT = 'http://localhost:4000/callback';

describe('the way in which a client authenticates', () => {
  let service: Service;
  let changing: Changing;
  before(async () => {
    changing = createChanging();
    const [confidential, , open] = changing.clients;
    assert.ok(confidential && open);
    changing.clients = [
      { ...confidential, clientId: 'basic', tokenEndpointAuthMethod: 'client_secret_basic' },
      { ...confidential, clientId: 'either' },
      { ...confidential, clientId: 'post', tokenEndpointAuthMethod: 'client_secret_post' },
      { ...open, clientId: 'open', redirectUris: [REDIRECT] },
      {
        ...open,
        clientId: 'app',
        native: true,
        redirectUris: ['http://127.0.0.1/callback', 'https://app.test/callback'],
      },
    ];
    service = await startService({ store: 'memory', ports: changing.ports });
  });
  after(() => service.stop());

  const shown: Readonly<Record<string, { headers: Record<string, string>; form: Record<string, string> }>> = {
    client_secret_basic: { headers: { Authorization: 'basic' }, form: {} },
    client_secret_post: { headers: {}, form: { client_secret: SECRET } },
    none: { headers: {}, form: {} },
  };

  /** Redeems a code of the client, its secret shown in this way. @param withEmptyHeader where it is not in the header. */
  async function redeem(clientId: string, method: string, withEmptyHeader = false) {
    const party = await createRelyingParty(service.url, clientId, '', REDIRECT);
    const visitor = new Visitor();
    const { interaction, checks } = await openInteraction(visitor, party, { scope: 'openid' });
    const { identifier } = await createPerson(service);
    const { json } = await signIn(visitor, interaction, identifier, PASSWORD);
    const code = new URL((await visitor.request(json.redirectTo)).location ?? '').searchParams.get('code') ?? '';
    const { headers, form } = shown[method] ?? { headers: {}, form: {} };
    const basic = Buffer.from(`${clientId}:${encodeURIComponent(SECRET)}`).toString('base64');
    const none: Record<string, string> = withEmptyHeader ? { Authorization: '' } : {};
    const { status, text } = await sendRaw(service.url, '/token', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        ...(headers.Authorization ? { Authorization: `Basic ${basic}` } : none),
      },
      body: new URLSearchParams({
        ...form,
        ...(headers.Authorization ? {} : { client_id: clientId }),
        ...{ grant_type: 'authorization_code', code, redirect_uri: REDIRECT },
        code_verifier: String(checks.pkceCodeVerifier),
      }).toString(),
    });
    return { status, json: JSON.parse(text) };
  }

  for (const [clientId, allowed] of [
    ['basic', ['client_secret_basic']],
    ['post', ['client_secret_post']],
    ['either', ['client_secret_basic', 'client_secret_post']],
    ['open', ['none']],
  ] as const)
    for (const method of Object.keys(shown))
      it(`is for the client « ${clientId} » ${allowed.join(' or ')}: ${method}`, async () => {
        const { status, json } = await redeem(clientId, method);
        if (allowed.some((one) => one === method)) assert.equal(typeof json.access_token, 'string');
        else assert.deepEqual([status, json.error], [401, 'invalid_client']);
      });

  it('is told by where the secret stands: an empty Authorization header shows none', async () => {
    const outcome = async (clientId: string) => {
      const { status, json } = await redeem(clientId, 'client_secret_post', true);
      return json.error ?? status;
    };
    assert.equal(await outcome('basic'), 'invalid_client');
    assert.equal(await outcome('post'), 200);
    assert.equal(await outcome('either'), 200);
  });

  it('of a native application changes nothing: a loopback address of its own takes any port, and no other does', async () => {
    const outcome = async (redirectUri: string) => {
      const party = await createRelyingParty(service.url, 'app', '', redirectUri);
      const { status, json } = await new Visitor().request((await party.begin({ scope: 'openid' })).url);
      return status === 303 ? 'begun' : json.error;
    };
    for (const port of ['', ':51004', ':8080'])
      assert.equal(await outcome(`http://127.0.0.1${port}/callback`), 'begun');
    for (const other of [
      'http://127.0.0.1:51004/other',
      'http://[::1]:51004/callback',
      'https://app.test:8443/callback',
    ])
      assert.equal(await outcome(other), 'invalid_redirect_uri', other);
  });
});
