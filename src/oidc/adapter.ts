/**
 * Bridges oidc-provider's storage calls to the ProtocolStore port. Single use is decided here: the library checks
 * `consumed` and ignores what `consume` returns, so the loser of a race is refused by an exception (RFC 6749 §4.1.2).
 */
import { type Adapter, errors } from 'oidc-provider';
import type { ProtocolStore } from '../ports/protocol-store.ts';
import type { ClientThrottle } from './client-throttle.ts';

const NO_EXPIRY_SECONDS = 24 * 60 * 60;

export function createAdapterFactory(store: ProtocolStore, throttleClient: ClientThrottle): (model: string) => Adapter {
  return (model) => ({
    upsert: (id, payload, expiresIn) => store.upsert(model, id, payload, expiresIn ?? NO_EXPIRY_SECONDS),
    async find(id) {
      const record = await store.find(model, id);
      if (record) await throttleClient(model, record);
      return record;
    },
    findByUid: (uid) => store.findSessionByUid(uid),
    // The device flow is off.
    findByUserCode: async () => undefined,
    destroy: (id) => store.destroy(model, id),
    // Every use of a code or a token looks its grant up: destroying the grant, which the library does, ends them all.
    revokeByGrantId: async () => {},
    async consume(id) {
      if (!(await store.consume(model, id))) throw new errors.InvalidGrant('already used');
    },
  });
}
