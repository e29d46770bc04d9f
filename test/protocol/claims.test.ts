/** What each client is told of each kind of account, for each scope, exactly: by its ID token and by userinfo. */
import assert from 'node:assert/strict';
import type { CivilIdentity } from '../../src/domain/civil-identity.ts';
import { ServiceError } from '../../src/errors.ts';
import type { AuditEvent } from '../../src/ports/audit-log.ts';
import { type createPerson, identity, randomNir, randomProvisional } from '../support/people.ts';
import {
  ask,
  authorizeUrl,
  claimsOf,
  open,
  personOf,
  redeem,
  refresh,
  signInToTokens,
  silently,
  userinfo,
} from './support/journey.ts';
import { browserOf, startProtocol, stopProtocols } from './support/protocol.ts';

type Kind = Parameters<typeof createPerson>[1];

const NIR = '2621144109123';

const born = (birthDate: string, birthplace: CivilIdentity['birthplace']) => ({
  civilIdentity: { birthName: 'SHEVCHENKO', givenNames: 'OLENA MARIA', sex: 'male' as const, birthDate, birthplace },
});
const ABROAD = { countryCode: '99155', city: 'KYIV' };

const KINDS: Readonly<Record<string, Kind>> = {
  'of a NIR': { identifier: NIR },
  'of a provisional identifier': { identifier: 'P12345678' },
  'that nobody has confirmed': { identifier: NIR, identityVerified: false },
  'without an identity': { identifier: NIR, civilIdentity: undefined },
};

const names = { given_name: 'CLAIRE MARIE', family_name: 'LEFEBVRE' };
const standard = { name: 'CLAIRE MARIE LEFEBVRE', birthdate: '1962-11-03', gender: 'female' };
const pivot = { ...names, gender: 'female', birthdate: '1962-11-03', birthplace: '44109', birthcountry: '99100' };

/** Client, scope, and what userinfo says of the account, its `sub` aside. */
const EXPECTED: readonly (readonly [kind: string, clientId: string, scope: string, claims: object])[] = [
  ['of a NIR', 'portal', 'openid', {}],
  ['of a NIR', 'portal', 'openid profile', { ...names, ...standard, identifier_type: 'nir', identity_verified: true }],
  ['of a NIR', 'portal', 'openid identite_pivot', pivot],
  [
    'of a NIR',
    'portal',
    'openid profile identite_pivot',
    { ...pivot, name: standard.name, identifier_type: 'nir', identity_verified: true },
  ],
  ['of a NIR', 'plain', 'openid profile', { ...names, identifier_type: 'nir', identity_verified: true }],
  ['of a NIR', 'mobile', 'openid profile', { ...names, identifier_type: 'nir', identity_verified: true }],
  ['of a NIR', 'rights', 'openid nir', { nir: NIR }],
  ['of a NIR', 'rights', 'openid', {}],
  ['of a NIR', 'curious', 'openid nir', {}],
  ['of a provisional identifier', 'rights', 'openid nir', {}],
  [
    'of a provisional identifier',
    'plain',
    'openid profile',
    { ...names, identifier_type: 'provisional', identity_verified: true },
  ],
  [
    'that nobody has confirmed',
    'plain',
    'openid profile',
    { ...names, identifier_type: 'nir', identity_verified: false },
  ],
  ['without an identity', 'portal', 'openid profile', { identifier_type: 'nir', identity_verified: true }],
  ['without an identity', 'portal', 'openid identite_pivot', {}],
  ['without an identity', 'rights', 'openid nir', { nir: NIR }],
];

