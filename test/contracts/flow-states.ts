/** The suite of the flow states: sealed, one an interaction. */
import assert from 'node:assert/strict';
import type { FlowStates, UnfinishedState } from '../../src/ports/flow-states.ts';
import { type Backend, findReadable, type Opening, unavailable, unique } from './backends.ts';

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

    const full = (): UnfinishedState => ({
      clientId: `client-${unique()}`,
      lastStepAt: 1_790_000_123,
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
    });

    it('gives back every field', async () => {
      const [uid, state] = [unique(), full()];
      await states.save(uid, state, LIFE);
      assert.deepEqual(await states.find(uid), state);
    });

    it('answers undefined for an unknown interaction', async () => {
      assert.equal(await states.find(unique()), undefined);
    });

    it('replaces the whole state: a proof that is not saved again is gone', async () => {
      const [uid, state] = [unique(), full()];
      await states.save(uid, state, LIFE);
      await states.save(uid, { clientId: state.clientId, lastStepAt: 1 }, LIFE);
      assert.deepEqual(await states.find(uid), { clientId: state.clientId, lastStepAt: 1 });
    });

    it('keeps the interactions of one person apart, also when they are saved at once', async () => {
      const saved = Array.from({ length: 50 }, () => [unique(), full()] as const);
      await Promise.all(saved.map(([uid, state]) => states.save(uid, state, LIFE)));
      for (const [uid, state] of saved) assert.deepEqual(await states.find(uid), state);
    });

    it('keeps a trace of a finished interaction and no proof, also where no step was kept before', async () => {
      for (const first of [full(), undefined]) {
        const uid = unique();
        if (first) await states.save(uid, first, LIFE);
        await states.finish(uid, { clientId: 'c', lastStepAt: 2, locale: 'fr' }, LIFE);
        assert.deepEqual(await states.find(uid), { clientId: 'c', lastStepAt: 2, locale: 'fr', finished: true });
      }
    });

    it('stays finished and without proofs, whatever steps are kept at the same time and after', async () => {
      const [uid, state] = [unique(), full()];
      const { proofs: _proofs, ...trace } = state;
      await states.save(uid, state, LIFE);
      const late = Array.from({ length: 5 }, () => states.save(uid, state, LIFE));
      await Promise.all([...late, states.finish(uid, trace, LIFE), ...late.map(() => states.save(uid, state, LIFE))]);
      await states.save(uid, state, LIFE);
      assert.deepEqual(await states.find(uid), { ...trace, finished: true });
    });

    it('ends when its time is over', async () => {
      const uid = unique();
      await states.save(uid, full(), 1);
      await backend.pass(1);
      assert.equal(await states.find(uid), undefined);
    });

    it('holds neither interaction, client nor account that could be read at rest', async () => {
      const [uid, state] = [unique(), full()];
      await states.save(uid, state, LIFE);
      const dump = await backend.atRest();
      assert.ok(dump.includes('flow:'), 'the dump holds the record');
      const { accountId, factors } = state.proofs?.proved ?? assert.fail();
      const secrets = [uid, state.clientId, accountId, ...factors.map((factor) => Object.values(factor).join())];
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
        await assert.rejects(backend.port.save('a', { clientId: 'c', lastStepAt: 1 }, LIFE), unavailable);
        await assert.rejects(backend.port.finish('a', { clientId: 'c', lastStepAt: 1 }, LIFE), unavailable);
      });
    });
}
