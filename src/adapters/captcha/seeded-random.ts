/**
 * Randomness that a seed repeats: one challenge has one picture and one sound however often they are asked for. Were
 * they drawn anew each time, a script could compare a hundred of them and take the noise away.
 * It is the keystream of AES-CTR: nobody foretells it without the seed, which is sealed.
 */
import { createCipheriv, createHash } from 'node:crypto';

export interface SeededRandom {
  /** At least `minimum`, less than `maximum`. */
  between(minimum: number, maximum: number): number;
  /** 0 to `count` - 1. */
  index(count: number): number;
  bytes(count: number): Buffer;
}

const POOL_BYTES = 4096;
const UINT32 = 2 ** 32;

/** @param purpose keeps the streams of a picture and of a sound of one seed apart. */
export function createSeededRandom(seed: string, purpose: string): SeededRandom {
  const key = createHash('sha256').update(`${purpose}\0${seed}`).digest().subarray(0, 16);
  const stream = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  const bytes = (count: number) => stream.update(Buffer.alloc(count));
  let pool = Buffer.alloc(0);
  let position = 0;

  function fraction(): number {
    if (position >= pool.length) {
      pool = bytes(POOL_BYTES);
      position = 0;
    }
    const value = pool.readUInt32LE(position) / UINT32;
    position += 4;
    return value;
  }

  return {
    between: (minimum, maximum) => minimum + fraction() * (maximum - minimum),
    index: (count) => Math.floor(fraction() * count),
    bytes,
  };
}
