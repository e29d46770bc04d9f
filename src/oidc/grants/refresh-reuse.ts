/**
 * The second use of a refresh token (ADR 0031). Two tabs, or a proxy with two workers, send one token twice: within a
 * grace each is answered with the same successor. Nobody waits and nothing is handed over: the value of the successor
 * follows from the old token and from a seed, which is kept for the grace alone. A strict client has no grace, and any
 * second use ends its grant (RFC 9700 §4.14.2).
 */
import { hkdfSync } from 'node:crypto';
import { errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { ProtocolStore } from '../../ports/protocol-store.ts';
import type { RandomSource } from '../../ports/system.ts';
import { createRefreshFamilies } from './refresh-families.ts';
import type { TokenAudit } from './token-audit.ts';

const MODEL = 'RefreshToken';

/**
 * How long a used token is there beyond the grace: whoever is slow to write its successor must not write that anew when it
 * was used, too, and has gone. After this its family tells.
 */
const LEFT_SECONDS = 60;

/** Longer than any token lives. */
const WHOLE_LIFE_SECONDS = 366 * 24 * 60 * 60;

/** As many bytes as the library has in a token. */
const BYTES = 32;

export type RefreshReuse = ReturnType<typeof createRefreshReuse>;

interface Parts {
  readonly protocolStore: Pick<ProtocolStore, 'consumeKeeping' | 'find' | 'findWithUse' | 'upsert'>;
  readonly random: RandomSource;
  readonly tokenAudit: TokenAudit;
  readonly graceSeconds: number;
}

export function createRefreshReuse({ protocolStore, random, tokenAudit, graceSeconds }: Parts) {
  /** What a request that may go on will answer with. Each writes it: the use of a record stands, whoever writes that again. */
  const successors = new WeakMap<KoaContextWithOIDC, string>();
  const families = createRefreshFamilies(protocolStore);
  /** A token without a family is kept for its own life: nothing else would tell its replay. */
  const leftOf = (id: string, seconds: number) =>
    families.hasFamily(id) ? seconds + LEFT_SECONDS : WHOLE_LIFE_SECONDS;
  const graceOf = (ctx: KoaContextWithOIDC | undefined) =>
    ctx?.oidc.client?.refresh_reuse === 'strict' ? 0 : graceSeconds;

  return {
    /** As the library reads it: `consumed` once the grace of the client of this request is over. */
    async find(id: string): Promise<Record<string, unknown> | undefined> {
      const found = await protocolStore.findWithUse(MODEL, id);
      if (!found) return families.findUsed(id);
      const isReplay = found.usedAgoMs !== undefined && found.usedAgoMs > graceOf(Provider.ctx) * 1000;
      return isReplay ? { ...found.record, consumed: true } : found.record;
    },

    /** Before a token is written: one whose family nobody knows would be used again without a word. */
    note: families.note,

    /** Uses a token, for the first time or within the grace. @throws InvalidGrant for everybody else. */
    async use(id: string): Promise<void> {
      const ctx = contextOf();
      const seconds = graceOf(ctx);
      if (seconds === 0) return useOnce(ctx, id);
      const scope = scopeAskedBy(ctx);
      const seed = random.token();
      const left = leftOf(id, seconds);
      const { first, kept } = await protocolStore.consumeKeeping(MODEL, id, { seed, scope }, seconds, left);
      // Over while it was on its way, or not the request of the first one: RFC 6749 §6 gives each its scope.
      if (typeof kept?.seed !== 'string' || kept.scope !== scope) {
        await tokenAudit.collided(MODEL, id, await protocolStore.find(MODEL, id));
        throw new errors.InvalidGrant('already used');
      }
      successors.set(ctx, successorOf(id, kept.seed));
      if (!first) await tokenAudit.shared(MODEL, id, { ...ctx.oidc.entities.RefreshToken });
    },

    /** Has the tokens of a provider be named after those that they succeed. @throws Error when the library cannot. */
    nameSuccessors(provider: Provider): void {
      const { prototype } = provider.RefreshToken;
      const generate = Reflect.get(prototype, 'generateTokenId');
      if (typeof generate !== 'function') throw new Error('the library names tokens in another way');
      Object.defineProperty(prototype, 'generateTokenId', {
        value: function generateTokenId() {
          const found = Provider.ctx && successors.get(Provider.ctx);
          const own: string = found ?? Reflect.apply(generate, this, []);
          return families.nameOf(Provider.ctx?.oidc.entities.RotatedRefreshToken?.jti, own);
        },
      });
    },
  };

  async function useOnce({ oidc }: KoaContextWithOIDC, id: string): Promise<void> {
    const { first } = await protocolStore.consumeKeeping(MODEL, id, {}, 1, leftOf(id, 0));
    if (first) return;
    await oidc.entities.Grant?.destroy();
    throw new errors.InvalidGrant('already used');
  }
}

function contextOf(): KoaContextWithOIDC {
  if (!Provider.ctx) throw new Error('a refresh token is used outside a request');
  return Provider.ctx;
}

/** Without a scope a request asks for that of its token (RFC 6749 §6). */
function scopeAskedBy({ oidc }: KoaContextWithOIDC): string {
  const scope = oidc.params?.scope ?? oidc.entities.RefreshToken?.scope;
  return [...new Set(String(scope ?? '').split(' '))].sort().join(' ');
}

/** Neither the old token nor the seed gives it alone. */
function successorOf(id: string, seed: string): string {
  return Buffer.from(hkdfSync('sha256', id, seed, 'successor of a refresh token', BYTES)).toString('base64url');
}
