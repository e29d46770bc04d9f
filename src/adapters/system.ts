/** The clock and the cryptographic generator. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Clock, RandomSource } from '../ports/system.ts';

export const systemClock: Clock = { now: () => new Date() };

export const systemRandom: RandomSource = {
  token: () => randomBytes(32).toString('base64url'),
  uuid: () => randomUUID(),
  digits: (count) => Array.from({ length: count }, () => randomInt(10)).join(''),
};
