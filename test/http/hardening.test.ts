import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { parse } from 'yaml';
import { loadContract } from '../../src/http/contract/contract.ts';
import { PUBLIC_CONTRACT, SCREENS_CONTRACT } from '../../src/http/contract/documents.ts';
import { createFormTokens } from '../../src/http/steps/form-token.ts';
import { createPerson, PASSWORD, randomNir } from '../support/people.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { formTokenOf, Visitor } from '../support/visitor.ts';

const FRONT_END = 'http://localhost:4999';

describe('what a client may send', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ env: { UI_URL: `${FRONT_END}/sign-in` } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  it('a form without its token, or with that of another interaction, is refused; with its own it is taken', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const { interaction: other } = await openInteraction(visitor, party);
    const { cookieKeys } = service.config.secrets;
    const tokenOf = (url: string) => createFormTokens(cookieKeys).create(url.split('/').at(-1) ?? '');
    const post = async (csrf: string) => {
      const form = { csrf, identifierType: 'nir', identifier: randomNir(), password: 'x' };
      return (await visitor.request(`${interaction}/sign-in`, { form })).json.code;
    };
    for (const csrf of ['', 'AAAA', 'é'.repeat(60), tokenOf(other)])
      assert.equal(await post(csrf), 'form_token_invalid');
    assert.equal(await post(tokenOf(interaction)), 'sign_in_failed');
  });

  it('a present Origin must be ours or the front end, for JSON, forms and DELETE', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const json = { identifierType: 'nir', identifier: randomNir(), password: 'x' };
    for (const Origin of ['https://evil.example', 'null', 'http://localhost:5000']) {
      const refused = await visitor.request(`${interaction}/sign-in`, { json, headers: { Origin } });
      assert.equal(refused.json.code, 'origin_not_allowed');
      assert.equal(refused.headers.get('access-control-allow-origin'), null);
      const form = await visitor.request(`${interaction}/sign-in`, { form: {}, headers: { Origin } });
      assert.equal(form.json.code, 'origin_not_allowed');
      assert.equal((await visitor.request(interaction, { method: 'DELETE', headers: { Origin } })).status, 403);
    }
    for (const Origin of [service.url, FRONT_END])
      assert.equal(
        (await visitor.request(`${interaction}/sign-in`, { json, headers: { Origin } })).json.code,
        'sign_in_failed',
      );
    const left = await visitor.request(interaction, { method: 'DELETE', headers: { Origin: FRONT_END } });
    assert.equal(left.json.status, 'cancelled');
  });

  it('CORS with credentials is for the front end alone, and not on what it has no use for', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const headers = { Origin: FRONT_END, 'Access-Control-Request-Method': 'POST' };
    const preflight = await visitor.request(`${interaction}/sign-in`, { method: 'OPTIONS', headers });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), FRONT_END);
    assert.equal(preflight.headers.get('access-control-allow-credentials'), 'true');
    const health = await visitor.request(`${service.url}/health/live`, { headers: { Origin: FRONT_END } });
    assert.equal(health.headers.get('access-control-allow-credentials'), null);
  });

  it('a browser is handed to the front end, which reads the interaction as JSON', async () => {
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, party);
    const { status, location } = await visitor.request(interaction);
    assert.equal(status, 303);
    assert.equal(location, `${FRONT_END}/sign-in?interaction=${interaction.split('/').at(-1)}`);
  });

  const oddities: [string, { body?: string; type?: string; json?: unknown }, number][] = [
    ['malformed JSON', { body: '{"identifierType":', type: 'application/json' }, 400],
    ['a JSON array', { json: [] }, 400],
    ['JSON null', { body: 'null', type: 'application/json' }, 400],
    ['a JSON string', { body: '"x"', type: 'application/json' }, 400],
    ['XML', { body: '<a/>', type: 'application/xml' }, 415],
    ['no content type', { body: 'abc', type: '' }, 415],
    ['20 kB', { json: { identifierType: 'nir', identifier: '1', password: 'x'.repeat(20_000) } }, 413],
    ['a number for a password', { json: { identifierType: 'nir', identifier: '1', password: 12345678 } }, 422],
    ['an object for an identifier', { json: { identifierType: 'nir', identifier: { $ne: '' }, password: 'x' } }, 422],
    ['an unknown field', { json: { identifierType: 'nir', identifier: '1', password: 'x', admin: true } }, 422],
    [
      '__proto__',
      {
        body: '{"identifierType":"nir","identifier":"1","password":"x","__proto__":{"a":1}}',
        type: 'application/json',
      },
      400,
    ],
    ['an unknown type of identifier', { json: { identifierType: 'email', identifier: '1', password: 'x' } }, 422],
    [
      'a password of 257 characters',
      { json: { identifierType: 'nir', identifier: randomNir(), password: 'x'.repeat(257) } },
      422,
    ],
    [
      'zero-width characters',
      { json: { identifierType: 'nir', identifier: '255081416\u200b8025', password: 'x' } },
      422,
    ],
    [
      'full-width digits',
      { json: { identifierType: 'nir', identifier: '２５５０８１４１６８０２５', password: 'x' } },
      422,
    ],
    [
      'a right-to-left override',
      { json: { identifierType: 'nir', identifier: '\u202e2550814168025', password: 'x' } },
      422,
    ],
    ['a NUL', { json: { identifierType: 'nir', identifier: '2550814168025\u0000', password: 'x' } }, 422],
    [
      'a lone surrogate in a password',
      { json: { identifierType: 'nir', identifier: randomNir(), password: 'abc\ud800' } },
      403,
    ],
    [
      'emoji in a password',
      { json: { identifierType: 'nir', identifier: randomNir(), password: '🦊'.repeat(20) } },
      403,
    ],
    [
      'nested form fields',
      { body: 'identifierType[a]=nir&password[]=x', type: 'application/x-www-form-urlencoded' },
      403,
    ],
    ['an empty body', { body: '', type: 'application/json' }, 422],
  ];
  for (const [what, { body, type, json }, status] of oddities)
    it(`${what}: ${status}, a problem, never a 500`, async () => {
      const visitor = new Visitor();
      const { interaction } = await openInteraction(visitor, party);
      const answer = await visitor.request(`${interaction}/sign-in`, {
        method: 'POST',
        ...(json === undefined ? { body, headers: { 'Content-Type': type ?? '' } } : { json }),
      });
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.headers.get('content-type') ?? '', /application\/problem\+json/);
      assert.equal(typeof answer.json.code, 'string');
    });

  it('odd queries and paths are refused without a 500', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    for (const [url, status] of [
      [`${interaction}?lang=de`, 422],
      [`${interaction}?lang=fr&lang=en`, 422],
      [`${interaction}?identifier_type=%00`, 422],
      [`${service.url}/interactions/%E0%A4%A`, 404],
      [`${service.url}/interactions/..%2f..%2fetc`, 404],
      [`${service.url}/pages/..%2f..%2fpackage.json`, 404],
      [`${service.url}/docs/..%2fpackage.json`, 404],
      [`${service.url}/assets/screens.ts`, 404],
      [`${service.url}/nowhere`, 404],
    ] as const) {
      const answer = await visitor.request(url);
      assert.equal(answer.status, status, `${url} ${answer.text}`);
    }
  });

  it('addresses come from the configuration, whatever Host and X-Forwarded-* say', async () => {
    const visitor = new Visitor();
    const headers = {
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'gopher',
      Forwarded: 'host=evil.example',
    };
    const { json } = await visitor.request(`${service.url}/.well-known/openid-configuration`, { headers });
    assert.equal(json.authorization_endpoint, `${service.url}/authorize`);
    const { url } = await party.begin();
    const { location, headers: answered } = await visitor.request(url, { headers });
    assert.ok(location?.startsWith(`${service.url}/interactions/`));
    assert.doesNotMatch([...answered.values()].join(), /evil/);
  });

  it('a request target that names a host of its own is read without it', async () => {
    const body = await rawGet(service.url, 'http://evil.example/.well-known/openid-configuration');
    assert.equal(JSON.parse(body).token_endpoint, `${service.url}/token`);
    assert.doesNotMatch(await rawGet(service.url, 'http://evil.example/session/end'), /evil/);
  });

  it('a method that an address does not have is 405, and HEAD changes nothing', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    for (const [url, method] of [
      [`${interaction}/sign-in`, 'PUT'],
      [`${interaction}/sign-in`, 'PATCH'],
      [`${service.url}/health/live`, 'POST'],
    ] as const)
      assert.equal((await visitor.request(url, { method })).json.code, 'method_not_allowed');
    await visitor.request((await signIn(visitor, interaction, person.identifier, PASSWORD)).json.redirectTo);
    // A GET of this one gives the consent that it asks for.
    const consent = await openInteraction(visitor, party, { prompt: 'consent' });
    assert.equal((await visitor.request(consent.interaction, { method: 'HEAD' })).status, 200);
    const uid = consent.interaction.split('/').at(-1) ?? '';
    assert.equal((await service.app.ports.flowStates.find(uid))?.state.finished, undefined);
    const { json } = await visitor.request(consent.interaction);
    assert.equal(json.status, 'authenticated');
    assert.equal((await service.app.ports.flowStates.find(uid))?.state.finished, true);
    assert.match((await visitor.request(json.redirectTo)).location ?? '', /code=/);
  });

  it('errors of the protocol endpoints are JSON for a program and a page for a person', async () => {
    const url = `${service.url}/authorize?client_id=nobody`;
    assert.equal((await new Visitor('json').request(url)).json.error, 'invalid_client');
    assert.match((await new Visitor('html').request(url)).text, /La demande de connexion est incorrecte/);
  });

  it('an X-Forwarded-For that cannot be read is refused', async () => {
    for (const address of ['unknown', '1.2.3.4, <script>', '', '999.1.1.1']) {
      const answer = await new Visitor('json', address).request(`${service.url}/health/live`);
      assert.equal(answer.json.code, 'forwarded_header_unreadable');
    }
    assert.equal((await new Visitor('json', '1.2.3.4').request(`${service.url}/health/live`)).status, 200);
  });

  it('every page and problem is kept by nobody, framed by nobody, and runs our files alone', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    for (const url of [
      interaction,
      `${service.url}/pages/help`,
      `${service.url}/nowhere`,
      `${service.url}/health/ready`,
    ]) {
      const { headers } = await visitor.request(url);
      assert.equal(headers.get('cache-control'), 'no-store', url);
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
    }
  });

  it('every operation of an interaction that the contract has is served, and named among the steps that it may be', () => {
    const [served, forScreens] = [PUBLIC_CONTRACT, SCREENS_CONTRACT].map((file) => parse(readFileSync(file, 'utf8')));
    const { paths, components } = served;
    const operations = [paths, forScreens.paths]
      .flatMap((all: Record<string, Record<string, { operationId: string; tags?: string[] }>>) => Object.values(all))
      .flatMap((item) => Object.values(item))
      .filter(({ tags }) => tags?.includes('interaction') || tags?.includes('screens'));
    const ofStories = [...service.app.registry.operations.keys()].map(String);
    // The interaction's own, whatever its stories.
    const captchas = ['createCaptcha', 'showCaptchaPicture', 'showCaptchaSound'];
    const times = ['prolongInteraction', 'restartInteraction'];
    const own = ['showInteraction', 'cancelInteraction', 'cancelInteractionByForm', ...captchas, ...times];
    assert.deepEqual(operations.map(({ operationId }) => operationId).sort(), [...ofStories, ...own].sort());
    const names = operations.flatMap((operation) => ('x-step' in operation ? [operation['x-step']] : []));
    assert.deepEqual([...new Set(names)].sort(), components.schemas.StepName.enum.sort());
  });

  it('every operation that takes a secret stands behind a guard', () => {
    const { operations } = service.app.registry;
    const contract = loadContract(PUBLIC_CONTRACT, SCREENS_CONTRACT);
    const typed = [...operations].filter(([name]) => contract.fieldsOf(name).length > 0);
    assert.ok(typed.length >= 6);
    for (const [name, { submit }] of typed)
      assert.ok(submit?.guardedBy, `${name} takes what is typed and has no guard`);
  });
});

