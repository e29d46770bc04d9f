/** One answer of each kind that the service gives, over its public address and over that of operators. */
import assert from 'node:assert/strict';
import { createAdminServer } from '../../../src/http/admin/server.ts';
import { loadContract } from '../../../src/http/contract/contract.ts';
import { ADMIN_CONTRACT } from '../../../src/http/contract/documents.ts';
import { loadCatalogues } from '../../../src/screens/catalogue.ts';
import { authorizeUrl } from '../../protocol/support/journey.ts';
import { createTestLogger } from '../../stories/support/monitoring.ts';
import { createPerson, PASSWORD } from '../../support/people.ts';
import { type Asked, browserOf, type Edge, type EdgeBrowser, openEdge } from './edge.ts';

export const FRONT_END = 'https://front.test';
export const REPORTS = 'gateway:secret';
const BASIC = { Authorization: `Basic ${Buffer.from(REPORTS).toString('base64')}` };

type Answer = Awaited<ReturnType<ReturnType<typeof browserOf>['request']>>;
type Ask = (edge: Edge) => Promise<Answer>;

/** Of a program, or of a browser, without a cookie. */
const fetched =
  (url: string, asked?: Asked): Ask =>
  (edge) =>
    browserOf(edge).request(url, asked);
const seen =
  (url: string, asked?: Asked): Ask =>
  (edge) =>
    browserOf(edge, 'html').request(url, asked);
/** Signs somebody in. @returns the answer to which that leads. */
async function signIn(edge: Edge, browser: EdgeBrowser, parameters = {}): Promise<Answer> {
  const person = await createPerson(edge);
  const interaction = await browser.begin('portal', parameters);
  const csrf = await browser.tokenAt(interaction);
  const form = { csrf, identifierType: 'nir', identifier: person.identifier, password: PASSWORD };
  const { json, location } = await browser.request(`${interaction}/sign-in`, { form });
  return browser.request(json?.redirectTo ?? location);
}
/** Below an interaction that was begun. */
const within =
  (path: string, asked?: Asked, accept: 'json' | 'html' = 'json'): Ask =>
  async (edge) => {
    const browser = browserOf(edge, accept);
    return browser.request((await browser.begin()) + path, asked);
  };
const posted =
  (form: Readonly<Record<string, string>>): Ask =>
  async (edge) => {
    const browser = browserOf(edge, 'html');
    const interaction = await browser.begin();
    const csrf = await browser.tokenAt(interaction);
    return browser.request(`${interaction}/sign-in`, { form: { csrf, ...form } });
  };
const captcha =
  (kind: 'picture' | 'sound', headers = {}): Ask =>
  async (edge) => {
    const browser = browserOf(edge);
    const { json } = await browser.request(`${await browser.begin()}/captchas`, { json: {} });
    return browser.request(json[kind], { headers });
  };
const signedIn =
  (accept: 'json' | 'html', parameters = {}): Ask =>
  (edge) =>
    signIn(edge, browserOf(edge, accept), parameters);
const limited =
  (accept: 'json' | 'html'): Ask =>
  async (edge) => {
    const browser = browserOf(edge, accept);
    for (let sent = 0; sent < edge.config.throttles.authorizationPerMinute; sent++)
      await browser.request('/session/end');
    return browser.request('/session/end');
  };

const operators =
  (url: string, headers = {}): Ask =>
  async ({ config }) => {
    const contract = loadContract(ADMIN_CONTRACT);
    const admin = createAdminServer({
      ...{ address: 'http://127.0.0.1:9100', issuer: config.issuer, trial: false, reportCredentials: REPORTS },
      ...{
        log: createTestLogger(),
        catalogues: loadCatalogues(),
        contract,
        documents: contract.documents,
        checkAnswers: true,
      },
      actions: {
        readMetrics: async () => 'metrics',
        readReport: (query) => (query.has('id') ? { messageId: 'id', status: 'delivered' } : undefined),
        report: async () => {},
      },
    });
    return browserOf({ listener: admin.callback(), config: { issuer: 'http://127.0.0.1:9100' } }).request(url, {
      headers,
    });
  };

const asset =
  (query: string): Ask =>
  async (edge) => {
    const { text } = await browserOf(edge, 'html').request('/pages/help');
    const version = /screens\.css\?v=(\w+)/.exec(text)?.[1] ?? assert.fail();
    return browserOf(edge).request(`/assets/screens.css${query.replace('{version}', version)}`);
  };

const FORM = { client_id: 'nobody', grant_type: 'authorization_code', code: 'x' };
const PREFLIGHT = { 'Access-Control-Request-Method': 'POST' };

