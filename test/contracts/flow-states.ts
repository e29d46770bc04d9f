/** The suite of the flow states: sealed, one an interaction. */
import assert from 'node:assert/strict';
import type { FlowStates, UnfinishedState } from '../../src/ports/flow-states.ts';
import { type Backend, findReadable, type Opening, PARALLEL, TRIALS, unavailable, unique } from './backends.ts';

const LIFE = 60;

export function describeFlowStates(name: string, { open, away }: Opening<FlowStates>): void {
  describe(`the flow states, on ${name}`, () => {
    let backend: Backend<FlowStates>;
    let states: FlowStates;
    before(async () => {
      backend = await open();
      states = backend.port;
    });
    after(() => backend.close());

    const full = (): Required<UnfinishedState> => ({
      clientId: `client-${unique()}`,
      lastStepAt: 1_790_000_123,
      beganAt: 1_790_000_012,
      signedIn: true,
      locale: 'en',
      proofs: {
        proved: {
          accountId: `account-${unique()}`,
          factors: [{ kind: 'initial-password', credentialId: `credential-${unique()}` }],
          provedAtMs: 1_790_000_123_456,
          identifierType: 'provisional',
          remember: true,
        },
      },
      steps: 3,
      reached: { status: 'password-creation-required' },
      draft: {
        step: 'sign-in',
        path: `sign-in?identifier_type=${unique()}`,
        typed: { identifier: `typed-${unique()}` },
        refusal: {
          code: 'sign_in_locked',
          fields: [{ field: 'identifier', code: 'nir_key' }],
          untilMs: 1_790_000_200_000,
        },
      },
    });

    /** The first state of an interaction. */
    const saveFirst = (uid: string, state: UnfinishedState, life = LIFE) => states.save(uid, state, life, undefined);

    it('gives back every field', async () => {
      const [uid, state] = [unique(), full()];
      const version = await saveFirst(uid, state);
      assert.deepEqual(await states.find(uid), { state, version });
    });

    it('answers undefined for an unknown interaction', async () => {
      assert.equal(await states.find(unique()), undefined);
    });

    it('replaces the whole state: a proof that is not saved again is gone', async () => {
      const [uid, state] = [unique(), full()];
      const version = await saveFirst(uid, state);
      await states.save(uid, { clientId: state.clientId, lastStepAt: 1 }, LIFE, version);
      assert.deepEqual((await states.find(uid))?.state, { clientId: state.clientId, lastStepAt: 1 });
    });

    it('keeps the interactions of one person apart, also when they are saved at once', async () => {
      const saved = Array.from({ length: 50 }, () => [unique(), full()] as const);
      await Promise.all(saved.map(([uid, state]) => saveFirst(uid, state)));
      for (const [uid, state] of saved) assert.deepEqual((await states.find(uid))?.state, state);
    });

    it('writes over what was read and over nothing else, the same state written again included', async () => {
      const [uid, state] = [unique(), full()];
      assert.equal(await states.save(uid, state, LIFE, 'a version of nothing'), undefined);
      const first = await saveFirst(uid, state);
      assert.ok(first);
      assert.equal(await saveFirst(uid, full()), undefined);
      const second = await states.save(uid, state, LIFE, first);
      assert.ok(second);
      assert.equal(await states.save(uid, full(), LIFE, first), undefined);
      assert.deepEqual(await states.find(uid), { state, version: second });
    });

    it(`has one winner of ${PARALLEL} that save at once over what they all read, ${TRIALS} times`, async () => {
      const uid = unique();
      let version = await saveFirst(uid, full());
      for (let trial = 0; trial < TRIALS; trial++) {
        const from = version;
        const written = await Promise.all(Array.from({ length: PARALLEL }, () => states.save(uid, full(), LIFE, from)));
        const won = written.filter((one) => one !== undefined);
        assert.equal(won.length, 1, `trial ${trial}`);
        version = won[0];
        assert.equal((await states.find(uid))?.version, version);
      }
    });

    it('keeps a trace of a finished interaction and no proof, also where no step was kept before', async () => {
      for (const first of [full(), undefined]) {
        const uid = unique();
        if (first) await saveFirst(uid, first);
        await states.finish(uid, { clientId: 'c', lastStepAt: 2, locale: 'fr', signedIn: true }, LIFE);
        const trace = { clientId: 'c', lastStepAt: 2, locale: 'fr', signedIn: true };
        assert.deepEqual((await states.find(uid))?.state, { ...trace, finished: true });
      }
    });

    it('stays finished, without proofs and without a draft, whatever steps are kept at the same time and after', async () => {
      const [uid, state] = [unique(), full()];
      const trace = { clientId: state.clientId, lastStepAt: 2 };
      const version = await saveFirst(uid, state);
      const late = () => Array.from({ length: 5 }, () => states.save(uid, state, LIFE, version));
      await Promise.all([...late(), states.finish(uid, trace, LIFE), ...late()]);
      const found = await states.find(uid);
      assert.equal(await states.save(uid, state, LIFE, found?.version), undefined);
      assert.deepEqual((await states.find(uid))?.state, { ...trace, finished: true });
    });

    it('is held by one request, as long as that one holds it, and not at all before there is a state', async () => {
      const uid = unique();
      assert.equal(await states.hold(uid, LIFE), false);
      const version = await saveFirst(uid, full());
      assert.deepEqual([await states.hold(uid, LIFE), await states.hold(uid, LIFE)], [true, false]);
      assert.ok(await states.save(uid, full(), LIFE, version), 'whoever holds it, or not, may write');
      assert.equal(await states.hold(uid, LIFE), false);
      await states.release(uid);
      assert.equal(await states.hold(uid, 3), true);
      await backend.pass(2);
      assert.equal(await states.hold(uid, 3), false);
      await backend.pass(1);
      assert.equal(await states.hold(uid, LIFE), true);
      await states.release(unique());
      assert.equal(await states.hold(uid, LIFE), false, 'it is let go by its own name alone');
    });

    it('lives as long as was said at its last step, and not a second longer, finished or not', async () => {
      const [short, long, finished] = [unique(), unique(), unique()];
      const version = await saveFirst(short, full(), 2);
      await saveFirst(long, full(), LIFE);
      await saveFirst(finished, full(), 2);
      assert.ok(await states.save(short, full(), LIFE, version));
      await states.finish(finished, { clientId: 'c', lastStepAt: 2 }, LIFE);
      await backend.pass(LIFE - 1);
      for (const uid of [short, long, finished]) assert.ok(await states.find(uid));
      await backend.pass(1);
      for (const uid of [short, long, finished]) assert.equal(await states.find(uid), undefined);
    });

    it('that has ended is written anew, and by nobody who read it before', async () => {
      const uid = unique();
      const former = await saveFirst(uid, full(), 1);
      await backend.pass(1);
      assert.equal(await states.save(uid, full(), LIFE, former), undefined);
      assert.equal(await states.find(uid), undefined);
      assert.ok(await saveFirst(uid, full()));
    });

    it('holds neither interaction, client, account nor what was typed that could be read at rest', async () => {
      const [uid, state] = [unique(), full()];
      const before = (await backend.atRest()).split('flow:').length;
      await saveFirst(uid, state);
      const dump = await backend.atRest();
      assert.ok(dump.split('flow:').length > before, 'the dump holds the record');
      const { accountId, factors } = state.proofs.proved ?? assert.fail();
      const { typed, path } = state.draft;
      const secrets = [uid, state.clientId, accountId, path, ...Object.values(typed)];
      secrets.push(...factors.map((factor) => Object.values(factor).join()));
      assert.deepEqual(findReadable(dump, secrets), []);
    });
  });

  if (away)
    describe(`the flow states, on ${name}, with the store away`, () => {
      let backend: Backend<FlowStates>;
      before(async () => {
        backend = await away();
      });
      after(() => backend.close());

      it('say store_unavailable, and never that the interaction is unknown', async () => {
        await assert.rejects(backend.port.find('a'), unavailable);
        await assert.rejects(backend.port.save('a', { clientId: 'c', lastStepAt: 1 }, LIFE, undefined), unavailable);
        await assert.rejects(backend.port.hold('a', LIFE), unavailable);
        await assert.rejects(backend.port.release('a'), unavailable);
        await assert.rejects(backend.port.finish('a', { clientId: 'c', lastStepAt: 1 }, LIFE), unavailable);
      });
    });
}
