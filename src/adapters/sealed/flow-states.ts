/** Flow states over the key-value port: sealed, one record an interaction. */
import { createHash } from 'node:crypto';
import type { FlowState, FlowStates } from '../../ports/flow-states.ts';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { Vault } from '../../ports/vault.ts';

export function createFlowStates(store: KeyValueStore, vault: Vault): FlowStates {
  const keyOf = (uid: string) => `flow:{${createHash('sha256').update(uid).digest('base64url')}}`;
  return {
    async find(uid) {
      const key = keyOf(uid);
      const sealed = await store.get(key);
      return sealed === undefined ? undefined : (JSON.parse(vault.open(sealed, key)) as FlowState);
    },

    async save(uid, state, expiresInSeconds) {
      const key = keyOf(uid);
      await store.set(key, vault.seal(JSON.stringify(state), key), expiresInSeconds);
    },
  };
}
