import { createVerificationCodes } from '../../src/adapters/sealed/verification-codes.ts';
import { onMemory, onRedisKeyValue, type SealedBase } from './backends.ts';
import { describeVerificationCodes, TRIES, TRIES_SECONDS } from './verification-codes.ts';

const create = ({ store, rateLimiter, attempts, vault }: SealedBase) =>
  createVerificationCodes(store, rateLimiter, attempts, vault, { triesSeconds: TRIES_SECONDS, tries: TRIES });

describeVerificationCodes('memory', onMemory(create));
describeVerificationCodes('Redis', onRedisKeyValue(create));
