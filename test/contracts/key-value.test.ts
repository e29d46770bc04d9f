import { createMemoryKeyValue } from '../../src/adapters/memory/key-value.ts';
import { createRedisKeyValue } from '../../src/adapters/redis/key-value.ts';
import { inMemory, onRedis } from './backends.ts';
import { describeKeyValue } from './key-value.ts';
import { onRedisCluster } from './redis-cluster.ts';

describeKeyValue('memory', inMemory(createMemoryKeyValue));
describeKeyValue('Redis', onRedis(createRedisKeyValue));
describeKeyValue(
  'a Redis Cluster of three nodes',
  onRedisCluster((store) => store),
);
