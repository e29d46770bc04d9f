/**
 * A map whose entries expire and whose size is bounded: past it, the oldest give way, so that nobody fills the memory
 * by starting sign-ins. One process only; with several, this is a shared store such as Redis.
 */
export interface ExpiringMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  /** Reads and removes: what is taken is used once. */
  take(key: string): Value | undefined;
}

export function createExpiringMap<Value>(limits: { seconds: number; entries: number }): ExpiringMap<Value> {
  const entries = new Map<string, { value: Value; expiresAt: number }>();

  const get = (key: string) => {
    const entry = entries.get(key);
    if (entry && entry.expiresAt > Date.now()) return entry.value;
    entries.delete(key);
    return undefined;
  };
  return {
    get,
    set(key, value) {
      entries.delete(key);
      entries.set(key, { value, expiresAt: Date.now() + limits.seconds * 1000 });
      // A Map keeps the order of insertion and every entry lives as long: the first is the oldest.
      for (const [oldest, { expiresAt }] of entries) {
        if (entries.size <= limits.entries && expiresAt > Date.now()) break;
        entries.delete(oldest);
      }
    },
    take(key) {
      const value = get(key);
      entries.delete(key);
      return value;
    },
  };
}
