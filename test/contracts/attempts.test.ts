import { createMemoryAttempts } from '../../src/adapters/memory/attempts.ts';
import { createRedisAttempts } from '../../src/adapters/redis/attempts.ts';
import { describeAttempts } from './attempts.ts';
import { inMemory, onRedis } from './backends.ts';

describeAttempts('memory', inMemory(createMemoryAttempts));
describeAttempts('Redis', onRedis(createRedisAttempts));
