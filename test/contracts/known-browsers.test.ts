import { createMemoryKnownBrowsers } from '../../src/adapters/memory/known-browsers.ts';
import { createRedisKnownBrowsers } from '../../src/adapters/redis/known-browsers.ts';
import { inMemory, onRedis, testVault } from './backends.ts';
import { describeKnownBrowsers } from './known-browsers.ts';

describeKnownBrowsers('memory', inMemory(createMemoryKnownBrowsers));
describeKnownBrowsers(
  'Redis',
  onRedis((redis) => createRedisKnownBrowsers(redis, testVault())),
);
