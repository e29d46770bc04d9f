import { createProtocolStore } from '../../src/adapters/sealed/protocol-store.ts';
import { onMemory, onRedisKeyValue, type SealedBase } from './backends.ts';
import { describeProtocolStore } from './protocol-store.ts';

const create = ({ store, vault }: SealedBase) => createProtocolStore(store, vault);

describeProtocolStore('memory', onMemory(create));
describeProtocolStore('Redis', onRedisKeyValue(create));
