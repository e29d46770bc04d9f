import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { createPerson, PASSWORD } from '../support/people.ts';
import {
  createRelyingParty,
  openInteraction,
  type RelyingParty,
  signIn,
  signInToTokens,
} from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { type RedisServer, startOwnPostgres, startRedis } from '../support/services.ts';
import { Visitor } from '../support/visitor.ts';
import { untilReady } from '../support/wait.ts';

/** A person does not wait longer than this to be told. */
const BOUND_MS = 1500;

describe('when Redis is away', () => {
  let redis: RedisServer;
  let service: Service;
  let party: RelyingParty;
  beforeEach(async () => {
    redis = await startRedis();
    service = await startService({ env: { REDIS_URL: redis.url } });
    party = await createRelyingParty(service.url);
  });
  afterEach(async () => {
    await service.stop();
    await redis.stop();
  });

  for (const how of ['stopped', 'frozen'] as const)
    it(`(${how}) the answer is 503 at once, nothing is granted, and the service comes back by itself`, async () => {
      const person = await createPerson(service);
      const visitor = new Visitor();
      const { interaction, checks } = await openInteraction(visitor, party);
      const { tokens } = await signInToTokens(new Visitor(), party, person.identifier, PASSWORD);
      if (how === 'stopped') await redis.stop();
      else redis.freeze();

      for (const request of [
        () => visitor.request(interaction),
        () => signIn(visitor, interaction, person.identifier, PASSWORD),
        async () => visitor.request((await party.begin()).url),
        () =>
          visitor.request(`${service.url}/userinfo`, { headers: { Authorization: `Bearer ${tokens.access_token}` } }),
        () => visitor.request(`${service.url}/health/ready`),
      ]) {
        const startedAt = performance.now();
        const answer = await request();
        assert.equal(answer.status, 503, answer.text);
        assert.ok(performance.now() - startedAt < BOUND_MS, `${performance.now() - startedAt} ms`);
        assert.doesNotMatch(answer.text, /redirectTo|access_token/);
      }
      const startedAt = performance.now();
      await assert.rejects(client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? ''));
      assert.ok(performance.now() - startedAt < BOUND_MS);
      const screen = await new Visitor('html').request((await party.begin()).url);
      assert.equal(screen.status, 503);
      assert.match(screen.text, /momentanément indisponible/);
      assert.ok(Number(screen.headers.get('retry-after')) > 0);

      if (how === 'stopped') redis = await startRedis(redis.port);
      else redis.thaw();
      await untilReady(service);
      if (how === 'frozen') {
        const answer = await signIn(visitor, interaction, person.identifier, PASSWORD);
        const callback = (await visitor.request(answer.json.redirectTo)).location ?? '';
        assert.ok((await party.redeem(callback, checks)).access_token, 'the interaction that was interrupted goes on');
      }
      assert.ok((await signInToTokens(new Visitor(), party, person.identifier, PASSWORD)).tokens.access_token);
    });
});

describe('when PostgreSQL is away', () => {
  it('sign-in answers 503 within bounds, grants nothing, and the retry works', async () => {
    const postgres = await startOwnPostgres();
    // The first failure locks: one that was counted shows at the next attempt.
    const service = await startService({ env: { DATABASE_URL: postgres.url, LOCK_FROM_FAILURE: '1' } });
    let restarted: { stop(): Promise<void> } | undefined;
    try {
      const person = await createPerson(service);
      const party = await createRelyingParty(service.url);
      const { tokens } = await signInToTokens(new Visitor(), party, person.identifier, PASSWORD);
      const visitor = new Visitor();
      const { interaction, checks } = await openInteraction(visitor, party);
      await postgres.stop();
      for (const request of [
        () => signIn(visitor, interaction, person.identifier, PASSWORD),
        () =>
          visitor.request(`${service.url}/userinfo`, { headers: { Authorization: `Bearer ${tokens.access_token}` } }),
      ]) {
        const startedAt = performance.now();
        const answer = await request();
        assert.equal(answer.status, 503, answer.text);
        assert.ok(performance.now() - startedAt < BOUND_MS, `${performance.now() - startedAt} ms`);
      }
      assert.deepEqual((await visitor.request(`${service.url}/health/ready`)).json, {
        status: 'failing',
        failing: ['postgres'],
        reasons: { postgres: 'unreachable' },
      });
      assert.equal((await visitor.request(interaction)).status, 200, 'the screen itself needs no account');
      restarted = await postgres.restart();
      await untilReady(service);
      const answer = await signIn(visitor, interaction, person.identifier, PASSWORD);
      assert.equal(answer.json.status, 'authenticated', 'the failure of the store was not counted against the person');
      const callback = (await visitor.request(answer.json.redirectTo)).location ?? '';
      assert.ok((await party.redeem(callback, checks)).access_token);
    } finally {
      await service.stop();
      await (restarted ?? postgres).stop();
    }
  });
});

describe('when too many passwords wait to be hashed', () => {
  it('the rest is told to try again, is not counted as a failure, and the process goes on', async () => {
    // The first failure locks: an attempt that was counted shows at the next.
    const env = { ARGON2_RUNNING: '1', ARGON2_WAITING: '2', LOCK_FROM_FAILURE: '1' };
    const service = await startService({ env, realHashes: true });
    try {
      const person = await createPerson(service);
      const party = await createRelyingParty(service.url);
      const visitors = await Promise.all(
        Array.from({ length: 12 }, async () => {
          const visitor = new Visitor();
          const others = await createPerson(service);
          return { visitor, others, ...(await openInteraction(visitor, party)) };
        }),
      );
      const enter = ({ visitor, interaction, others }: (typeof visitors)[number], password = PASSWORD) =>
        signIn(visitor, interaction, others.identifier, password);
      const answers = await Promise.all(
        visitors.map(async (one) => ({ one, answer: await enter(one, 'Wrong-Password-1') })),
      );
      const busy = answers.filter(({ answer }) => answer.status === 503);
      assert.ok(busy.length > 0 && busy.length < 12, String(busy.length));
      for (const { answer } of busy) {
        assert.equal(answer.json.code, 'busy');
        assert.ok(Number(answer.headers.get('retry-after')) > 0);
      }
      for (const { one, answer } of answers) {
        const expected = answer.status === 503 ? { status: 'authenticated' } : { code: 'sign_in_locked' };
        const { status, code } = (await enter(one)).json;
        assert.deepEqual(typeof status === 'string' ? { status } : { code }, expected);
      }
      assert.ok((await signInToTokens(new Visitor(), party, person.identifier, PASSWORD)).tokens.access_token);
    } finally {
      await service.stop();
    }
  });
});
