/** A fresh set of secrets, as environment variables: for the embedded default, and for `mon-compte-identity secrets`. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** @returns variable → value; none is ever committed or given by default. */
export function generateSecrets(): Record<string, string> {
  const key = () => randomBytes(32).toString('base64');
  const text = () => randomBytes(32).toString('base64url');
  return {
    // The second is the next one: every process knows it before it signs.
    COOKIE_KEYS: `${text()},${text()}`,
    SEALING_KEYS: `k1:${key()}`,
    INDEX_KEY: key(),
    PASSWORD_PEPPERS: `p1:${key()}`,
    PAIRWISE_KEY: key(),
    SIGNING_KEYS: JSON.stringify({ keys: [ecKey(), rsaKey()] }),
    CLIENT_MON_COMPTE_SECRET: text(),
    CLIENT_MON_COMPTE_DROITS_SECRET: text(),
  };
}

function ecKey(): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    ...privateKey.export({ format: 'jwk' }),
    kid: `es256-${randomBytes(4).toString('hex')}`,
    alg: 'ES256',
    use: 'sig',
  };
}

function rsaKey(): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    ...privateKey.export({ format: 'jwk' }),
    kid: `rs256-${randomBytes(4).toString('hex')}`,
    alg: 'RS256',
    use: 'sig',
  };
}