export const ANSWERS: Readonly<Record<string, Ask>> = {
  'the page of a step': within('', {}, 'html'),
  'a step, for a program': within(''),
  'a step, to HEAD': within('', { method: 'HEAD' }),
  'the redirect of a form': posted({ identifierType: 'nir' }),
  'what is wrong with a body': within('/sign-in', { json: {} }),
  'a preflight of anybody': within('/sign-in', { method: 'OPTIONS', headers: PREFLIGHT }),
  'another origin': within('/sign-in', { json: {}, headers: { Origin: 'https://evil.example' } }),
  'a new captcha': within('/captchas', { json: {} }),
  'the picture of a captcha': captcha('picture'),
  'the sound of a captcha': captcha('sound'),
  'a piece of its sound': captcha('sound', { Range: 'bytes=0-1' }),
  'a piece that it does not have': captcha('sound', { Range: 'bytes=900-' }),
  'the page that a form leaves by': signedIn('html'),
  'the redirect to the relying party': signedIn('json'),
  'the page that posts to the relying party': signedIn('json', { response_mode: 'form_post' }),
  'a list of places': fetched('/reference/countries'),
  'a page of text': seen('/pages/help'),
  'the list of errors': seen('/docs/errors'),
  'the contract, rendered': seen('/docs'),
  'the contract, as it is': fetched('/docs/openapi.yaml'),
  'the contract, as JSON': fetched('/docs/openapi.json'),
  'the style of the contract': fetched('/docs/reference.css'),
  'a file of this version': asset('?v={version}'),
  'a file of no version': asset(''),
  'a file of another version': asset('?v=other'),
  'our root': seen('/'),
  'nothing, for a person': seen('/nowhere'),
  'nothing, for a program': fetched('/nowhere'),
  'a method that there is not': fetched('/health/live', { method: 'PUT' }),
  'the methods that there are': fetched('/health/live', { method: 'OPTIONS' }),
  'a page that is asked for too often': limited('html'),
  'what is asked for too often': limited('json'),
  'the process': fetched('/health/live'),
  'the service': fetched('/health/ready'),
  discovery: fetched('/.well-known/openid-configuration'),
  'the keys': fetched('/jwks'),
  'an authorization request': fetched(authorizeUrl()),
  'an authorization request of nobody, for a person': seen('/authorize?client_id=nobody'),
  'an authorization request of nobody, for a program': fetched('/authorize?client_id=nobody'),
  'an authorization request that is posted': fetched('/authorize', { form: { client_id: 'nobody' } }),
  'a token request of nobody': fetched('/token', { form: FORM }),
  'a token request without a grant': fetched('/token', { form: { client_id: 'nobody' } }),
  'the person of no token': fetched('/userinfo'),
  'a revocation of nobody': fetched('/token/revocation', { form: FORM }),
  'the question of a sign-out': async (edge) => {
    const browser = browserOf(edge, 'html');
    const { headers } = await signIn(edge, browser);
    await browser.request(String(headers.refresh).replace('0; url=', ''));
    return browser.request('/session/end');
  },
  'a sign-out without a session': seen('/session/end'),
  'the end of a sign-out': seen('/session/end/success'),
  'metrics, for operators': operators('/metrics'),
  'a report, of the gateway': operators('/messages/report?id=1', BASIC),
  'a report, of nobody': operators('/messages/report?id=1'),
  'the contract, for operators': operators('/docs'),
  'nothing, for operators': operators('/nowhere'),
};

/** With a front end of an agency's own. */
export const FRONT_END_ANSWERS: Readonly<Record<string, Ask>> = {
  'the front end, which reads a step': within('', { headers: { Origin: FRONT_END } }),
  'the front end, which reads a refusal': within('/sign-in', { json: {}, headers: { Origin: FRONT_END } }),
  'the front end, before it asks': within('/sign-in', {
    method: 'OPTIONS',
    headers: { Origin: FRONT_END, ...PREFLIGHT },
  }),
  'a browser that is handed to the front end': within('', {}, 'html'),
};

const HOME_URL = 'https://portal.test';

/** Once for all of them: each asks from an address of its own. */
export async function openForAnswers(issuer: string) {
  const own = await openEdge({ issuer, env: { HOME_URL } });
  const withFrontEnd = await openEdge({ issuer, env: { HOME_URL, UI_URL: `${FRONT_END}/sign-in` } });
  return (says: string): Promise<Answer> => {
    const ask = ANSWERS[says];
    return ask ? ask(own) : (FRONT_END_ANSWERS[says] ?? assert.fail(says))(withFrontEnd);
  };
}
