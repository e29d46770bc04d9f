/**
 * Entries that end by themselves, so many at most. A full map refuses new entries and keeps what it has, like a Redis that
 * evicts nothing: an entry that is dropped early is a session lost, or a limit lifted for whoever filled the map.
 */
import { storeUnavailable } from '../../errors.ts';
import type { Clock } from '../../ports/system.ts';

export interface BoundedMap<Entry> {
  /** Undefined too when the entry has ended. */
  get(key: string): Entry | undefined;
  /** @throws ServiceError store_unavailable, for a new key when the map is full. */
  set(key: string, entry: Entry): void;
  delete(key: string): void;
}

const SWEEP_EVERY = 1000;
/** A map that is full looks for ended entries at most this often: each look goes through all of them. */
const LOOK_AGAIN_MS = 1000;

/** @param endsAt when an entry ends, in epoch milliseconds. */
export function createBoundedMap<Entry>(
  clock: Clock,
  maximum: number,
  endsAt: (entry: Entry) => number,
): BoundedMap<Entry> {
  const entries = new Map<string, Entry>();
  let writes = 0;
  let sweptAt = Number.NEGATIVE_INFINITY;

  function get(key: string): Entry | undefined {
    const entry = entries.get(key);
    if (entry === undefined || endsAt(entry) > clock.now().getTime()) return entry;
    entries.delete(key);
    return undefined;
  }

  function sweep(): void {
    sweptAt = clock.now().getTime();
    for (const [key, entry] of entries) if (endsAt(entry) <= sweptAt) entries.delete(key);
  }

  return {
    get,

    set(key, entry) {
      const isFull = entries.size >= maximum && !entries.has(key);
      if (++writes % SWEEP_EVERY === 0 || (isFull && clock.now().getTime() - sweptAt >= LOOK_AGAIN_MS)) sweep();
      if (entries.size >= maximum && !entries.has(key)) throw storeUnavailable({ details: { store: 'memory' } });
      entries.set(key, entry);
    },

    delete: (key) => void entries.delete(key),
  };
}
