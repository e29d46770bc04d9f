/**
 * oidc-provider's records over the key-value port. A session stands under the uid that outlives its cookie; the cookie's
 * id leads to it.
 */
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { ProtocolStore } from '../../ports/protocol-store.ts';
import type { Vault } from '../../ports/vault.ts';
import { createSealedRecords, recordKey } from './sealed-records.ts';

const SESSION = 'Session';
const SESSION_COOKIE = 'SessionCookie';

export function createProtocolStore(store: KeyValueStore, vault: Vault): ProtocolStore {
  const records = createSealedRecords<Record<string, unknown>, Record<string, unknown>>(store, vault);
  const keyOf = (model: string, id: string) => recordKey(`oidc:${model}`, id);

  const read = (model: string, id: string) => records.find(keyOf(model, id));

  async function uidOfCookie(id: string): Promise<string | undefined> {
    return (await read(SESSION_COOKIE, id))?.uid as string | undefined;
  }

  return {
    async find(model, id) {
      if (model !== SESSION) return read(model, id);
      const uid = await uidOfCookie(id);
      const session = uid === undefined ? undefined : await read(SESSION, uid);
      return session?.jti === id ? session : undefined;
    },

    async findWithUse(model, id) {
      const found = await records.findWithClaim(keyOf(model, id));
      return found && { record: found.content, usedAgoMs: found.claimedAgoMs };
    },

    findSessionByUid: (uid) => read(SESSION, uid),

    async upsert(model, id, payload, expiresInSeconds) {
      if (model !== SESSION) return records.save(keyOf(model, id), payload, expiresInSeconds);
      const uid = String(payload.uid);
      await Promise.all([
        records.save(keyOf(SESSION, uid), payload, expiresInSeconds),
        records.save(keyOf(SESSION_COOKIE, id), { uid }, expiresInSeconds),
      ]);
    },

    consume: (model, id) => store.claim(keyOf(model, id)),
    consumeKeeping: (model, id, kept, seconds, leftSeconds) =>
      records.claimKeeping(keyOf(model, id), kept, seconds, leftSeconds),
    hold: (model, id, seconds) => store.hold(keyOf(model, id), seconds),
    release: (model, id) => store.release(keyOf(model, id)),

    async destroy(model, id) {
      if (model !== SESSION) return store.delete(keyOf(model, id));
      const uid = await uidOfCookie(id);
      await Promise.all([
        store.delete(keyOf(SESSION_COOKIE, id)),
        uid === undefined ? undefined : store.delete(keyOf(SESSION, uid)),
      ]);
    },
  };
}
