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
      if (record === undefined) return undefined;
      const { content, claimedAgoMs, sealed: version } = record;
      return { state: claimedAgoMs === undefined ? content : { ...content, finished: true }, version };
    },

    // No two sealed records are alike: the record itself says which one was found. One that is claimed is not replaced.
    save: (uid, state, expiresInSeconds, found) => records.replace(keyOf(uid), found, state, expiresInSeconds),

    hold: (uid, seconds) => store.hold(keyOf(uid), seconds),
    release: (uid) => store.release(keyOf(uid)),

    finish: (uid, trace, expiresInSeconds) => records.saveClaimed(keyOf(uid), trace, expiresInSeconds),
  };
}
