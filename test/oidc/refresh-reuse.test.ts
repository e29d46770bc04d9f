import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { type Changing, createChanging } from '../support/changing.ts';
import { dumpRedis } from '../support/dump-redis.ts';
import { createFailing } from '../support/failing-store.ts';
import { createPerson, PASSWORD, type Person } from '../support/people.ts';
import { createRelyingParty, type RelyingParty, signInToTokens } from '../support/relying-party.ts';
import { type Service, startService, testSecrets } from '../support/service.ts';
import { startRedis } from '../support/services.ts';
import { Visitor } from '../support/visitor.ts';

const TRIALS = 50;
const PARALLEL = 10;

const SECRET = testSecrets.CLIENT_MON_COMPTE_SECRET;
const REFUSED = { error: 'invalid_grant' };

const refresh = ({ configuration }: RelyingParty, token: string | undefined, parameters?: Record<string, string>) =>
  client.refreshTokenGrant(configuration, token ?? '', parameters);

const userinfo = ({ configuration }: RelyingParty, accessToken: string) =>
  client.fetchUserInfo(configuration, accessToken, client.skipSubjectCheck);

/** The confidential client in three ways, and a public one. */
function createVariants(): Changing {
  const changing = createChanging();
  const [confidential, , open] = changing.clients;
  assert.ok(confidential && open);
  changing.clients = [
    confidential,
    { ...confidential, clientId: 'strict', refreshReuse: 'strict' },
    { ...confidential, clientId: 'still', refreshRotation: false },
    { ...open, redirectUris: confidential.redirectUris },
  ];
  return changing;
}

