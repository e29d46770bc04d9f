/** Records that end by themselves: what most of the short-lived state stands on. */

/** A record, and how long ago it was claimed, by the clock of the store alone; absent while nobody has. */
export interface ClaimableRecord {
  readonly value: string;
  readonly claimedAgoMs?: number;
}

/** Records that end by themselves. Callers seal values and digest keys: see adapters/sealed/sealed-records. */
export interface KeyValueStore {
  get(key: string): Promise<string | undefined>;
  getWithClaim(key: string): Promise<ClaimableRecord | undefined>;
  /** Writes or replaces; a claim stays. */
  set(key: string, value: string, expiresInSeconds: number): Promise<void>;
  /** Writes or replaces, and claims, as one: a claim that stands already keeps its time. */
  setClaimed(key: string, value: string, expiresInSeconds: number): Promise<void>;
  /** Atomic. True for exactly one caller in the life of the record; false too when there is no record. */
  claim(key: string): Promise<boolean>;
  delete(key: string): Promise<void>;
}
