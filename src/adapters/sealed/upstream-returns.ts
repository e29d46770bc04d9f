/** Where a browser goes on that an upstream provider sent back, over the key-value port: sealed, under a digest. */
import { createHash } from 'node:crypto';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { UpstreamReturn, UpstreamReturns } from '../../ports/upstream-returns.ts';
import type { Vault } from '../../ports/vault.ts';

export function createUpstreamReturns(store: KeyValueStore, vault: Vault): UpstreamReturns {
  const keyOf = (state: string) => `upstream:{${createHash('sha256').update(state).digest('base64url')}}`;
  return {
    async save(state, to, expiresInSeconds) {
      const key = keyOf(state);
      await store.set(key, vault.seal(JSON.stringify(to), key), expiresInSeconds);
    },

    async find(state) {
      const key = keyOf(state);
      const sealed = await store.get(key);
      return sealed === undefined ? undefined : (JSON.parse(vault.open(sealed, key)) as UpstreamReturn);
    },
  };
}
