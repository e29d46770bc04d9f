/**
 * Who descends from whom. A refresh token begins with the name of its family, so a token that was used long ago is told
 * by that name, and nothing of it need be kept: the tokens of a native client would otherwise stand there for a month
 * each. One record a family lives as long as its youngest token (ADR 0031).
 */
import { createHash } from 'node:crypto';
import type { ProtocolStore } from '../../ports/protocol-store.ts';

const MODEL = 'RefreshFamily';
const NAME = /^([\w-]{22})\./;

export type RefreshFamilies = ReturnType<typeof createRefreshFamilies>;

export function createRefreshFamilies(protocolStore: Pick<ProtocolStore, 'find' | 'upsert'>) {
  return {
    /**
     * A family has its name from its first token: whoever shares the successor of a token without one
     * is given the same. @param parent the token that it succeeds, where there is one. @param own its own part.
     */
    nameOf: (parent: string | undefined, own: string): string =>
      `${familyOf(parent ?? '') ?? familyBegunBy(own)}.${own}`,

    /** Whether a token that is gone is told by its family; one that a version before gave has none. */
    hasFamily: (id: string): boolean => familyOf(id) !== undefined,

    /** Keeps what the whole family has in common, as long as this token of it lives. */
    async note(id: string, token: Readonly<Record<string, unknown>>, seconds: number): Promise<void> {
      const family = familyOf(id);
      if (!family) return;
      const { kind, grantId, clientId, accountId, scope, iiat, exp, expiresWithSession, sessionUid } = token;
      const common = { kind, grantId, clientId, accountId, scope, iat: iiat, exp, expiresWithSession, sessionUid };
      await protocolStore.upsert(MODEL, family, common, seconds);
    },

    /**
     * What a token reads as that is there no more: used, while its family lives. A younger one has come after it, so
     * whoever shows it has a copy. Undefined for one that nobody gave.
     */
    async findUsed(id: string): Promise<Record<string, unknown> | undefined> {
      const family = familyOf(id);
      const found = family && (await protocolStore.find(MODEL, family));
      return found ? { ...found, jti: id, consumed: true } : undefined;
    },
  };
}

/** 132 bits of a digest: it tells nothing of the 256 random ones that it is of. */
function familyBegunBy(own: string): string {
  return createHash('sha256').update(own).digest('base64url').slice(0, 22);
}

function familyOf(id: string): string | undefined {
  return NAME.exec(id)?.[1];
}
