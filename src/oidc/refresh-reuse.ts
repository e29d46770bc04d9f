/**
 * The second use of a refresh token (ADR 0031). Two tabs, or a proxy with two workers, send one token twice: within a
 * grace each is answered with the same successor. Nobody waits and nothing is handed over: the value of the successor
 * follows from the old token and from a seed, which is kept for the grace alone. A strict client has no grace, and any
 * second use ends its grant (RFC 9700 §4.14.2).
 */
import { hkdfSync } from 'node:crypto';
import { errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { ProtocolStore } from '../ports/protocol-store.ts';
import type { RandomSource } from '../ports/system.ts';
import type { TokenAudit } from './token-audit.ts';

const MODEL = 'RefreshToken';

/** As many bytes as the library has in a token. */
const BYTES = 32;

export type RefreshReuse = ReturnType<typeof createRefreshReuse>;

interface Parts {
  readonly protocolStore: Pick<ProtocolStore, 'consume' | 'consumeKeeping' | 'find'>;
  readonly random: RandomSource;
  readonly tokenAudit: TokenAudit;
  readonly graceSeconds: number;
}

export function createRefreshReuse({ protocolStore, random, tokenAudit, graceSeconds }: Parts) {
  /** What a request that may go on will answer with. Each writes it: the use of a record stands, whoever writes that again. */
  const successors = new WeakMap<KoaContextWithOIDC, string>();
  const graceOf = (ctx: KoaContextWithOIDC | undefined) =>
    ctx?.oidc.client?.refresh_reuse === 'strict' ? 0 : graceSeconds;

  return {
    /** From how long after its use a token is a replay, for the client of this request. */
    replayAfterMs: (): number => graceOf(Provider.ctx) * 1000,

    /** Uses a token, for the first time or within the grace. @throws InvalidGrant for everybody else. */
    async use(id: string): Promise<void> {
      const ctx = contextOf();
      const seconds = graceOf(ctx);
      if (seconds === 0) return useOnce(ctx, id);
      const scope = scopeAskedBy(ctx);
      const { first, kept } = await protocolStore.consumeKeeping(MODEL, id, { seed: random.token(), scope }, seconds);
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
          const successor = Provider.ctx && successors.get(Provider.ctx);
          return successor ?? Reflect.apply(generate, this, []);
        },
      });
    },
  };

  async function useOnce({ oidc }: KoaContextWithOIDC, id: string): Promise<void> {
    if (await protocolStore.consume(MODEL, id)) return;
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
