/**
 * argon2id (OWASP parameters) with a pepper that has a key id. The library hashes on libuv's threads, off the event
 * loop; how many run and wait at once is bounded, so that a flood ends in 503 and not in minutes of queue.
 */
import argon2 from 'argon2';
import pLimit from 'p-limit';
import { ServiceError } from '../errors.ts';
import type { PasswordHash, PasswordHasher } from '../ports/passwords.ts';

interface Argon2Settings {
  readonly memoryKiB: number;
  readonly iterations: number;
  readonly parallelism: number;
  readonly running: number;
  readonly waiting: number;
  /** The first hashes; all verify. */
  readonly peppers: readonly { readonly id: string; readonly key: Buffer }[];
}

const BUSY_RETRY_SECONDS = 2;

/** Hashes one dummy at creation, so that an unknown identifier costs one verification from the first request on. */
export async function createArgon2(settings: Argon2Settings): Promise<PasswordHasher> {
  const limit = pLimit(settings.running);
  const byId = new Map(settings.peppers.map(({ id, key }) => [id, key]));
  const newest = settings.peppers[0];
  if (!newest) throw new Error('argon2 needs a pepper');
  // argon2id is the library's default type; needsRehash below would tell if that changed.
  const costs = {
    memoryCost: settings.memoryKiB,
    timeCost: settings.iterations,
    parallelism: settings.parallelism,
  };

  function bounded<Value>(work: () => Promise<Value>): Promise<Value> {
    if (limit.pendingCount >= settings.waiting)
      return Promise.reject(new ServiceError('busy', { retryAfterSeconds: BUSY_RETRY_SECONDS }));
    return limit(work);
  }

  const dummy: PasswordHash = {
    encoded: await argon2.hash('nobody has this password', { ...costs, secret: newest.key }),
    pepperId: newest.id,
  };

  return {
    hash: (password) =>
      bounded(async () => ({
        encoded: await argon2.hash(password, { ...costs, secret: newest.key }),
        pepperId: newest.id,
      })),

    async verify(password, hash) {
      const { encoded, pepperId } = hash ?? dummy;
      const secret = byId.get(pepperId);
      if (!secret) throw new ServiceError('internal_error', { details: { reason: 'unknown pepper', pepperId } });
      const right = await bounded(() => argon2.verify(encoded, password, { secret }));
      return right && hash !== undefined;
    },

    needsRehash: ({ encoded, pepperId }) => pepperId !== newest.id || argon2.needsRehash(encoded, costs),
  };
}
