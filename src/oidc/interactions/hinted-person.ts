/** `id_token_hint`: the relying party says who it takes the person to be (OpenID Connect Core §3.1.2.1). */
import type { KeyObject } from 'node:crypto';
import { type Client, errors, type KoaContextWithOIDC, type UnknownObject } from 'oidc-provider';
import { pairwiseSub } from '../keys.ts';

/** Told to the relying party. */
export const NOT_THE_HINTED_PERSON = 'the end-user who signed in is not the one of id_token_hint';

/**
 * Whether this account is the one that the hint names; true without a hint. Its signature was checked when
 * the request began. @param params of the interaction.
 */
export function isHintedPerson(
  subjectKey: KeyObject,
  params: UnknownObject,
  client: Client,
  accountId: string,
): boolean {
  const { id_token_hint: hint } = params;
  return typeof hint !== 'string' || subOf(hint) === pairwiseSub(subjectKey, String(client.sector), accountId);
}

/**
 * Whether the session is not that of the person whom the hint names; false without a hint. The library asks this when a
 * request begins, and not when it resumes. @throws errors.InvalidRequest for a hint that is not, or no longer, ours.
 */
export async function isOtherPerson(subjectKey: KeyObject, { oidc }: KoaContextWithOIDC): Promise<boolean> {
  const { client, session, params, provider } = oidc;
  const hint = params?.id_token_hint;
  if (typeof hint !== 'string' || !client || session?.accountId === undefined) return false;
  const { payload } = await provider.IdToken.validate(hint, client).catch((cause) => {
    throw new errors.InvalidRequest('could not validate id_token_hint', undefined, cause);
  });
  return payload.sub !== pairwiseSub(subjectKey, String(client.sector), session.accountId);
}

/** The `sub` of a token whose signature has been checked. */
function subOf(idToken: string): unknown {
  const payload = Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString('utf8');
  return (JSON.parse(payload) as { readonly sub?: unknown }).sub;
}
