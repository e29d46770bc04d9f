/**
 * Bridges oidc-provider's storage calls to the ProtocolStore port. Single use is decided here: the library checks
 * `consumed` and ignores what `consume` returns, so the loser of a race is refused by an exception (RFC 6749 §4.1.2).
 */
import { type Adapter, errors } from 'oidc-provider';
import type { ProtocolStore } from '../ports/protocol-store.ts';
import type { ClientThrottle } from './grants/client-throttle.ts';
import type { NativeGrants } from './grants/native-grants.ts';
import type { RefreshReuse } from './grants/refresh-reuse.ts';
import type { TokenAudit } from './grants/token-audit.ts';

const NO_EXPIRY_SECONDS = 24 * 60 * 60;

const CODE = 'AuthorizationCode';
const REFRESH_TOKEN = 'RefreshToken';

/**
 * A second use of a code this soon after the first is a race or a retry: it is refused, and that is all. Later it is a
 * replay: the record reads as consumed, and the library ends the grant (RFC 6749 §4.1.2). For refresh tokens see
 * refresh-reuse.
 */
const RACE_MS = 2000;

export function createAdapterFactory(
  store: ProtocolStore,
  throttleClient: ClientThrottle,
  tokenAudit: TokenAudit,
  refreshReuse: RefreshReuse,
  nativeGrants: NativeGrants,
): (model: string) => Adapter {
  /** As the library reads it: `consumed` makes a second use of it a replay. */
  async function read(model: string, id: string): Promise<Record<string, unknown> | undefined> {
    if (model === REFRESH_TOKEN) return refreshReuse.find(id);
    if (model !== CODE) return store.find(model, id);
    const found = await store.findWithUse(model, id);
    const isReplay = found?.usedAgoMs !== undefined && found.usedAgoMs > RACE_MS;
    return isReplay ? { ...found.record, consumed: true } : found?.record;
  }

  return (model) => ({
    async upsert(id, payload, expiresIn = NO_EXPIRY_SECONDS) {
      // First, so that none lives that a sign-out, or a replay, would not find.
      if (model === REFRESH_TOKEN) {
        await nativeGrants.note({ ...payload }, expiresIn);
        await refreshReuse.note(id, { ...payload }, expiresIn);
      }
      await store.upsert(model, id, payload, expiresIn);
    },
    async find(id) {
      const record = await read(model, id);
      if (record) await throttleClient(model, record);
      return record;
    },
    findByUid: (uid) => store.findSessionByUid(uid),
    // The device flow is off.
    findByUserCode: async () => undefined,
    async destroy(id) {
      // The library would end it before it knows whether it can answer: see resumes.
      if (model === 'Interaction') return;
      const ended = model === 'Grant' ? await store.find(model, id) : undefined;
      await store.destroy(model, id);
      await tokenAudit.grantEnded(ended);
    },
    // Every use of a code or a token looks its grant up: destroying the grant, which the library does, ends them all.
    revokeByGrantId: async () => {},
    async consume(id) {
      if (model === REFRESH_TOKEN) return refreshReuse.use(id);
      if (await store.consume(model, id)) return;
      await tokenAudit.collided(model, id, await store.find(model, id));
      throw new errors.InvalidGrant('already used');
    },
  });
}