describe('the claims of an account', () => {
  afterEach(stopProtocols);

  for (const [kind, clientId, scope, expected] of EXPECTED)
    it(`${kind}, to « ${clientId} » for « ${scope} »`, async () => {
      const protocol = await startProtocol();
      const person = await personOf(protocol, KINDS[kind]);
      const acr = kind === 'that nobody has confirmed' ? 'eidas0' : 'eidas1';
      const { tokens, claims } = await signInToTokens(protocol, clientId, { person, parameters: { scope }, acr });
      const now = protocol.clock.now().getTime() / 1000;
      const { sub, ...said } = (await userinfo(protocol, tokens.access_token)).json;
      assert.match(sub, /^[\w-]{43}$/);
      assert.deepEqual(said, expected);
      // No person stands in the ID token, whatever was asked for.
      assert.deepEqual(claims, {
        ...{ iss: 'https://account.test', aud: clientId, sub, nonce: 'a nonce' },
        ...{ iat: now, exp: now + 600, auth_time: now, acr, amr: ['pwd'] },
      });
    });

  for (const [birthDate, birthplace, told, asPivot] of [
    ['1990-03-07', ABROAD, '1990-03-07', ['1990-03-07', '', '99155']],
    ['1990-03-00', ABROAD, '1990', ['1990-03-01', '', '99155']],
    ['1990-00-00', ABROAD, '1990', ['1990-01-01', '', '99155']],
    // The commune is not known: abroad it would be none of ours.
    ['1990-00-12', { countryCode: '99100' }, '1990', ['1990-01-12', '', '99100']],
    ['1990-10-10', { countryCode: '99155', communeCode: '44109' }, '1990-10-10', ['1990-10-10', '', '99155']],
  ] as const)
    it(`born on ${birthDate} in ${birthplace.countryCode}: the standard ones say what is known, the pivot spells 00 as 01`, async () => {
      const protocol = await startProtocol();
      const person = await personOf(protocol, born(birthDate, birthplace));
      const claimsFor = async (scope: string) =>
        (
          await userinfo(
            protocol,
            (
              await signInToTokens(protocol, 'portal', { person, parameters: { scope } })
            ).tokens.access_token,
          )
        ).json;
      const standardOnes = await claimsFor('openid profile');
      assert.deepEqual(
        [standardOnes.name, standardOnes.birthdate, standardOnes.gender],
        ['OLENA MARIA SHEVCHENKO', told, 'male'],
      );
      const { birthdate, birthplace: place, birthcountry } = await claimsFor('openid identite_pivot');
      assert.deepEqual([birthdate, place, birthcountry], asPivot);
    });

  it('have no space too many where a name lacks', async () => {
    const protocol = await startProtocol();
    const nameOf = async (givenNames: string, birthName: string) => {
      const person = await personOf(protocol, { civilIdentity: { ...identity, givenNames, birthName } });
      const { tokens } = await signInToTokens(protocol, 'portal', { person, parameters: { scope: 'openid profile' } });
      return (await userinfo(protocol, tokens.access_token)).json.name;
    };
    assert.equal(await nameOf('', 'LEFEBVRE'), 'LEFEBVRE');
    assert.equal(await nameOf('CLAIRE', ''), 'CLAIRE');
  });

  it('of who has both identifiers are those of a NIR, whichever stands first', async () => {
    const protocol = await startProtocol();
    for (const first of ['nir', 'provisional'] as const) {
      const nir = randomNir();
      const both = [
        { type: 'nir', value: nir },
        { type: 'provisional', value: randomProvisional() },
      ] as const;
      const created = await protocol.ports.accounts.create({
        identifiers: first === 'nir' ? both : both.toReversed(),
        identityVerified: true,
        locale: 'fr',
      });
      const person = { accountId: created?.accountId ?? '', identifier: nir };
      const scope = 'openid profile nir';
      const { tokens } = await signInToTokens(protocol, 'rights', { person, parameters: { scope } });
      const { nir: released, identifier_type } = (await userinfo(protocol, tokens.access_token)).json;
      assert.deepEqual([released, identifier_type], [nir, 'nir']);
    }
  });

  it('say of an authentication what was proved: its class, its methods, and its time in whole seconds', async () => {
    const protocol = await startProtocol();
    await protocol.pass(0.7);
    const at = Math.floor(protocol.clock.now().getTime() / 1000);
    const options = { acr: 'eidas0', amr: ['pwd', 'otp'] };
    const { tokens, claims } = await signInToTokens(protocol, 'portal', options);
    await protocol.pass(100);
    const fresh = claimsOf((await refresh(protocol, tokens.refresh_token)).json.id_token);
    for (const { acr, amr, auth_time } of [claims, fresh])
      assert.deepEqual({ acr, amr, auth_time }, { ...options, auth_time: at });
  });
});