for (const store of ['redis', 'memory'] as const)
  describe(`a refresh token that is used twice, on ${store}`, () => {
    let service: Service;
    const parties = new Map<string, RelyingParty>();
    const partyOf = (clientId: string): RelyingParty => parties.get(clientId) ?? assert.fail(clientId);
    before(async () => {
      service = await startService({
        store,
        ports: createVariants().ports,
        env: { THROTTLE_TOKEN_PER_CLIENT_PER_MINUTE: '100000', THROTTLE_TOKEN_PER_ADDRESS_PER_MINUTE: '100000' },
      });
      for (const clientId of ['mon-compte', 'strict', 'still', 'mon-compte-mobile'])
        parties.set(
          clientId,
          await createRelyingParty(service.url, clientId, clientId === 'mon-compte-mobile' ? '' : SECRET),
        );
    });
    after(() => service.stop());

    async function signedIn(clientId = 'mon-compte') {
      const party = partyOf(clientId);
      const person = await createPerson(service);
      const visitor = new Visitor();
      const scope = clientId === 'mon-compte-mobile' ? 'openid profile' : 'openid profile identite_pivot';
      const { tokens } = await signInToTokens(visitor, party, person.identifier, PASSWORD, { scope });
      return { party, person, visitor, token: tokens.refresh_token ?? '', tokens };
    }

    async function eventsOf({ accountId }: Person): Promise<readonly unknown[]> {
      const database = openDatabase(service.databaseUrl, 1);
      const rows = await database('audit_events')
        .where({ kind: 'token', account_id: accountId })
        .orderBy('occurred_at');
      await database.destroy();
      return rows.map(({ outcome, client_id }) => [outcome, client_id]);
    }

    it(`has one successor, of ${PARALLEL} uses at once, ${TRIALS} times, and each is answered with it`, async () => {
      const { party, person, token: first } = await signedIn();
      let token = first;
      for (let trial = 0; trial < TRIALS; trial++) {
        const answers = await Promise.all(Array.from({ length: PARALLEL }, () => refresh(party, token)));
        const successors = new Set(answers.map(({ refresh_token }) => refresh_token));
        assert.equal(successors.size, 1, `trial ${trial}`);
        const [successor = ''] = successors;
        assert.notEqual(successor, token);
        assert.match(successor, /^[\w-]{22}\.[\w-]{43}$/, 'its family, and 256 bits of its own');
        assert.equal(successor.slice(0, 22), token.slice(0, 22));
        token = successor;
        if (trial % 10 === 0) for (const { access_token } of answers) await userinfo(party, access_token);
      }
      const outcomes = new Set((await eventsOf(person)).map(String));
      assert.deepEqual([...outcomes], ['refresh-token-shared,mon-compte']);
    });

    it('has the same successor until the grace is over, and is one event', async () => {
      const { party, person, token } = await signedIn();
      const { refresh_token: successor } = await refresh(party, token);
      for (const seconds of [0, 5, 4]) {
        await service.clock.advance(seconds);
        const { refresh_token, access_token, id_token } = await refresh(party, token);
        assert.equal(refresh_token, successor);
        assert.ok(id_token);
        await userinfo(party, access_token);
      }
      assert.deepEqual(await eventsOf(person), [['refresh-token-shared', 'mon-compte']]);
      const { refresh_token: next } = await refresh(party, successor);
      assert.ok(next && next !== successor);
    });

    it('leaves the successor used, where that was used meanwhile', async () => {
      const { party, token } = await signedIn();
      const { refresh_token: successor } = await refresh(party, token);
      const { refresh_token: next } = await refresh(party, successor);
      assert.equal((await refresh(party, token)).refresh_token, successor);
      assert.equal((await refresh(party, successor)).refresh_token, next);
      await service.clock.advance(9);
      await assert.rejects(
        refresh(party, successor)
          .then(() => service.clock.advance(2))
          .then(() => refresh(party, successor)),
        REFUSED,
      );
    });

    it('ends the grant once the grace is over, and every token of the family', async () => {
      const { party, person, token, tokens } = await signedIn();
      const { refresh_token: successor, access_token } = await refresh(party, token);
      const { refresh_token: next } = await refresh(party, successor);
      await service.clock.advance(10.1);
      await assert.rejects(refresh(party, token), REFUSED);
      assert.deepEqual(await eventsOf(person), [['refresh-token-replayed', 'mon-compte']]);
      for (const one of [successor, next]) await assert.rejects(refresh(party, one), REFUSED);
      for (const one of [tokens.access_token, access_token]) await assert.rejects(userinfo(party, one));
    });

    it('ends the grant also long after, when nothing of it is kept, and no token that nobody gave does', async () => {
      const { party, person, token } = await signedIn();
      let { refresh_token: youngest } = await refresh(party, token);
      youngest = (await refresh(party, youngest)).refresh_token;
      await service.clock.advance(600);
      const invented = `${token.slice(0, 22).replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}${token.slice(22)}`;
      for (const nobodys of ['x', invented, token.slice(23)]) await assert.rejects(refresh(party, nobodys), REFUSED);
      for (const other of ['still', 'mon-compte-mobile']) await assert.rejects(refresh(partyOf(other), token), REFUSED);
      youngest = (await refresh(party, youngest)).refresh_token;
      assert.deepEqual(await eventsOf(person), []);
      await assert.rejects(refresh(party, token), REFUSED);
      await assert.rejects(refresh(party, youngest), REFUSED);
      assert.deepEqual(await eventsOf(person), [['refresh-token-replayed', 'mon-compte']]);
    });

    it('is a replay too where sessions of the account were ended before its sign-in', async () => {
      const { party, person, token } = await signedIn();
      const database = openDatabase(service.databaseUrl, 1);
      await database('accounts')
        .where({ account_id: person.accountId })
        .update({ sessions_ended_at: new Date(Date.now() - 3_600_000) });
      await database.destroy();
      const { refresh_token: successor } = await refresh(party, token);
      await service.clock.advance(600);
      await assert.rejects(refresh(party, token), REFUSED);
      await assert.rejects(refresh(party, successor), REFUSED);
      assert.deepEqual(await eventsOf(person), [['refresh-token-replayed', 'mon-compte']]);
    });

    it('is revoked by its own client alone', async () => {
      const { party, token } = await signedIn();
      for (const other of ['still', 'mon-compte-mobile'])
        await client.tokenRevocation(partyOf(other).configuration, token).catch(() => {});
      assert.ok((await refresh(party, token)).refresh_token);
    });

    it('is no replay when it ended with its session', async () => {
      const { party, person, token } = await signedIn();
      await refresh(party, token);
      await service.clock.advance(service.config.times.sessionIdleSeconds + 1);
      await assert.rejects(refresh(party, token), REFUSED);
      assert.deepEqual(await eventsOf(person), []);
    });

    it('is refused where another scope is asked than the first time, and the first one is not disturbed', async () => {
      const { party, person, token } = await signedIn();
      const { refresh_token: successor, scope } = await refresh(party, token, { scope: 'openid profile' });
      assert.equal(scope, 'openid profile');
      for (const parameters of [undefined, { scope: 'openid' }])
        await assert.rejects(refresh(party, token, parameters), REFUSED);
      const again = await refresh(party, token, { scope: 'profile openid' });
      assert.deepEqual([again.refresh_token, again.scope], [successor, 'openid profile']);
      assert.deepEqual(await eventsOf(person), [
        ['refresh-token-collision', 'mon-compte'],
        ['refresh-token-shared', 'mon-compte'],
      ]);
      assert.ok((await refresh(party, successor)).refresh_token);
    });

    it('asked with the scope that it has is asked as without one', async () => {
      const { party, token } = await signedIn();
      const [whole, without] = await Promise.all([
        refresh(party, token, { scope: 'openid profile identite_pivot' }),
        refresh(party, token),
      ]);
      assert.equal(whole.refresh_token, without.refresh_token);
    });

    it('that has no family, from a version before, is a replay as long as it would have lived, and its successors have one', async () => {
      const { party, person, token } = await signedIn();
      const { protocolStore } = service.app.ports;
      const former = token.slice(23);
      const record = (await protocolStore.find('RefreshToken', token)) ?? assert.fail();
      await protocolStore.upsert('RefreshToken', former, { ...record, jti: former }, 3600);
      const { refresh_token: successor = '' } = await refresh(party, former);
      assert.equal((await refresh(party, former)).refresh_token, successor);
      const { refresh_token: next = '' } = await refresh(party, successor);
      assert.equal(next.slice(0, 23), successor.slice(0, 23));
      await service.clock.advance(600);
      await assert.rejects(refresh(party, former), REFUSED);
      await assert.rejects(refresh(party, next), REFUSED);
      assert.deepEqual((await eventsOf(person)).at(-1), ['refresh-token-replayed', 'mon-compte']);
    });

    it('is refused to another client, which learns nothing and ends nothing', async () => {
      const { party, token } = await signedIn();
      const { refresh_token: successor } = await refresh(party, token);
      for (const other of ['strict', 'still', 'mon-compte-mobile'])
        await assert.rejects(refresh(partyOf(other), token), REFUSED, other);
      assert.equal((await refresh(party, token)).refresh_token, successor);
    });

    it('is shared by a public client too', async () => {
      const { party, token } = await signedIn('mon-compte-mobile');
      const answers = await Promise.all(Array.from({ length: 3 }, () => refresh(party, token)));
      assert.equal(new Set(answers.map(({ refresh_token }) => refresh_token)).size, 1);
    });

    for (const [what, end] of [
      ['was revoked', async ({ party, successor }) => client.tokenRevocation(party.configuration, successor)],
      ['was revoked by its old name', async ({ party, token }) => client.tokenRevocation(party.configuration, token)],
      [
        'has a suspended account',
        ({ sql, person }) => sql('update accounts set state = ? where account_id = ?', 'suspended', person.accountId),
      ],
      [
        'has an account whose sessions were ended',
        ({ sql, person }) =>
          sql(
            'update accounts set sessions_ended_at = ? where account_id = ?',
            new Date(Date.now() + 2000),
            person.accountId,
          ),
      ],
      [
        'has lost its session',
        async ({ visitor }) => {
          const [cookie] = (await visitor.jar.getCookies(service.url)).filter(({ key }) => /session$/.test(key));
          await service.app.ports.protocolStore.destroy('Session', String(cookie?.value));
        },
      ],
    ] as readonly (readonly [
      string,
      (parts: {
        party: RelyingParty;
        person: Person;
        visitor: Visitor;
        token: string;
        successor: string;
        sql(text: string, ...values: readonly (string | Date)[]): Promise<void>;
      }) => Promise<unknown>,
    ])[])
      it(`is refused within the grace when it ${what}`, async () => {
        const parts = await signedIn();
        const { party, token } = parts;
        const { refresh_token: successor = '' } = await refresh(party, token);
        const database = openDatabase(service.databaseUrl, 1);
        const sql = async (text: string, ...values: readonly (string | Date)[]) => {
          await database.raw(text, values);
        };
        await end({ ...parts, successor, sql });
        await database.destroy();
        await assert.rejects(refresh(party, token), REFUSED);
        await assert.rejects(refresh(party, successor), REFUSED);
      });

    it('of a strict client ends the grant at once', async () => {
      const { party, person, token } = await signedIn('strict');
      const { refresh_token: successor, access_token } = await refresh(party, token);
      await service.clock.advance(0.1);
      await assert.rejects(refresh(party, token), REFUSED);
      await assert.rejects(refresh(party, successor), REFUSED);
      await assert.rejects(userinfo(party, access_token));
      assert.deepEqual(await eventsOf(person), [['refresh-token-replayed', 'strict']]);
    });

    it(`of a strict client has one winner of ${PARALLEL} at once, whose grant is ended`, async () => {
      for (let trial = 0; trial < 5; trial++) {
        const { party, token } = await signedIn('strict');
        const results = await Promise.allSettled(Array.from({ length: PARALLEL }, () => refresh(party, token)));
        const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
        assert.ok(winners.length <= 1, `trial ${trial}`);
        for (const result of results)
          if (result.status === 'rejected') assert.equal(result.reason.error, 'invalid_grant');
        for (const { refresh_token } of winners) await assert.rejects(refresh(party, refresh_token), REFUSED);
      }
    });

    it('of a client without rotation is itself what each refresh answers, at once and later', async () => {
      const { party, person, token } = await signedIn('still');
      const answers = await Promise.all(Array.from({ length: PARALLEL }, () => refresh(party, token)));
      await service.clock.advance(600);
      answers.push(await refresh(party, token));
      for (const answer of answers) assert.equal(answer.refresh_token, token);
      await userinfo(party, answers.at(-1)?.access_token ?? '');
      assert.deepEqual(await eventsOf(person), []);
      await client.tokenRevocation(party.configuration, token);
      await assert.rejects(refresh(party, token), REFUSED);
    });
  });

