/** An interaction that is over is resumed once. */
import assert from 'node:assert/strict';
import { createMemoryKeyValue } from '../../src/adapters/memory/key-value.ts';
import { createProtocolStore } from '../../src/adapters/sealed/protocol-store.ts';
import { ServiceError, STORE_RETRY_SECONDS } from '../../src/errors.ts';
import { createResumes } from '../../src/oidc/interactions/resumes.ts';
import { movableClock, testVault } from '../contracts/backends.ts';

describe('the resume of an interaction', () => {
  function createStore() {
    const clock = movableClock();
    return { clock, store: createProtocolStore(createMemoryKeyValue(clock), testVault()) };
  }

  it('knows one that its person has finished from one that they have not, and from none', async () => {
    const { store } = createStore();
    const resumes = createResumes(store);
    await store.upsert('Interaction', 'begun', {}, 60);
    await store.upsert('Interaction', 'finished', { result: {} }, 60);
    assert.deepEqual(
      [await resumes.isFinished('begun'), await resumes.isFinished('finished'), await resumes.isFinished('none')],
      [false, true, undefined],
    );
  });

  it('is for one request, until that gives it back, or for as long as whoever comes back is told to wait', async () => {
    const { store, clock } = createStore();
    const resumes = createResumes(store);
    await store.upsert('Interaction', 'one', { result: {} }, 600);
    assert.equal(await resumes.begin('one'), true);
    assert.equal(await resumes.begin('one'), false);
    await resumes.giveBack('one');
    assert.equal(await resumes.begin('one'), true);
    clock.move(STORE_RETRY_SECONDS - 1);
    assert.equal(await resumes.begin('one'), false);
    clock.move(1);
    assert.equal(await resumes.begin('one'), true);
    assert.equal(await resumes.isFinished('one'), true);
  });

  it('ends it, for the first that answers alone, also where it stays behind', async () => {
    const { store } = createStore();
    const resumes = createResumes(store);
    await store.upsert('Interaction', 'one', { result: {} }, 60);
    assert.equal(await resumes.end('one'), true);
    assert.equal(await store.find('Interaction', 'one'), undefined);
    assert.equal(await resumes.end('one'), false);
    const away = () => Promise.reject(new ServiceError('store_unavailable'));
    const stuck = createResumes({ ...store, destroy: away });
    await store.upsert('Interaction', 'two', { result: {} }, 60);
    assert.deepEqual([await stuck.end('two'), await stuck.end('two')], [true, false]);
  });
});
