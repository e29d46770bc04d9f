import { createRememberedIdentifiers } from '../../src/adapters/sealed/remembered-identifiers.ts';
import { onMemory, onRedisKeyValue, type SealedBase } from './backends.ts';
import { describeRememberedIdentifiers } from './remembered-identifiers.ts';

const create = ({ store, vault }: SealedBase) => createRememberedIdentifiers(store, vault);

describeRememberedIdentifiers('memory', onMemory(create));
describeRememberedIdentifiers('Redis', onRedisKeyValue(create));
