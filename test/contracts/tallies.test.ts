import { createMemoryTallies } from '../../src/adapters/memory/tallies.ts';
import { createRedisTallies } from '../../src/adapters/redis/tallies.ts';
import { inMemory, onRedis } from './backends.ts';
import { describeTallies } from './tallies.ts';

describeTallies(
  'memory',
  inMemory((clock) => ({ tallies: createMemoryTallies(clock), clock })),
);
describeTallies(
  'Redis',
  onRedis((redis, clock) => ({ tallies: createRedisTallies(redis, clock), clock })),
);