describe('the sub of an account', () => {
  afterEach(stopProtocols);

  it('is one for every client of a sector, another for each other sector and person, and none of them is its id', async () => {
    const protocol = await startProtocol();
    const person = await personOf(protocol);
    const subOf = async (clientId: string, of = person) =>
      (await signInToTokens(protocol, clientId, { person: of })).claims.sub;
    const [portal, rights, plain, mobile] = await Promise.all(
      ['portal', 'rights', 'plain', 'mobile'].map((id) => subOf(id)),
    );
    assert.equal(portal, rights);
    assert.equal(new Set([portal, plain, mobile, person.accountId]).size, 4);
    assert.notEqual(await subOf('portal', await personOf(protocol)), portal);
  });

  it('hangs on the key of the subjects and on no other', async () => {
    const person = await personOf(await startProtocol());
    const subs = [];
    for (const change of [{}, { cookieKeys: ['k'.repeat(43)] }, { pairwiseKey: Buffer.alloc(32, 7) }]) {
      const { config } = await startProtocol();
      const other = await startProtocol({
        config: { secrets: { ...config.secrets, ...change } },
        ports: ({ accounts }) => ({
          accounts: {
            ...accounts,
            findById: async (accountId) => ({ accountId, state: 'active', identityVerified: true, locale: 'fr' }),
          },
        }),
      });
      subs.push((await signInToTokens(other, 'portal', { person })).claims.sub);
    }
    assert.equal(subs[0], subs[1]);
    assert.notEqual(subs[0], subs[2]);
  });
});

describe('a release of the NIR', () => {
  afterEach(stopProtocols);

  it('is audited each time it leaves, with who and to whom, and nothing else is', async () => {
    const protocol = await startProtocol();
    const person = await personOf(protocol, { identifier: NIR });
    const { tokens } = await signInToTokens(protocol, 'rights', { person, parameters: { scope: 'openid nir' } });
    const { tokens: others } = await signInToTokens(protocol, 'rights', {
      person,
      parameters: { scope: 'openid profile' },
    });
    await userinfo(protocol, others.access_token);
    const released: AuditEvent = {
      ...{ kind: 'nir-release', outcome: 'released' },
      ...{ accountId: person.accountId, clientId: 'rights' },
    };
    for (let releases = 1; releases <= 2; releases++) {
      assert.equal((await userinfo(protocol, tokens.access_token)).json.nir, NIR);
      assert.deepEqual(protocol.ports.audit.events, Array(releases).fill(released));
    }
  });

  it('does not leave where it is not asked for, not entitled, or not there, and then none is audited', async () => {
    const protocol = await startProtocol();
    const person = await personOf(protocol, { identifier: NIR });
    const provisional = await personOf(protocol, { identifier: 'P12345678' });
    for (const [clientId, scope, who] of [
      ['rights', 'openid profile identite_pivot', person],
      ['curious', 'openid nir', person],
      ['rights', 'openid nir', provisional],
    ] as const) {
      const { tokens } = await signInToTokens(protocol, clientId, { person: who, parameters: { scope } });
      const { status, text } = await userinfo(protocol, tokens.access_token);
      assert.deepEqual([status, text.includes(NIR)], [200, false], `${clientId} ${scope}`);
    }
    assert.deepEqual(protocol.ports.audit.events, []);
  });

  it('waits for its record, and does not leave without it', async () => {
    const protocol = await startProtocol();
    const person = await personOf(protocol, { identifier: NIR });
    const { tokens } = await signInToTokens(protocol, 'rights', { person, parameters: { scope: 'openid nir' } });
    protocol.ports.audit.away = true;
    const refused = await userinfo(protocol, tokens.access_token);
    assert.ok(refused.status >= 500, refused.text);
    assert.ok(!refused.text.includes(NIR));
    protocol.ports.audit.away = false;
    assert.equal((await userinfo(protocol, tokens.access_token)).json.nir, NIR);
  });

  it('is recorded before it is answered', async () => {
    let isRecorded = false;
    const protocol = await startProtocol({
      ports: ({ audit }) => ({
        audit: {
          ...audit,
          async record(event) {
            await new Promise((resolve) => setImmediate(resolve));
            await new Promise((resolve) => setImmediate(resolve));
            await audit.record(event);
            isRecorded = true;
          },
        },
      }),
    });
    const person = await personOf(protocol, { identifier: NIR });
    const { tokens } = await signInToTokens(protocol, 'rights', { person, parameters: { scope: 'openid nir' } });
    assert.equal((await userinfo(protocol, tokens.access_token)).json.nir, NIR);
    assert.ok(isRecorded);
  });
});

