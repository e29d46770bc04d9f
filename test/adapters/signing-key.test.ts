import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { findSigningKeyFault, signsWith } from '../../src/adapters/signing-key.ts';
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

  it('of 2048 bits is long enough, and of a byte less is not', () => {
    const bytes = Buffer.from(goodRsa.n ?? '', 'base64url');
    assert.equal(bytes.length, 256);
    const short = { ...goodRsa, n: bytes.subarray(1).toString('base64url') };
    assert.equal(findSigningKeyFault(short), 'must have 2048 bits or more');
    assert.equal(findSigningKeyFault({ ...goodRsa, n: undefined }), 'must have 2048 bits or more');
  });

  it('signs with what its type gives, unless it names another', () => {
    for (const [key, es256, rs256] of [
      [goodEc, true, false],
      [goodRsa, false, true],
      [{ ...goodEc, alg: 'ES256' }, true, false],
      [{ ...goodRsa, alg: 'RS256' }, false, true],
      [{ ...goodEc, alg: 'RS256' }, false, false],
      [{ ...goodRsa, alg: 'PS256' }, false, false],
      [{ ...goodRsa, alg: 'ES256' }, false, false],
      [{ ...goodEc, kty: 'oct' }, false, false],
    ] as const)
      assert.deepEqual([signsWith(key, 'ES256'), signsWith(key, 'RS256')], [es256, rs256], `${key.kty} ${key.alg}`);
  });
});
