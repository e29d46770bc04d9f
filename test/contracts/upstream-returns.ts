/** The suite of the ways back from an upstream provider. */
import assert from 'node:assert/strict';
import type { UpstreamReturns } from '../../src/ports/upstream-returns.ts';
import { type Backend, findReadable, type Opening, unavailable, unique } from './backends.ts';

const LIFE = 60;

export function describeUpstreamReturns(name: string, { open, away }: Opening<UpstreamReturns>): void {
  describe(`the ways back from an upstream provider, on ${name}`, () => {
    let backend: Backend<UpstreamReturns>;
    let returns: UpstreamReturns;
    before(async () => {
      backend = await open();
      returns = backend.port;
    });
    after(() => backend.close());

    it('lead each state to its own place and operation, however often it is asked for', async () => {
      const saved = Array.from({ length: 20 }, () => [unique(), { placeId: unique(), operation: 'hear' }] as const);
      await Promise.all(saved.map(([state, to]) => returns.save(state, to, LIFE)));
      for (const [state, to] of [...saved, ...saved]) assert.deepEqual(await returns.find(state), to);
    });

    it('lead nowhere by a state that was never given', async () => {
      assert.equal(await returns.find(unique()), undefined);
    });

    it('live as long as was said, and not a second longer', async () => {
      const state = unique();
      await returns.save(state, { placeId: unique(), operation: 'hear' }, LIFE);
      await backend.pass(LIFE - 1);
      assert.ok(await returns.find(state));
      await backend.pass(1);
      assert.equal(await returns.find(state), undefined);
    });

    it('hold neither state nor place that could be read at rest', async () => {
      const [state, placeId] = [unique(), unique()];
      await returns.save(state, { placeId, operation: 'hear' }, LIFE);
      const dump = await backend.atRest();
      assert.ok(dump.includes('upstream:'), 'the dump holds the record');
      assert.deepEqual(findReadable(dump, [state, placeId]), []);
    });
  });

  if (away)
    describe(`the ways back from an upstream provider, on ${name}, with the store away`, () => {
      let backend: Backend<UpstreamReturns>;
      before(async () => {
        backend = await away();
      });
      after(() => backend.close());

      it('say store_unavailable, and never that the state is unknown', async () => {
        await assert.rejects(backend.port.find('a'), unavailable);
        await assert.rejects(backend.port.save('a', { placeId: 'b', operation: 'hear' }, LIFE), unavailable);
      });
    });
}
