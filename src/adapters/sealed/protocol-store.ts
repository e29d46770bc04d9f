/**
 * oidc-provider's records over the key-value port. A session stands under the uid that outlives its cookie; the cookie's
 * id leads to it. The library reads a session as a request begins and saves it as it ends: a cookie that was destroyed in
 * between is claimed, and what it would bring back is neither written nor read.
 */
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { ProtocolStore } from '../../ports/protocol-store.ts';
import type { Vault } from '../../ports/vault.ts';
import { createSealedRecords, recordKey } from './sealed-records.ts';

const SESSION = 'Session';
const SESSION_COOKIE = 'SessionCookie';

/** Longer than any request goes on: after it nobody saves a session that was read before its end. */
const DESTROYED_SECONDS = 120;

export function createProtocolStore(store: KeyValueStore, vault: Vault): ProtocolStore {
  const records = createSealedRecords<Record<string, unknown>, Record<string, unknown>>(store, vault);
  const keyOf = (model: string, id: string) => recordKey(`oidc:${model}`, id);

  const read = (model: string, id: string) => records.find(keyOf(model, id));

  /** Undefined also for a cookie whose session was destroyed. */
  async function uidOfCookie(id: string): Promise<string | undefined> {
    const found = await records.findWithClaim(keyOf(SESSION_COOKIE, id));
    return found?.claimedAgoMs === undefined ? (found?.content.uid as string | undefined) : undefined;
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

    async findSessionByUid(uid) {
      const session = await read(SESSION, uid);
      return session && (await uidOfCookie(String(session.jti))) === uid ? session : undefined;
    },

    async upsert(model, id, payload, expiresInSeconds) {
      if (model !== SESSION) return records.save(keyOf(model, id), payload, expiresInSeconds);
      const uid = String(payload.uid);
      const isDestroyed = await records.saveAndLook(keyOf(SESSION_COOKIE, id), { uid }, expiresInSeconds);
      // What is destroyed from here on is not read: its cookie says so.
      if (!isDestroyed) await records.save(keyOf(SESSION, uid), payload, expiresInSeconds);
    },

    consume: (model, id) => store.claim(keyOf(model, id)),
    consumeKeeping: (model, id, kept, seconds, leftSeconds) =>
      records.claimKeeping(keyOf(model, id), kept, seconds, leftSeconds),
    hold: (model, id, seconds) => store.hold(keyOf(model, id), seconds),
    release: (model, id) => store.release(keyOf(model, id)),

    async destroy(model, id) {
      if (model !== SESSION) return store.delete(keyOf(model, id));
      const uid = await uidOfCookie(id);
      if (uid === undefined) return;
      // That it is claimed says all: what it held is not kept.
      await records.saveClaimed(keyOf(SESSION_COOKIE, id), {}, DESTROYED_SECONDS);
      await store.delete(keyOf(SESSION, uid));
    },
  };
}
