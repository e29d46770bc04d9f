/** The suite of oidc-provider's records. */
import assert from 'node:assert/strict';
import type { ProtocolStore } from '../../src/ports/protocol-store.ts';
import {
  type Backend,
  findReadable,
  type Opening,
  PARALLEL,
  TRIALS,
  unavailable,
  unique,
  winnersOf,
} from './backends.ts';

const LIFE = 60;
const CODE = 'AuthorizationCode';
const TOKEN = 'RefreshToken';
const SESSION = 'Session';

export function describeProtocolStore(name: string, { open, away }: Opening<ProtocolStore>): void {
  describe(`the protocol store, on ${name}`, () => {
    let backend: Backend<ProtocolStore>;
    let store: ProtocolStore;
    before(async () => {
      backend = await open();
      store = backend.port;
    });
    after(() => backend.close());

    const payloadOf = (id: string) => ({
      jti: id,
      kind: CODE,
      accountId: `account-${unique()}`,
      exp: 1_790_000_123,
      claims: { id_token: { acr: { essential: true, values: ['eidas1'] }, auth_time: null } },
      scope: 'openid identite_pivot',
      rotations: 0,
      gty: '',
    });
    const sessionOf = (jti: string, uid: string) => ({ jti, uid, kind: SESSION, accountId: `account-${unique()}` });

    it('gives back a record, every field of it', async () => {
      const id = unique();
      const payload = payloadOf(id);
      await store.upsert(CODE, id, payload, LIFE);
      assert.deepEqual(await store.find(CODE, id), payload);
    });

    it('answers undefined for an unknown id, and consumes nothing there', async () => {
      for (const model of [CODE, SESSION]) {
        assert.equal(await store.find(model, unique()), undefined);
        assert.equal(await store.consume(model, unique()), false);
        await store.destroy(model, unique());
      }
      assert.equal(await store.findSessionByUid(unique()), undefined);
    });

    it('keeps the records of two models apart, also under one id', async () => {
      const id = unique();
      await store.upsert(CODE, id, payloadOf(id), LIFE);
      assert.equal(await store.find('AccessToken', id), undefined);
      assert.equal(await store.consume('AccessToken', id), false);
      await store.destroy('AccessToken', id);
      assert.ok(await store.find(CODE, id));
    });

    it('writes over a record', async () => {
      const id = unique();
      await store.upsert('Interaction', id, { step: 1, gone: true }, LIFE);
      await store.upsert('Interaction', id, { step: 2 }, LIFE);
      assert.deepEqual(await store.find('Interaction', id), { step: 2 });
    });

    it('ends a record when the time that was said last is over, and not a second sooner', async () => {
      const [id, jti, uid] = [unique(), unique(), unique()];
      for (const life of [1, LIFE]) {
        await store.upsert(CODE, id, payloadOf(id), life);
        await store.upsert(SESSION, jti, sessionOf(jti, uid), life);
      }
      await backend.pass(LIFE - 1);
      assert.ok(await store.find(CODE, id), 'a second before');
      assert.ok(await store.find(SESSION, jti));
      assert.ok(await store.findSessionByUid(uid));
      await backend.pass(1);
      assert.equal(await store.find(CODE, id), undefined);
      assert.equal(await store.consume(CODE, id), false);
      assert.equal(await store.find(SESSION, jti), undefined);
      assert.equal(await store.findSessionByUid(uid), undefined);
    });

    it('destroys a record', async () => {
      const id = unique();
      await store.upsert(CODE, id, payloadOf(id), LIFE);
      await store.destroy(CODE, id);
      assert.equal(await store.find(CODE, id), undefined);
      assert.equal(await store.consume(CODE, id), false);
    });

    it(`has one winner of ${PARALLEL} consumers of one code, ${TRIALS} times`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const id = unique();
        await store.upsert(CODE, id, payloadOf(id), LIFE);
        assert.equal(await winnersOf(PARALLEL, () => store.consume(CODE, id)), 1, `trial ${trial}`);
      }
    });

    it('gives back a consumed record as it was, and tells how long ago it was used', async () => {
      const id = unique();
      const payload = payloadOf(id);
      assert.equal(await store.findWithUse(CODE, id), undefined);
      await store.upsert(CODE, id, payload, LIFE);
      assert.deepEqual(await store.findWithUse(CODE, id), { record: payload, usedAgoMs: undefined });
      await store.consume(CODE, id);
      await backend.pass(2);
      assert.deepEqual(await store.find(CODE, id), payload);
      const found = await store.findWithUse(CODE, id);
      assert.deepEqual(found?.record, payload);
      assert.ok(Number(found?.usedAgoMs) >= 1999, `${found?.usedAgoMs} ms`);
      assert.equal(await store.consume(CODE, id), false);
    });

    it('keeps something beside a record for those who use it a moment later, and no longer', async () => {
      const id = unique();
      const seed = { seed: unique(), scope: 'openid' };
      assert.deepEqual(await store.consumeKeeping(TOKEN, id, seed, 10, LIFE), { first: false, kept: undefined });
      await store.upsert(TOKEN, id, payloadOf(id), LIFE);
      assert.deepEqual(await store.consumeKeeping(TOKEN, id, seed, 10, LIFE), { first: true, kept: seed });
      assert.deepEqual(await store.consumeKeeping(TOKEN, id, { seed: unique() }, 10, LIFE), {
        first: false,
        kept: seed,
      });
      assert.equal(await store.consume(TOKEN, id), false);
      await backend.pass(9);
      assert.deepEqual(await store.consumeKeeping(TOKEN, id, {}, 10, LIFE), { first: false, kept: seed });
      await backend.pass(1);
      assert.deepEqual(await store.consumeKeeping(TOKEN, id, seed, 10, LIFE), { first: false, kept: undefined });
      assert.ok(Number((await store.findWithUse(TOKEN, id))?.usedAgoMs) >= 9999);
      await backend.pass(LIFE - 11);
      assert.ok(await store.findWithUse(TOKEN, id));
      await backend.pass(1);
      assert.equal(await store.findWithUse(TOKEN, id), undefined);
    });

    it(`has one first of ${PARALLEL} uses at once, and gives each what that one keeps, ${TRIALS} times`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const id = unique();
        await store.upsert(TOKEN, id, payloadOf(id), LIFE);
        const uses = await Promise.all(
          Array.from({ length: PARALLEL }, (_, seed) => store.consumeKeeping(TOKEN, id, { seed }, 10, LIFE)),
        );
        assert.equal(uses.filter(({ first }) => first).length, 1, `trial ${trial}`);
        assert.equal(new Set(uses.map(({ kept }) => kept?.seed)).size, 1, `trial ${trial}`);
        assert.equal(typeof uses[0]?.kept?.seed, 'number');
      }
    });

    it('keeps a code consumed when its record is written again', async () => {
      const id = unique();
      await store.upsert(CODE, id, payloadOf(id), LIFE);
      await store.consume(CODE, id);
      await store.upsert(CODE, id, payloadOf(id), LIFE);
      assert.equal(await store.consume(CODE, id), false);
    });

    it('holds a record for one caller, apart from its use, until it is let go or the time is over', async () => {
      const id = unique();
      assert.equal(await store.hold(CODE, id, 2), false);
      await store.upsert(CODE, id, payloadOf(id), LIFE);
      assert.equal(await winnersOf(PARALLEL, () => store.hold(CODE, id, 2)), 1);
      await store.release(CODE, id);
      assert.equal(await store.hold(CODE, id, 3), true);
      await backend.pass(2);
      assert.equal(await store.hold(CODE, id, 3), false);
      await backend.pass(1);
      assert.equal(await store.hold(CODE, id, 2), true);
      assert.equal(await store.hold(TOKEN, id, 2), false, 'of another model there is nothing');
      assert.equal(await store.consume(CODE, id), true);
    });

    it('finds a session by the id of its cookie and by its uid', async () => {
      const [jti, uid] = [unique(), unique()];
      const session = sessionOf(jti, uid);
      await store.upsert(SESSION, jti, session, LIFE);
      assert.deepEqual(await store.find(SESSION, jti), session);
      assert.deepEqual(await store.findSessionByUid(uid), session);
    });

    it('finds a session by its new cookie alone when the cookie has changed', async () => {
      const [before, now, uid] = [unique(), unique(), unique()];
      await store.upsert(SESSION, before, sessionOf(before, uid), LIFE);
      const session = sessionOf(now, uid);
      await store.upsert(SESSION, now, session, LIFE);
      assert.equal(await store.find(SESSION, before), undefined);
      assert.deepEqual(await store.find(SESSION, now), session);
      assert.deepEqual(await store.findSessionByUid(uid), session);
    });

    it('is not brought back by whoever read a session before its end and saves it after', async () => {
      const [jti, uid, now] = [unique(), unique(), unique()];
      const session = sessionOf(jti, uid);
      await store.upsert(SESSION, jti, session, LIFE);
      await store.destroy(SESSION, jti);
      await store.upsert(SESSION, jti, session, LIFE);
      assert.equal(await store.find(SESSION, jti), undefined);
      assert.equal(await store.findSessionByUid(uid), undefined);
      const signedIn = sessionOf(now, uid);
      await store.upsert(SESSION, now, signedIn, LIFE);
      await store.upsert(SESSION, jti, session, LIFE);
      assert.deepEqual(await store.find(SESSION, now), signedIn, 'nor is what came after it written over');
      assert.deepEqual(await store.findSessionByUid(uid), signedIn);
    });

    it(`ends a session of ${PARALLEL} who save it and one who destroys it at once, ${TRIALS} times`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const [jti, uid] = [unique(), unique()];
        const session = sessionOf(jti, uid);
        await store.upsert(SESSION, jti, session, LIFE);
        const saves = Array.from({ length: PARALLEL }, () => store.upsert(SESSION, jti, session, LIFE));
        await Promise.all([...saves.slice(1), store.destroy(SESSION, jti), ...saves.slice(0, 1)]);
        assert.equal(await store.find(SESSION, jti), undefined);
        assert.equal(await store.findSessionByUid(uid), undefined);
      }
    });

    it('destroys a session under both of its ids', async () => {
      const [jti, uid] = [unique(), unique()];
      await store.upsert(SESSION, jti, sessionOf(jti, uid), LIFE);
      await store.destroy(SESSION, jti);
      assert.equal(await store.find(SESSION, jti), undefined);
      assert.equal(await store.findSessionByUid(uid), undefined);
    });

    it('does not take the uid of a session for the id of a cookie', async () => {
      const [jti, uid] = [unique(), unique()];
      await store.upsert(SESSION, jti, sessionOf(jti, uid), LIFE);
      assert.equal(await store.find(SESSION, uid), undefined);
    });

    it('holds no id and no content that could be read at rest', async () => {
      const [id, jti, uid] = [unique(), unique(), unique()];
      const [payload, session] = [payloadOf(id), sessionOf(jti, uid)];
      await store.upsert(CODE, id, payload, LIFE);
      await store.upsert(SESSION, jti, session, LIFE);
      const [token, seed] = [unique(), unique()];
      await store.upsert(TOKEN, token, payload, LIFE);
      await store.consumeKeeping(TOKEN, token, { seed }, 10, LIFE);
      await store.consume(CODE, id);
      const dump = await backend.atRest();
      assert.ok(dump.includes(`oidc:${CODE}:`), 'the dump holds the record');
      const readable = findReadable(dump, [
        id,
        token,
        seed,
        jti,
        uid,
        payload.accountId,
        session.accountId,
        'identite_pivot',
      ]);
      assert.deepEqual(readable, []);
    });
  });

  if (away)
    describe(`the protocol store, on ${name}, with the store away`, () => {
      let backend: Backend<ProtocolStore>;
      before(async () => {
        backend = await away();
      });
      after(() => backend.close());

      it('says store_unavailable from every operation: nothing is granted on its silence', async () => {
        const store = backend.port;
        for (const model of [CODE, SESSION]) {
          await assert.rejects(store.find(model, 'a'), unavailable);
          await assert.rejects(store.upsert(model, 'a', { uid: 'u' }, LIFE), unavailable);
          await assert.rejects(store.consume(model, 'a'), unavailable);
          await assert.rejects(store.findWithUse(model, 'a'), unavailable);
          await assert.rejects(store.consumeKeeping(model, 'a', {}, 1, LIFE), unavailable);
          await assert.rejects(store.hold(model, 'a', LIFE), unavailable);
          await assert.rejects(store.release(model, 'a'), unavailable);
          await assert.rejects(store.destroy(model, 'a'), unavailable);
        }
        await assert.rejects(store.findSessionByUid('u'), unavailable);
      });
    });
}
