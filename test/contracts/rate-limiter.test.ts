import { createMemoryRateLimiter } from '../../src/adapters/memory/rate-limiter.ts';
import { createRedisRateLimiter } from '../../src/adapters/redis/rate-limiter.ts';
import { inMemory, onRedis } from './backends.ts';
import { describeRateLimiter } from './rate-limiter.ts';

describeRateLimiter('memory', inMemory(createMemoryRateLimiter));
describeRateLimiter('Redis', onRedis(createRedisRateLimiter));
