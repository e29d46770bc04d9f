import { createUpstreamReturns } from '../../src/adapters/sealed/upstream-returns.ts';
import { onMemory, onRedisKeyValue, type SealedBase } from './backends.ts';
import { describeUpstreamReturns } from './upstream-returns.ts';

const create = ({ store, vault }: SealedBase) => createUpstreamReturns(store, vault);

describeUpstreamReturns('memory', onMemory(create));
describeUpstreamReturns('Redis', onRedisKeyValue(create));
