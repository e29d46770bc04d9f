/** Where a browser goes on that an upstream provider sent back, over the key-value port: one record a `state`. */
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { UpstreamReturn, UpstreamReturns } from '../../ports/upstream-returns.ts';
import type { Vault } from '../../ports/vault.ts';
import { createSealedRecords, recordKey } from './sealed-records.ts';

export function createUpstreamReturns(store: KeyValueStore, vault: Vault): UpstreamReturns {
  const records = createSealedRecords<UpstreamReturn>(store, vault);
  const keyOf = (state: string) => recordKey('upstream', state);
  return {
    save: (state, to, expiresInSeconds) => records.save(keyOf(state), to, expiresInSeconds),
    find: (state) => records.find(keyOf(state)),
  };
}