describe('a refresh that meets a fault', () => {
  let stores: Service;
  let service: Service;
  let party: RelyingParty;
  let failing: ReturnType<typeof createFailing>;
  before(async () => {
    stores = await startService();
    failing = createFailing(stores.app.ports.protocolStore);
    service = await startService({ ports: { protocolStore: failing.port } });
    party = await createRelyingParty(service.url);
  });
  after(async () => {
    await service.stop();
    await stores.stop();
  });

  it('is repeated with success, whichever call of the store fails, and there is one successor', async () => {
    let failed = 0;
    const { identifier } = await createPerson(service);
    for (let call = 1; ; call++) {
      const { tokens } = await signInToTokens(new Visitor(), party, identifier, PASSWORD);
      failing.fail(call);
      const first = await refresh(party, tokens.refresh_token).catch((error: unknown) => error);
      failing.mend();
      if (!(first instanceof Error)) break;
      failed += 1;
      assert.ok(first.cause instanceof Response, String(first));
      assert.equal(first.cause.status, 503, `call ${call}`);
      assert.ok(first.cause.headers.get('retry-after'), `call ${call}`);
      const { refresh_token: successor, access_token } = await refresh(party, tokens.refresh_token);
      assert.equal((await refresh(party, tokens.refresh_token)).refresh_token, successor, `call ${call}`);
      await userinfo(party, access_token);
      assert.ok((await refresh(party, successor)).refresh_token, `call ${call}`);
    }
    assert.ok(failed > 5, `${failed} calls`);
  });
});

