/**
 * Seals personal data with AES-256-GCM and finds it again by HMAC-SHA-256. A sealed text carries the id of its key,
 * so that keys rotate, and is bound to its place: a row copied onto another does not open.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { Vault } from '../ports/vault.ts';

interface VaultKeys {
  /** The first seals; all open. */
  readonly sealingKeys: readonly { readonly id: string; readonly key: Buffer }[];
  readonly indexKey: Buffer;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** @param keys the newest sealing key first. */
export function createVault(keys: VaultKeys): Vault {
  // Prepared once: Node prepares a raw key anew at each call, at several times the price of the sealing itself.
  const sealingKeys = keys.sealingKeys.map(({ id, key }) => ({ id, key: createSecretKey(key) }));
  const indexKey = createSecretKey(keys.indexKey);
  const byId = new Map(sealingKeys.map(({ id, key }) => [id, key]));
  const newest = sealingKeys[0];
  if (!newest) throw new Error('the vault needs a sealing key');
  return {
    seal(plaintext, binding) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', newest.key, iv).setAAD(Buffer.from(binding));
      const body = Buffer.concat([iv, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${newest.id}.${body.toString('base64url')}`;
    },

    open(sealed, binding) {
      const dot = sealed.indexOf('.');
      const key = byId.get(sealed.slice(0, dot));
      if (!key) throw new Error('sealed with an unknown key');
      const body = Buffer.from(sealed.slice(dot + 1), 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(binding))
        .setAuthTag(body.subarray(-TAG_BYTES));
      return decipher.update(body.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    },

    hasKeyOf: (sealed) => byId.has(sealed.slice(0, sealed.indexOf('.'))),

    blindIndex(purpose, value) {
      return createHmac('sha256', indexKey).update(`${purpose}\0${value}`).digest('base64url');
    },
  };
}
