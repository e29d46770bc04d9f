/** The endpoints that programs call by OAuth 2.0 answer what the contract says of them. */
import assert from 'node:assert/strict';
import { loadContract } from '../../src/http/contract/contract.ts';
import { PUBLIC_CONTRACT, readDocument } from '../../src/http/contract/documents.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty, signInToTokens } from '../support/relying-party.ts';
import { type Service, startService, testSecrets } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const SECRET = testSecrets.CLIENT_MON_COMPTE_SECRET ?? '';
const BASIC = `Basic ${Buffer.from(`mon-compte:${encodeURIComponent(SECRET)}`).toString('base64')}`;

describe('the endpoints that programs call', () => {
  let service: Service;
  before(async () => {
    service = await startService({ store: 'memory' });
  });
  after(() => service.stop());

  it('answer programs what the contract says of each, by status and code', async () => {
    const contract = loadContract();
    const foreseen = new Map(
      readDocument(PUBLIC_CONTRACT).operations.map(({ id, definition }) => [id, Object.keys(definition.responses)]),
    );
    const party = await createRelyingParty(service.url);
    const { identifier } = await createPerson(service);
    const { tokens } = await signInToTokens(new Visitor(), party, identifier, PASSWORD);
    const bearer = { Authorization: `Bearer ${tokens.access_token}` };
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
    const long = 'a'.repeat(20_000);
    const asked: [operation: string, path: string, options: Parameters<Visitor['request']>[1], expected: string][] = [
      ['discovery', '/.well-known/openid-configuration', {}, '200'],
      ['jwks', '/jwks', {}, '200'],
      ['token', '/token', { form: {} }, '400 invalid_request'],
      [
        'token',
        '/token',
        { form: { ...refresh, scope: 'nir' }, headers: { Authorization: BASIC } },
        '400 invalid_scope',
      ],
      [
        'token',
        '/token',
        { form: { grant_type: 'password' }, headers: { Authorization: BASIC } },
        '400 unsupported_grant_type',
      ],
      [
        'token',
        '/token',
        { form: { ...refresh, refresh_token: 'x' }, headers: { Authorization: BASIC } },
        '400 invalid_grant',
      ],
      ['token', '/token', { form: { ...refresh, client_id: 'nobody' } }, '401 invalid_client'],
      ['token', '/token', { form: { long } }, '413 invalid_request'],
      ['token', '/token', { form: refresh, headers: { Authorization: BASIC } }, '200'],
      ['userinfo', '/userinfo', {}, '401 invalid_token'],
      ['userinfo', '/userinfo?access_token=x', {}, '400 invalid_request'],
      ['userinfo', '/userinfo?scope=nir', { headers: bearer }, '403 insufficient_scope'],
      ['userinfo', `/userinfo?${long.slice(0, 5000)}`, {}, '414 invalid_request'],
      ['userinfo', '/userinfo', { headers: bearer }, '200'],
      ['revoke', '/token/revocation', { form: {}, headers: { Authorization: BASIC } }, '400 invalid_request'],
      ['revoke', '/token/revocation', { form: { client_id: 'nobody', token: 'x' } }, '401 invalid_client'],
      ['revoke', '/token/revocation', { form: { long } }, '413 invalid_request'],
    ];
    for (const [operation, path, options, expected] of asked) {
      const { status, json, headers } = await new Visitor().request(service.url + path, options);
      assert.equal(
        [status, json.error].filter(Boolean).join(' '),
        expected,
        `${operation} ${JSON.stringify(options).slice(0, 90)}`,
      );
      assert.ok(foreseen.get(operation)?.includes(String(status)), `${operation} ${status}`);
      const type = headers.get('content-type')?.split(';')[0] ?? '';
      assert.equal(contract.faultOfAnswer(operation, status, type, json), undefined);
    }
  });
});
