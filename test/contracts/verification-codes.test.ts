import { createVerificationCodes } from '../../src/adapters/sealed/verification-codes.ts';
import { onMemory, onRedisKeyValue, type SealedBase } from './backends.ts';
import { describeVerificationCodes, LIFE_SECONDS, TRIES } from './verification-codes.ts';

const create = ({ store, rateLimiter, vault }: SealedBase) =>
  createVerificationCodes(store, rateLimiter, vault, { lifeSeconds: LIFE_SECONDS, tries: TRIES });

describeVerificationCodes('memory', onMemory(create));
describeVerificationCodes('Redis', onRedisKeyValue(create));
