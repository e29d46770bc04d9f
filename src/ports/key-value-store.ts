/** Records that end by themselves: what most of the short-lived state stands on. */

/** A record, and how long ago it was claimed, by the clock of the store alone; absent while nobody has. */
export interface ClaimableRecord {
  readonly value: string;
  readonly claimedAgoMs?: number;
}

/** What a claim came to that keeps a value. */
export interface KeptClaim {
  /** True for exactly one caller in the life of the record. */
  readonly first: boolean;
  /** What the first one keeps; absent once its time is over, and where there is no record. */
  readonly kept?: string;
}

/** Records that end by themselves. Callers seal values and digest keys: see adapters/sealed/sealed-records. */
export interface KeyValueStore {
  get(key: string): Promise<string | undefined>;
  getWithClaim(key: string): Promise<ClaimableRecord | undefined>;
  /** Writes or replaces; a claim stays. @returns whether one stands. */
  set(key: string, value: string, expiresInSeconds: number): Promise<boolean>;
  /**
   * Atomic. Writes where the record still holds `from`, or where there is none when it is undefined. False, and nothing
   * is written, where somebody wrote or claimed it meanwhile.
   */
  replace(key: string, from: string | undefined, value: string, expiresInSeconds: number): Promise<boolean>;
  /** Writes or replaces, and claims, as one: a claim that stands already keeps its time. */
  setClaimed(key: string, value: string, expiresInSeconds: number): Promise<void>;
  /** Atomic. True for exactly one caller in the life of the record; false too when there is no record. */
  claim(key: string): Promise<boolean>;
  /**
   * Atomic. The same, and the first one keeps a value beside its claim for so many seconds: it and all that come within
   * them are given that value. The record is left that long after its claim, if it would not end before.
   */
  claimKeeping(key: string, value: string, seconds: number, leftSeconds: number): Promise<KeptClaim>;
  /**
   * Atomic. Takes a record for a while: true for one caller, and for no other until `release`, or until the time is over.
   * False too when there is no record. Apart from claims.
   */
  hold(key: string, seconds: number): Promise<boolean>;
  /** Lets a record that is held go, for whoever comes next. */
  release(key: string): Promise<void>;
  /** With its claim, what is kept beside it, and whoever holds it. */
  delete(key: string): Promise<void>;
}
