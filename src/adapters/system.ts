/** The clock and the cryptographic generator. */
import { randomBytes, randomInt } from 'node:crypto';
import type { Clock, RandomSource } from '../ports.ts';

export const systemClock: Clock = { now: () => new Date() };

export const systemRandom: RandomSource = {
  token: () => randomBytes(32).toString('base64url'),
  digits: (count) => Array.from({ length: count }, () => randomInt(10)).join(''),
};
