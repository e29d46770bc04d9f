import { createFlowStates } from '../../src/adapters/sealed/flow-states.ts';
import { onMemory, onRedisKeyValue } from './backends.ts';
import { describeFlowStates } from './flow-states.ts';

describeFlowStates(
  'memory',
  onMemory((store, _, vault) => createFlowStates(store, vault)),
);
describeFlowStates(
  'Redis',
  onRedisKeyValue((store, _, vault) => createFlowStates(store, vault)),
);
