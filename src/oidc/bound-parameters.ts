/**
 * How long an authorization request may be. What it says is kept in the interaction, which anybody can begin: without a
 * bound, a few hundred requests fill the store for everybody.
 */
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';

/** As a whole, in bytes as they are sent. */
export const LONGEST_QUERY = 4 * 1024;

/** In bytes. Some clients put an address in `state` or `nonce`. */
const LONGEST = [
  ['state', 1024],
  ['nonce', 1024],
  ['ui_locales', 128],
] as const;

/**
 * The library runs it for every authorization request, once the client and its redirect URI are known to belong
 * together: the relying party is told what is too long (`invalid_request`, RFC 6749 §4.1.2.1).
 */
export const boundParameters = { state: checkLengths } satisfies Configuration['extraParams'];

function checkLengths(ctx: KoaContextWithOIDC): void {
  for (const [name, longest] of LONGEST)
    if (Buffer.byteLength(String(ctx.oidc.params?.[name] ?? '')) > longest)
      throw new errors.InvalidRequest(`${name} is longer than ${longest} bytes`);
  if (Buffer.byteLength(ctx.querystring) > LONGEST_QUERY)
    throw new errors.InvalidRequest(`the request is longer than ${LONGEST_QUERY} bytes`);
}
