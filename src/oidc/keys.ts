/** Keys of the protocol: the pairwise subject identifier (OpenID Connect Core §8.1). Signing keys come as they are. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** An opaque `sub`, equal for all clients of one sector and for them alone. The key never rotates. */
export function pairwiseSub(key: KeyObject, sector: string, accountId: string): string {
  return createHmac('sha256', key).update(`${sector}\0${accountId}`).digest('base64url');
}

/** Prepares the pairwise key, once. */
export function pairwiseKey(key: Buffer): KeyObject {
  return createSecretKey(key);
}
