/** « Se souvenir de moi » over the key-value port: the browser holds a token, we hold the identifier. */
import type { Identifier } from '../../domain/identifier.ts';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { RememberedIdentifiers } from '../../ports/remembered-identifiers.ts';
import type { Vault } from '../../ports/vault.ts';
import { createSealedRecords, recordKey } from './sealed-records.ts';

export function createRememberedIdentifiers(store: KeyValueStore, vault: Vault): RememberedIdentifiers {
  const records = createSealedRecords<Identifier>(store, vault);
  const keyOf = (token: string) => recordKey('remembered', token);
  return {
    find: (token) => records.find(keyOf(token)),
    save: (token, identifier, expiresInSeconds) => records.save(keyOf(token), identifier, expiresInSeconds),
    forget: (token) => store.delete(keyOf(token)),
  };
}