describe('a refresh token that two processes are shown', () => {
  it(`has one successor, of ${PARALLEL} uses at once, ${TRIALS} times`, async () => {
    const one = await startService();
    const other = await startService({ env: { DATABASE_URL: one.databaseUrl, ISSUER: one.url } });
    try {
      const party = await createRelyingParty(one.url);
      const { identifier } = await createPerson(one);
      const { tokens } = await signInToTokens(new Visitor(), party, identifier, PASSWORD);
      const elsewhere = await createRelyingParty(one.url);
      elsewhere.configuration[client.customFetch] = (url, options) =>
        fetch(url.replace(one.url, `http://localhost:${other.config.listen.port}`), {
          ...options,
          body: String(options.body),
        });
      let token = tokens.refresh_token;
      for (let trial = 0; trial < TRIALS; trial++) {
        const answers = await Promise.all(
          Array.from({ length: PARALLEL }, (_, index) => refresh(index % 2 === 0 ? party : elsewhere, token)),
        );
        const successors = new Set(answers.map(({ refresh_token }) => refresh_token));
        assert.equal(successors.size, 1, `trial ${trial}`);
        [token] = successors;
      }
    } finally {
      await other.stop();
      await one.stop();
    }
  });
});

describe('what Redis holds of a successor', () => {
  it('is its sealed record, and beside the old token, for the grace alone, a sealed seed', async () => {
    const redis = await startRedis();
    const service = await startService({ env: { REDIS_URL: redis.url } });
    try {
      const party = await createRelyingParty(service.url);
      const { identifier } = await createPerson(service);
      const { tokens } = await signInToTokens(new Visitor(), party, identifier, PASSWORD);
      const { refresh_token: successor = '' } = await refresh(party, tokens.refresh_token);
      const within = await dumpRedis(redis.url);
      assert.match(within, /^oidc:RefreshToken:\{.+\}:kept$/m);
      for (const token of [tokens.refresh_token ?? '', successor]) assert.ok(!within.includes(token));
      // The key of the vault does not open it either: the old token is missing.
      const [, key = '', sealed = ''] = /^(oidc:RefreshToken:\{.+\}:kept)\n(.+)$/m.exec(within) ?? [];
      const opened = service.app.ports.vault.open(sealed, key);
      for (const part of [...(tokens.refresh_token ?? '').split('.'), ...successor.split('.')])
        assert.ok(!opened.includes(part));
      await service.clock.advance(10);
      assert.doesNotMatch(await dumpRedis(redis.url), /:kept$/m);
      await service.clock.advance(60);
      const later = (await dumpRedis(redis.url)).split('\n').filter((key) => key.startsWith('oidc:Refresh'));
      assert.deepEqual(
        later.map((key) => key.replace(/\{.+\}/, '')).toSorted(),
        ['oidc:RefreshFamily:', 'oidc:RefreshToken:'],
        'of the old token nothing is left',
      );
    } finally {
      await service.stop();
      await redis.stop();
    }
  });
});
