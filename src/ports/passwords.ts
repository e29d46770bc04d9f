/** Hashes of passwords, and the words that none may be. */

/** An encoded argon2id hash and the id of the pepper it was made with. */
export interface PasswordHash {
  readonly encoded: string;
  readonly pepperId: string;
}

export interface PasswordHasher {
  /** @throws ServiceError busy when too many are running and waiting. */
  hash(password: string): Promise<PasswordHash>;
  /**
   * Verifies. Without a hash it does the same work and answers false. The work is the same for every hash: while some are
   * left that were made with other parameters, each call does the work of all parameters in use.
   * @throws ServiceError busy.
   */
  verify(password: string, hash: PasswordHash | undefined): Promise<boolean>;
  /** Whether the parameters or the pepper have changed since this hash was made. */
  needsRehash(hash: PasswordHash): boolean;
}

/** Dictionary of common passwords and words, lower case, unaccented; loaded at first use. */
export interface CommonWords {
  load(): Promise<(word: string) => boolean>;
}
