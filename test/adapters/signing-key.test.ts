import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { findSigningKeyFault } from '../../src/adapters/signing-key.ts';
import type { PrivateSigningKey } from '../../src/ports/signing-keys.ts';

const jwkOf = (privateKey: KeyObject, more: object = {}) =>
  ({ kid: 'k', ...privateKey.export({ format: 'jwk' }), ...more }) as PrivateSigningKey;
const ec = (namedCurve = 'P-256') => jwkOf(generateKeyPairSync('ec', { namedCurve }).privateKey);
const rsa = (modulusLength = 2048) => jwkOf(generateKeyPairSync('rsa', { modulusLength }).privateKey);

describe('a signing key', () => {
  const [goodEc, goodRsa] = [ec(), rsa()];

  it('that verifies what it signs has no fault, whether or not it names its algorithm', () => {
    for (const key of [goodEc, { ...goodEc, alg: 'ES256', use: 'sig' }, goodRsa, { ...goodRsa, alg: 'RS256' }])
      assert.equal(findSigningKeyFault(key), undefined);
  });

  it('whose public half belongs to another key is named, and none of it quoted', () => {
    const [otherEc, otherRsa] = [ec(), rsa()];
    for (const key of [
      { ...goodEc, x: otherEc.x, y: otherEc.y },
      { ...goodEc, d: otherEc.d },
      { ...goodRsa, n: otherRsa.n },
      { ...goodEc, x: 'AAAA' },
      { ...goodRsa, q: undefined },
      { ...goodEc, d: 'very-secret' },
    ]) {
      const fault = findSigningKeyFault(key as PrivateSigningKey) ?? '';
      assert.match(fault, /does not verify what it signs/);
      assert.doesNotMatch(fault, /very-secret/);
    }
  });

  it('of another kind, or too short, is none that we sign with', () => {
    for (const key of [
      ec('P-384'),
      { ...goodEc, alg: 'ES512' },
      { ...goodRsa, alg: 'PS256' },
      { ...goodEc, kty: 'oct' },
    ])
      assert.match(findSigningKeyFault(key) ?? '', /must be of ES256/);
    assert.match(findSigningKeyFault(rsa(1024)) ?? '', /2048 bits or more/);
  });
});
