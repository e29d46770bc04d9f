/** Flow states over the key-value port: one record an interaction, claimed when the interaction is finished. */
import type { FlowStates, UnfinishedState } from '../../ports/flow-states.ts';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { Vault } from '../../ports/vault.ts';
import { createSealedRecords, recordKey } from './sealed-records.ts';

export function createFlowStates(store: KeyValueStore, vault: Vault): FlowStates {
  const records = createSealedRecords<UnfinishedState>(store, vault);
  const keyOf = (uid: string) => recordKey('flow', uid);
  return {
    async find(uid) {
      const record = await records.findWithClaim(keyOf(uid));
      if (record?.claimedAgoMs === undefined) return record?.content;
      const { proofs: _late, ...trace } = record.content;
      return { ...trace, finished: true };
    },

    save: (uid, state, expiresInSeconds) => records.save(keyOf(uid), state, expiresInSeconds),

    // The claim outlives whatever a request beside this one writes.
    finish: (uid, trace, expiresInSeconds) => records.saveClaimed(keyOf(uid), trace, expiresInSeconds),
  };
}
