/** How keys are written in secrets. No fault quotes any of them. */
import { findSigningKeyFault } from '../adapters/signing-key.ts';
import type { PrivateSigningKey } from '../ports/signing-keys.ts';

export interface KeyWithId {
  readonly id: string;
  readonly key: Buffer;
}

/** A JWK Set (RFC 7517 §5) of private keys. */
export interface SigningKeySet {
  readonly keys: readonly PrivateSigningKey[];
}

export function parseCookieKeys(text: string): readonly string[] {
  const keys = text.split(',').map((key) => key.trim());
  if (keys.some((key) => key.length < 32)) throw new Error('each key needs 32 characters or more');
  return keys;
}

export function parseKeysWithId(text: string): readonly KeyWithId[] {
  const keys = text.split(',').map((item) => {
    const match = /^\s*([A-Za-z0-9_-]{1,20}):(\S+)\s*$/.exec(item);
    if (!match?.[1] || !match[2]) throw new Error('each key must read id:base64');
    return { id: match[1], key: parseKey(match[2]) };
  });
  if (new Set(keys.map((key) => key.id)).size !== keys.length) throw new Error('two keys have one id');
  return keys;
}

export function parseKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) throw new Error('must be the base64 of 32 bytes');
  return key;
}

export function parseSigningKeys(text: string): SigningKeySet {
  const keys = keysOf(parseJson(text));
  if (keys.length === 0) throw new Error('must be a JWKS with at least one key');
  if (!keys.every(isPrivateKey)) throw new Error('each key must be private and have a kid and a kty');
  if (new Set(keys.map(({ kid }) => kid)).size !== keys.length) throw new Error('two keys have one kid');
  for (const [at, key] of keys.entries()) {
    const fault = findSigningKeyFault(key);
    if (fault) throw new Error(`number ${at + 1} ${fault}`);
  }
  return { keys };
}

function keysOf(set: unknown): readonly unknown[] {
  return typeof set === 'object' && set !== null && 'keys' in set && Array.isArray(set.keys) ? set.keys : [];
}

function isPrivateKey(key: unknown): key is PrivateSigningKey {
  if (typeof key !== 'object' || key === null || !('d' in key && 'kid' in key && 'kty' in key)) return false;
  return [key.d, key.kid, key.kty].every((member) => typeof member === 'string');
}

/** The parser's own message would quote the secret. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