describe('an interaction that is lost', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService();
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  it('without its cookie says what happened and leads back to the relying party', async () => {
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, party);
    await visitor.request(interaction);
    const stranger = await new Visitor('html').request(interaction);
    assert.equal(stranger.status, 404);
    assert.match(stranger.text, /n’est plus valable/);
    assert.match(stranger.text, /href="http:\/\/localhost:4000">Revenir à Mon Compte/);
  });

  it('after a sign-in, the back button says that it is over and leads back', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
    assert.equal((await visitor.request(interaction)).json.code, 'interaction_not_found');
    await visitor.request(json.redirectTo);
    const back = await visitor.request(interaction);
    assert.equal(back.status, 404);
    assert.equal(back.json.returnTo, 'http://localhost:4000');
    const resumed = await new Visitor('html').request(json.redirectTo);
    assert.equal(resumed.status, 404);
    assert.match(resumed.text, /href="http:\/\/localhost:4000">Revenir à Mon Compte/);
  });

  it('that was left alone too long has expired, and each step prolongs it', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const idle = service.config.times.interactionIdleSeconds;
    for (let looked = 0; looked < 3; looked++) {
      await service.clock.advance(0.9 * idle);
      assert.equal((await visitor.request(interaction)).status, 200);
    }
    await service.clock.advance(idle + 1);
    const expired = await visitor.request(interaction);
    assert.equal(expired.status, 410);
    assert.equal(expired.json.returnTo, 'http://localhost:4000');
  });

  it('is prolonged by a refused step too: whoever waits for a lock to end still has the form', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    for (let step = 0; step < 4; step++) {
      await service.clock.advance(0.9 * service.config.times.interactionIdleSeconds);
      assert.equal((await signIn(visitor, interaction, randomNir(), 'x')).json.code, 'sign_in_failed');
    }
  });

  it('keeps its language on the pages of its refusals', async () => {
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, party, { ui_locales: 'en' });
    const page = await visitor.request(`${interaction}/password`, { headers: { 'Accept-Language': 'fr' } });
    assert.equal(page.status, 409);
    assert.match(page.text, /This step is no longer possible/);
    assert.match((await visitor.request(interaction)).text, /\/pages\/help\?lang=en/);
  });

  it('in two tabs, both can be finished, each with its own request', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const [first, second] = [await openInteraction(visitor, party), await openInteraction(visitor, party)];
    for (const { interaction, checks } of [second, first]) {
      const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
      const callback = (await visitor.request(json.redirectTo)).location ?? '';
      assert.ok((await party.redeem(callback, checks)).access_token);
    }
  });

  it('cannot be finished through the address of another', async () => {
    const visitor = new Visitor();
    const [mine, other] = [await openInteraction(visitor, party), await openInteraction(new Visitor(), party)];
    const cookie = (await visitor.jar.getCookieString(mine.interaction)) ?? '';
    const answer = await new Visitor().request(other.interaction, { headers: { Cookie: cookie } });
    assert.equal(answer.json.code, 'interaction_elsewhere');
  });

  it('whose cookie is lost takes no form, whatever its token: with the cookie it does', async () => {
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, party);
    const csrf = formTokenOf((await visitor.request(interaction)).text);
    const form = { csrf, identifierType: 'nir', password: 'x' };
    assert.equal((await new Visitor('html').request(`${interaction}/sign-in`, { form })).status, 404);
    assert.equal((await visitor.request(`${interaction}/sign-in`, { form })).status, 303);
  });
});

/** A request whose target is in absolute form, which fetch cannot send. */
function rawGet(base: string, target: string): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path: target }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString()));
    });
    sent.on('error', reject);
    sent.end();
  });
}
