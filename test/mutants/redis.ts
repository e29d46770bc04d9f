/** Wrong versions of what stands on Redis: its scripts are texts that no tool changes. */
import { redisAttempts } from './redis-attempts.ts';
import { redisKeyValue } from './redis-key-value.ts';
import { redisOthers } from './redis-others.ts';
import type { WrongVersion } from './wrong-version.ts';

export const redis: readonly WrongVersion[] = [...redisAttempts, ...redisKeyValue, ...redisOthers];
