/** What makes a signing key fit to be used: it is of a kind that we sign with, and verifies what it signs. */
import { createPrivateKey, createPublicKey, type JsonWebKey, sign, verify } from 'node:crypto';
import type { IdTokenAlgorithm } from '../ports/clients.ts';
import type { PrivateSigningKey } from '../ports/signing-keys.ts';

const MINIMUM_RSA_BITS = 2048;
const PROBE = Buffer.from('whether this key signs and verifies');

/**
 * Signs and verifies with the key: its two halves are read apart, so that a public half which belongs to another key is
 * found. About 1 ms.
 * @returns what is wrong, in words that quote nothing of the key; undefined when it does its work.
 */
export function findSigningKeyFault(key: PrivateSigningKey): string | undefined {
  const kindFault = findKindFault(key);
  if (kindFault) return kindFault;
  try {
    const signature = sign('sha256', PROBE, createPrivateKey({ key: { ...key } satisfies JsonWebKey, format: 'jwk' }));
    return verify('sha256', PROBE, publicHalfOf(key), signature) ? undefined : NOT_ITS_OWN;
  } catch {
    return NOT_ITS_OWN;
  }
}

/** A key without `alg` signs with what its type gives: an elliptic curve ES256, RSA RS256. */
export function signsWith({ kty, alg }: PrivateSigningKey, algorithm: IdTokenAlgorithm): boolean {
  return kty === (algorithm === 'ES256' ? 'EC' : 'RSA') && (alg ?? algorithm) === algorithm;
}

const NOT_ITS_OWN =
  'does not verify what it signs: its public half is not that of its private half, or a part is missing';

/** RFC 7518 §3.3 and §3.4: RSA of 2048 bits or more, and the curve P-256. */
function findKindFault({ kty, crv, alg, n = '' }: PrivateSigningKey): string | undefined {
  if (kty === 'EC' && crv === 'P-256' && (alg ?? 'ES256') === 'ES256') return undefined;
  if (kty !== 'RSA' || (alg ?? 'RS256') !== 'RS256') return 'must be of ES256 (EC, P-256) or of RS256 (RSA)';
  const bits = Buffer.from(n, 'base64url').length * 8;
  return bits < MINIMUM_RSA_BITS ? `must have ${MINIMUM_RSA_BITS} bits or more` : undefined;
}

function publicHalfOf({ kty, crv, x, y, n, e }: PrivateSigningKey) {
  return createPublicKey({ key: kty === 'EC' ? { kty, crv, x, y } : { kty, n, e }, format: 'jwk' });
}
