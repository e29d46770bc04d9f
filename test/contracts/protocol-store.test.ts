import { createProtocolStore } from '../../src/adapters/sealed/protocol-store.ts';
import { onMemory, onRedisKeyValue, type SealedBase, testVault } from './backends.ts';
import { describeProtocolStore } from './protocol-store.ts';
import { onRedisCluster } from './redis-cluster.ts';

const create = ({ store, vault }: SealedBase) => createProtocolStore(store, vault);

describeProtocolStore('memory', onMemory(create));
describeProtocolStore('Redis', onRedisKeyValue(create));
describeProtocolStore(
  'a Redis Cluster of three nodes',
  onRedisCluster((store) => createProtocolStore(store, testVault())),
);
