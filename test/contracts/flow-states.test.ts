import { createFlowStates } from '../../src/adapters/sealed/flow-states.ts';
import { onMemory, onRedisKeyValue, type SealedBase } from './backends.ts';
import { describeFlowStates } from './flow-states.ts';

const create = ({ store, vault }: SealedBase) => createFlowStates(store, vault);

describeFlowStates('memory', onMemory(create));
describeFlowStates('Redis', onRedisKeyValue(create));
