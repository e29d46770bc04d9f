import assert from 'node:assert/strict';
import { createFlowStates } from '../../src/adapters/sealed/flow-states.ts';
import { onMemory, onRedisKeyValue, type SealedBase } from './backends.ts';
import { describeFlowStates } from './flow-states.ts';

const create = ({ store, vault }: SealedBase) => createFlowStates(store, vault);

describeFlowStates('memory', onMemory(create));
describeFlowStates('Redis', onRedisKeyValue(create));

describe('the end of an interaction', () => {
  it('is kept even where the store is slow to write and quick to claim', async () => {
    const backend = await onMemory(({ store, vault }) => {
      const slow = {
        ...store,
        set: async (...args: Parameters<typeof store.set>) => {
          await new Promise(setImmediate);
          await store.set(...args);
        },
      };
      return createFlowStates(slow, vault);
    }).open();
    await backend.port.finish('a', { clientId: 'c', lastStepAt: 1 }, 60);
    await backend.port.save('a', { clientId: 'c', lastStepAt: 2 }, 60);
    assert.equal((await backend.port.find('a'))?.finished, true);
    await backend.close();
  });
});
