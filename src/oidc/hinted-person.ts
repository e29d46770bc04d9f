/** `id_token_hint`: the relying party says who it takes the person to be (OpenID Connect Core §3.1.2.1). */
import type { KeyObject } from 'node:crypto';
import type { Client, UnknownObject } from 'oidc-provider';
import { pairwiseSub } from './keys.ts';

/**
 * Whether this account is the one that the hint names; true without a hint. The library looks at the hint when a request
 * begins, checks its signature then, and never again. @param params of the interaction.
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

/** The `sub` of a token whose signature has been checked. */
function subOf(idToken: string): unknown {
  const payload = Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString('utf8');
  return (JSON.parse(payload) as { readonly sub?: unknown }).sub;
}
