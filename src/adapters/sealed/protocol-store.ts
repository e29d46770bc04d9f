/**
 * oidc-provider's records over the key-value port: sealed, under keys that are digests of their ids, because an id is
 * the code, the token or the cookie itself. A session stands under the uid that outlives its cookie; the cookie's id
 * leads to it.
 */
import { createHash } from 'node:crypto';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { ProtocolStore } from '../../ports/protocol-store.ts';
import type { Clock } from '../../ports/system.ts';
import type { Vault } from '../../ports/vault.ts';

const SESSION = 'Session';
const SESSION_COOKIE = 'SessionCookie';

/**
 * A second use this soon after the first is a race or a retry: it is refused, and that is all. Later it is a replay:
 * the record reads as consumed, and oidc-provider ends the grant (RFC 6749 §4.1.2, RFC 9700 §4.14.2).
 */
const RACE_MS = 2000;

export function createProtocolStore(store: KeyValueStore, vault: Vault, clock: Clock): ProtocolStore {
  function keyOf(model: string, id: string): string {
    return `oidc:${model}:{${createHash('sha256').update(id).digest('base64url')}}`;
  }

  async function read(model: string, id: string): Promise<Record<string, unknown> | undefined> {
    const key = keyOf(model, id);
    const record = await store.getWithClaim(key);
    if (!record) return undefined;
    const payload = JSON.parse(vault.open(record.value, key)) as Record<string, unknown>;
    const { claimedAt } = record;
    const replayed = claimedAt !== undefined && clock.now().getTime() - claimedAt.getTime() > RACE_MS;
    return replayed ? { ...payload, consumed: true } : payload;
  }

  async function write(model: string, id: string, payload: unknown, expiresInSeconds: number): Promise<void> {
    const key = keyOf(model, id);
    await store.set(key, vault.seal(JSON.stringify(payload), key), expiresInSeconds);
  }

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

    findSessionByUid: (uid) => read(SESSION, uid),

    async upsert(model, id, payload, expiresInSeconds) {
      if (model !== SESSION) return write(model, id, payload, expiresInSeconds);
      const uid = String(payload.uid);
      await Promise.all([
        write(SESSION, uid, payload, expiresInSeconds),
        write(SESSION_COOKIE, id, { uid }, expiresInSeconds),
      ]);
    },

    consume: (model, id) => store.claim(keyOf(model, id)),

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
