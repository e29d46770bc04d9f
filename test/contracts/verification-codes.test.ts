import { createVerificationCodes } from '../../src/adapters/sealed/verification-codes.ts';
import { onMemory, onRedisKeyValue, type SealedBase } from './backends.ts';
import { describeVerificationCodes, LIFE_SECONDS, TRIES } from './verification-codes.ts';

const create = ({ store, rateLimiter, attempts, vault }: SealedBase) =>
  createVerificationCodes(store, rateLimiter, attempts, vault, { lifeSeconds: LIFE_SECONDS, tries: TRIES });

describeVerificationCodes('memory', onMemory(create));
describeVerificationCodes('Redis', onRedisKeyValue(create));
