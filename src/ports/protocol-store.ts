/** What oidc-provider keeps. */

/** oidc-provider's records: sessions, interactions, grants, codes, tokens. At rest neither id nor content is readable. */
export interface ProtocolStore {
  find(model: string, id: string): Promise<Record<string, unknown> | undefined>;
  /** Sessions alone: by the id that outlives a change of the cookie. */
  findSessionByUid(uid: string): Promise<Record<string, unknown> | undefined>;
  upsert(model: string, id: string, payload: Record<string, unknown>, expiresInSeconds: number): Promise<void>;
  /** Marks as used. True for exactly one caller, ever; false too when the record is gone. */
  consume(model: string, id: string): Promise<boolean>;
  /** Takes a record for a while: true for one caller until `release`, or until the time is over. Sessions aside. */
  hold(model: string, id: string, seconds: number): Promise<boolean>;
  /** Lets a record that is held go. */
  release(model: string, id: string): Promise<void>;
  destroy(model: string, id: string): Promise<void>;
}
