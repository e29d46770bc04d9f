/** A hasher that costs nothing, and that a test can make busy or its hashes old. It keeps what it was asked. */
import { createHash } from 'node:crypto';
import { ServiceError } from '../../../src/errors.ts';
import type { PasswordHash, PasswordHasher } from '../../../src/ports/passwords.ts';

export interface TestHasher extends PasswordHasher {
  /** Refuses all work while set. */
  busy: boolean;
  /** Of the hashes that are made now; those of another strength need to be made again. */
  strength: number;
  /** What each verification was held against: a hash, or the dummy. */
  readonly verified: ('hash' | 'dummy')[];
}

export function createTestHasher(): TestHasher {
  const work = (password: string, strength: string) =>
    `cheap$${strength}$${createHash('sha256').update(`${strength}\0${password}`).digest('base64url')}`;
  const strengthOf = ({ encoded }: PasswordHash) => encoded.split('$')[1] ?? '';
  const checkBusy = () => {
    if (hasher.busy) throw new ServiceError('busy', { retryAfterSeconds: 1 });
  };
  const hasher: TestHasher = {
    busy: false,
    strength: 1,
    verified: [],
    async hash(password) {
      checkBusy();
      return { encoded: work(password, String(hasher.strength)), pepperId: 'p1' };
    },
    async verify(password, hash) {
      checkBusy();
      hasher.verified.push(hash ? 'hash' : 'dummy');
      return hash !== undefined && hash.encoded === work(password, strengthOf(hash));
    },
    needsRehash: (hash) => strengthOf(hash) !== String(hasher.strength),
  };
  return hasher;
}
