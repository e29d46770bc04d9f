/**
 * CORS, with credentials, for the configured front end alone: its pages may call every operation that it needs, and read
 * what any of them answers, a refusal too. It stands before whatever may refuse.
 */
import type { Config } from '../../config/config.ts';
import type { Middleware } from '../request-state.ts';

/** @param prefixes below which such operations stand. */
export function allowFrontEnd(
  { ui }: { readonly ui: Pick<Config['ui'], 'url'> },
  prefixes: readonly string[],
): Middleware {
  const frontEnd = ui.url ? new URL(ui.url).origin : undefined;
  return (ctx, next) => {
    if (!prefixes.some((prefix) => ctx.path.startsWith(prefix))) return next();
    ctx.vary('Origin');
    if (frontEnd === undefined || ctx.get('Origin') !== frontEnd) return next();
    ctx.set('Access-Control-Allow-Origin', frontEnd);
    ctx.set('Access-Control-Allow-Credentials', 'true');
    // `Date`: the times of our answers are of our clock, and that of a telephone may be minutes off.
    ctx.set('Access-Control-Expose-Headers', 'Content-Range, Date, Retry-After, X-Request-Id');
    if (ctx.method !== 'OPTIONS') return next();
    ctx.set('Access-Control-Allow-Methods', 'GET, POST, DELETE');
    ctx.set('Access-Control-Allow-Headers', 'Content-Type, Accept, Accept-Language, Range');
    ctx.set('Access-Control-Max-Age', '600');
    ctx.status = 204;
  };
}
