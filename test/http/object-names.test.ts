import assert from 'node:assert/strict';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { bodySchemaOf } from '../../src/http/contract/bodies.ts';
import { FORM_TYPE, JSON_TYPE, loadContract } from '../../src/http/contract/contract.ts';
import {
  ADMIN_CONTRACT,
  type Operation,
  PUBLIC_CONTRACT,
  readDocument,
  SCREENS_CONTRACT,
} from '../../src/http/contract/documents.ts';
import { createPerson, INITIAL_PASSWORD, randomNir } from '../support/people.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { type Answer, formTokenOf, Visitor } from '../support/visitor.ts';

/** What every object has without having been given it: a look-up of a client's text on a plain object finds these. */
const NAMES = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];
/** What a page or an answer says that prints one of them. */
const PRINTED = /native code|\[object Object\]/;
const HIGH = '1000000';

interface Body {
  readonly type: string;
  readonly fields: readonly string[];
  /** What the contract would take, or nearly. */
  readonly usual: Readonly<Record<string, unknown>>;
}

describe('a text that names what every object has', () => {
  let service: Service;
  let party: RelyingParty;
  let adminUrl: string;
  before(async () => {
    const port = await findFreePort();
    adminUrl = `http://127.0.0.1:${port}`;
    const limits = ['AUTHORIZATION_PER_MINUTE', 'SIGN_IN_PER_MINUTE', 'RECOVERY_PER_HOUR', 'CAPTCHAS_PER_HOUR'];
    const env = Object.fromEntries(limits.map((name) => [`THROTTLE_${name}`, HIGH]));
    service = await startService({ env: { ...env, ADMIN_PORT: String(port) } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  function bodiesOf(operation: Operation): readonly Body[] {
    const { definition, document } = operation;
    const types = Object.keys(definition.requestBody?.content ?? {});
    // A form is derived from the JSON body that it stands for.
    return (types.includes(JSON_TYPE) ? [...types, FORM_TYPE] : types).map((type) => {
      const properties = Object.entries(bodySchemaOf(operation).properties);
      const usual = properties.map(([name, property]) => {
        const resolved: { type?: string; enum?: readonly string[]; const?: unknown } = document.resolve(property);
        return [name, resolved.enum?.[0] ?? resolved.const ?? (resolved.type === 'boolean' ? true : 'Nguyen')];
      });
      const token = type === FORM_TYPE ? ['csrf'] : [];
      const fields = [...token, ...properties.map(([name]) => name)];
      return { type, fields, usual: Object.fromEntries([...token.map((name) => [name, '']), ...usual]) };
    });
  }

  async function check(visitor: Visitor, url: string, options: Parameters<Visitor['request']>[1]): Promise<Answer> {
    const answer = await visitor.request(url, options);
    const asked = `${options?.method} ${url} ${JSON.stringify(options)}`;
    assert.ok(answer.status < 500, `${answer.status} ${asked} ${answer.text}`);
    assert.doesNotMatch(answer.text, PRINTED, asked);
    return answer;
  }

  /** Every field of every body in turn, a field of that name, and every parameter of the query. */
  async function ask(visitor: Visitor, base: string, operation: Operation, path: string, csrf = ''): Promise<number> {
    let asked = 0;
    const method = operation.method.toUpperCase();
    const url = base + path;
    for (const name of NAMES) {
      const queries = operation.parameters.filter((parameter) => parameter.in === 'query');
      for (const query of [...queries.map((parameter) => `${parameter.name}=${name}`), `${name}=${name}`]) {
        await check(visitor, `${url}?${query}`, { method });
        asked += 1;
      }
      for (const { type, fields, usual } of bodiesOf(operation))
        for (const field of [...fields, name]) {
          const entries = Object.entries(usual).filter(([known]) => known !== field);
          const said = [...entries, [field, name] as const].map(([key, value]) => [key, key === 'csrf' ? csrf : value]);
          const body = type.includes('json')
            ? `{${said.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`
            : new URLSearchParams(said.map(([key, value]) => [String(key), String(value)])).toString();
          await check(visitor, url, { method, body, headers: { 'Content-Type': type } });
          asked += 1;
        }
    }
    return asked;
  }

  const publicOperations = [PUBLIC_CONTRACT, SCREENS_CONTRACT].flatMap((file) => readDocument(file).operations);
  const isStep = ({ path }: Operation) => path.startsWith('/interactions/');

  it('is no fault of ours in any field of a step, as JSON and as a form', async function () {
    this.timeout(60_000);
    let asked = 0;
    for (const operation of publicOperations.filter(isStep)) {
      const visitor = new Visitor(operation.definition.requestBody ? 'html' : 'json');
      const opened = await openInteraction(visitor, party);
      const csrf = formTokenOf((await visitor.request(opened.interaction)).text);
      const { pathname } = new URL(opened.interaction);
      for (const captcha of operation.path.includes('captchaId') ? NAMES : ['']) {
        const path = operation.path.replace('/interactions/{uid}', pathname).replace('{captchaId}', captcha);
        asked += await ask(visitor, service.url, operation, path, csrf);
      }
    }
    assert.ok(asked > 400, `${asked} requests`);
  });

  it('is none where a step has been reached: the first password, and the code of a recovery', async () => {
    const reach = {
      submitPassword: async (visitor: Visitor, interaction: string) => {
        const { identifier } = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
        await signIn(visitor, interaction, identifier, INITIAL_PASSWORD);
      },
      submitRecoveryCode: async (visitor: Visitor, interaction: string) => {
        const json = { identifierType: 'nir', identifier: randomNir(), birthDate: '01/02/1990', channel: 'sms' };
        await visitor.request(`${interaction}/password-recovery`, { json });
      },
    };
    for (const [id, take] of Object.entries(reach)) {
      const operation = publicOperations.find((one) => one.id === id) ?? assert.fail(id);
      const visitor = new Visitor();
      const { interaction } = await openInteraction(visitor, party);
      await take(visitor, interaction);
      const path = operation.path.replace('/interactions/{uid}', new URL(interaction).pathname);
      assert.equal((await visitor.request(service.url + path)).status, 200, id);
      await ask(visitor, service.url, operation, path);
    }
  });

  it('is none at the endpoints of the protocol, of reference data and of operators', async () => {
    const visitor = new Visitor();
    for (const operation of publicOperations.filter((one) => !isStep(one)))
      for (const name of operation.path.includes('{') ? NAMES : [''])
        await ask(visitor, service.url, operation, operation.path.replace(/\{\w+\}/, name));
    for (const operation of readDocument(ADMIN_CONTRACT).operations)
      await ask(visitor, adminUrl, operation, operation.path);
    for (const name of NAMES)
      for (const path of ['/pages/', '/docs/', '/assets/', '/authorize/', '/'])
        await check(visitor, service.url + path + name, { method: 'GET' });
  });

  it('is none in a request of a relying party, whichever parameter has it', async () => {
    const parameters = ['client_id', 'response_type', 'response_mode', 'scope', 'prompt', 'acr_values', 'display'];
    const more = ['claims', 'max_age', 'ui_locales', 'login_hint', 'id_token_hint', 'code_challenge_method', 'request'];
    for (const parameter of [...parameters, ...more])
      for (const name of NAMES) {
        const { url } = await party.begin({ [parameter]: name });
        for (const visitor of [new Visitor(), new Visitor('html')]) {
          const { location } = await check(visitor, url, { method: 'GET' });
          if (location?.startsWith(service.url)) await check(visitor, location, { method: 'GET' });
        }
      }
    const credentials = { Authorization: `Basic ${Buffer.from('constructor:__proto__').toString('base64')}` };
    for (const grant_type of NAMES)
      await check(new Visitor(), `${service.url}/token`, {
        form: { grant_type, client_id: grant_type },
        headers: credentials,
      });
  });

  it('is the name of no operation and of no field', () => {
    const contract = loadContract(PUBLIC_CONTRACT);
    for (const name of NAMES) {
      assert.equal(contract.has(name), false);
      assert.deepEqual(
        contract.toJsonBody('submitSignIn', JSON.parse(`{"${name}":"on"}`)),
        JSON.parse(`{"${name}":"on"}`),
      );
    }
  });
});
