/** Flow states over the key-value port: one record an interaction. */
import type { FlowState, FlowStates } from '../../ports/flow-states.ts';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { Vault } from '../../ports/vault.ts';
import { createSealedRecords, recordKey } from './sealed-records.ts';

export function createFlowStates(store: KeyValueStore, vault: Vault): FlowStates {
  const records = createSealedRecords<FlowState>(store, vault);
  const keyOf = (uid: string) => recordKey('flow', uid);
  return {
    find: (uid) => records.find(keyOf(uid)),
    save: (uid, state, expiresInSeconds) => records.save(keyOf(uid), state, expiresInSeconds),
  };
}
