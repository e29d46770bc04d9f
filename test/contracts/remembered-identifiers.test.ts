import { createRememberedIdentifiers } from '../../src/adapters/sealed/remembered-identifiers.ts';
import { onMemory, onRedisKeyValue } from './backends.ts';
import { describeRememberedIdentifiers } from './remembered-identifiers.ts';

describeRememberedIdentifiers(
  'memory',
  onMemory((store, _, vault) => createRememberedIdentifiers(store, vault)),
);
describeRememberedIdentifiers(
  'Redis',
  onRedisKeyValue((store, _, vault) => createRememberedIdentifiers(store, vault)),
);
