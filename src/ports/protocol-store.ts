/** What oidc-provider keeps. */

/** A record, and when it was used. */
export interface UsedRecord {
  readonly record: Record<string, unknown>;
  readonly usedAgoMs?: number;
}

/** oidc-provider's records: sessions, interactions, grants, codes, tokens. At rest neither id nor content is readable. */
export interface ProtocolStore {
  find(model: string, id: string): Promise<Record<string, unknown> | undefined>;
  /** With how long ago it was used, by the clock of the store alone; absent while it was not. Not sessions. */
  findWithUse(model: string, id: string): Promise<UsedRecord | undefined>;
  /** Sessions alone: by the id that outlives a change of the cookie. */
  findSessionByUid(uid: string): Promise<Record<string, unknown> | undefined>;
  upsert(model: string, id: string, payload: Record<string, unknown>, expiresInSeconds: number): Promise<void>;
  /** Marks as used. True for exactly one caller, ever; false too when the record is gone. */
  consume(model: string, id: string): Promise<boolean>;
  /**
   * Atomic. The same, and the first one keeps something beside the record for so many seconds: it and all that come within
   * them are given that. Absent after it, and where the record is gone, which is left for so long after its use. Sessions
   * aside.
   */
  consumeKeeping(
    model: string,
    id: string,
    kept: Record<string, unknown>,
    seconds: number,
    leftSeconds: number,
  ): Promise<{ readonly first: boolean; readonly kept?: Record<string, unknown> }>;
  /** Takes a record for a while: true for one caller until `release`, or until the time is over. Sessions aside. */
  hold(model: string, id: string, seconds: number): Promise<boolean>;
  /** Lets a record that is held go. */
  release(model: string, id: string): Promise<void>;
  destroy(model: string, id: string): Promise<void>;
}
