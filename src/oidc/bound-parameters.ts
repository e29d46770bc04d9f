/**
 * How long an authorization request may be. What it says is kept in the interaction, which anybody can begin: without a
 * bound, a few hundred requests fill the store for everybody.
 */
import { errors, type KoaContextWithOIDC } from 'oidc-provider';

/** As a whole, in bytes as they are sent. */
export const LONGEST_QUERY = 4 * 1024;

/** In bytes. Every parameter that the library knows is kept; one that is not named here has `LONGEST_OTHER`. */
const LONGEST: ReadonlyMap<string, number> = new Map([
  // Some clients put an address in them.
  ['state', 1024],
  ['nonce', 1024],
  ['ui_locales', 128],
  ['claims_locales', 128],
  // An ID token of ours repeats the nonce, in base64.
  ['id_token_hint', 2560],
  // One that was registered.
  ['redirect_uri', 2048],
]);
const LONGEST_OTHER = 256;

/**
 * The library runs it for every authorization request, once the client and its redirect URI are known to belong
 * together: the relying party is told what is too long (`invalid_request`, RFC 6749 §4.1.2.1).
 */
export function boundParameters(ctx: KoaContextWithOIDC): void {
  for (const [name, value] of Object.entries(ctx.oidc.params ?? {})) {
    const longest = LONGEST.get(name) ?? LONGEST_OTHER;
    if (Buffer.byteLength(String(value ?? '')) > longest)
      throw new errors.InvalidRequest(`${name} is longer than ${longest} bytes`);
  }
  if (Buffer.byteLength(ctx.querystring) > LONGEST_QUERY)
    throw new errors.InvalidRequest(`the request is longer than ${LONGEST_QUERY} bytes`);
}