describe('an account that may be given nothing', () => {
  afterEach(stopProtocols);

  for (const state of ['suspended', 'closed'] as const)
    it(`because it is ${state} has no code redeemed, no refresh, no userinfo, and no answer from its session`, async () => {
      const protocol = await startProtocol();
      const { browser, person, tokens } = await signInToTokens(protocol);
      const pending = await signInToTokens(protocol, 'portal', { person });
      const waiting = await browser.request(authorizeUrl('portal', { prompt: 'none' }));
      const code = new URL(waiting.location).searchParams.get('code') ?? '';
      assert.ok(code);
      protocol.ports.accounts.setState(person.accountId, state);
      assert.equal((await redeem(protocol, code)).json.error, 'invalid_grant');
      assert.equal((await refresh(protocol, tokens.refresh_token)).json.error, 'invalid_grant');
      assert.equal((await userinfo(protocol, pending.tokens.access_token)).status, 401);
      assert.equal((await silently(browser)).error, 'login_required');
      const asked = await open(protocol, browser);
      assert.equal((await browser.request(asked.interaction)).json.prompt, 'login');
      protocol.ports.accounts.setState(person.accountId, 'active');
      assert.equal((await userinfo(protocol, pending.tokens.access_token)).status, 200);
      assert.ok((await silently(browser)).code);
    });

  it('reads its profile for userinfo alone, and its state alone everywhere else', async () => {
    const read: string[] = [];
    const protocol = await startProtocol({
      ports: ({ accounts }) => ({
        accounts: {
          ...accounts,
          findById: (id) => {
            read.push('state');
            return accounts.findById(id);
          },
          findProfile: (id) => {
            read.push('profile');
            return accounts.findProfile(id);
          },
        },
      }),
    });
    const { tokens } = await signInToTokens(protocol);
    assert.deepEqual([...new Set(read)], ['state']);
    read.length = 0;
    await userinfo(protocol, tokens.access_token);
    assert.deepEqual(read, ['profile']);
  });

  it('because the store is away is told that, and no refusal', async () => {
    let isAway = false;
    const away = () => Promise.reject(new ServiceError('store_unavailable'));
    const protocol = await startProtocol({
      ports: ({ accounts }) => ({
        accounts: { ...accounts, findProfile: (id) => (isAway ? away() : accounts.findProfile(id)) },
      }),
    });
    const { tokens } = await signInToTokens(protocol);
    isAway = true;
    assert.ok((await userinfo(protocol, tokens.access_token)).status >= 500);
    isAway = false;
    assert.equal((await userinfo(protocol, tokens.access_token)).status, 200);
    assert.equal((await ask(protocol, '/token/revocation', 'portal', { token: tokens.access_token })).status, 200);
    assert.equal((await userinfo(protocol, tokens.access_token)).status, 401);
  });

  it('is not told whether it is there: nobody is signed in as an account that there is not', async () => {
    const protocol = await startProtocol();
    const browser = browserOf(protocol);
    const { interaction } = await open(protocol, browser);
    const login = { accountId: 'nobody', acr: 'eidas1', amr: ['pwd'], provedAt: protocol.clock.now() };
    const { json } = await browser.request(interaction, { json: { login } });
    const { location } = await browser.request(json.to);
    assert.match(location, /\/interactions\//);
  });
});
