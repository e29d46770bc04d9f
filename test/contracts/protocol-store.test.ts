import { createProtocolStore } from '../../src/adapters/sealed/protocol-store.ts';
import { onMemory, onRedisKeyValue } from './backends.ts';
import { describeProtocolStore } from './protocol-store.ts';

describeProtocolStore(
  'memory',
  onMemory((store, clock, vault) => createProtocolStore(store, vault, clock)),
);
describeProtocolStore(
  'Redis',
  onRedisKeyValue((store, clock, vault) => createProtocolStore(store, vault, clock)),
);
