/** « Se souvenir de moi » over the key-value port: the browser holds a token, we hold the sealed identifier. */
import { createHash } from 'node:crypto';
import type { Identifier } from '../../domain/identifier.ts';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { RememberedIdentifiers } from '../../ports/remembered-identifiers.ts';
import type { Vault } from '../../ports/vault.ts';

export function createRememberedIdentifiers(store: KeyValueStore, vault: Vault): RememberedIdentifiers {
  const keyOf = (token: string) => `remembered:{${createHash('sha256').update(token).digest('base64url')}}`;
  return {
    async find(token) {
      const key = keyOf(token);
      const sealed = await store.get(key);
      return sealed === undefined ? undefined : (JSON.parse(vault.open(sealed, key)) as Identifier);
    },

    async save(token, identifier, expiresInSeconds) {
      const key = keyOf(token);
      await store.set(key, vault.seal(JSON.stringify(identifier), key), expiresInSeconds);
    },

    forget: (token) => store.delete(keyOf(token)),
  };
}
