import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { createVault } from '../../src/adapters/vault.ts';

const [first, second] = [
  { id: 'k1', key: randomBytes(32) },
  { id: 'k2', key: randomBytes(32) },
];
const indexKey = randomBytes(32);
const PLACE = 'identifiers.sealed:1';

describe('the vault', () => {
  const vault = createVault({ sealingKeys: [first], indexKey });

  it('opens what it sealed, where it was sealed, empty and accented texts included', () => {
    for (const text of ['', '2550814168025', 'ŒUVRARD « 🦊 »', 'a'.repeat(10_000)])
      assert.equal(vault.open(vault.seal(text, PLACE), PLACE), text);
  });

  it('does not open in another place', () => {
    const sealed = vault.seal('2550814168025', PLACE);
    for (const place of ['identifiers.sealed:2', 'civil_identities.sealed:1', ''])
      assert.throws(() => vault.open(sealed, place));
  });

  it('does not open what was altered, wherever it was', () => {
    const sealed = vault.seal('2550814168025', PLACE);
    const body = Buffer.from(sealed.slice(3), 'base64url');
    for (let at = 0; at < body.length; at++) {
      const altered = Buffer.from(body);
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
      assert.throws(() => vault.open(`k1.${altered.toString('base64url')}`, PLACE), `byte ${at}`);
    }
  });

  it('does not open what was cut short, nor what was never sealed', () => {
    const sealed = vault.seal('2550814168025', PLACE);
    for (let length = 0; length < sealed.length - 1; length++)
      assert.throws(() => vault.open(sealed.slice(0, length), PLACE), `${length} characters`);
    for (const text of ['', '.', 'k1', 'k1.', '2550814168025']) assert.throws(() => vault.open(text, PLACE));
  });

  it('takes no tag that is shorter than 16 bytes: one of 4 is guessed', () => {
    // All that is left is tag and nonce in one: Node compares a tag of 4 bytes unless it is told how long one is.
    for (const length of [4, 8, 12, 15]) {
      const short = `k1.${randomBytes(length).toString('base64url')}`;
      assert.throws(() => vault.open(short, PLACE), { code: 'ERR_CRYPTO_INVALID_AUTH_TAG' }, `${length} bytes`);
    }
  });

  it('does not open with a key of another id, nor with another key of the same id', () => {
    const sealed = vault.seal('2550814168025', PLACE);
    const stranger = createVault({ sealingKeys: [second], indexKey });
    assert.throws(() => stranger.open(sealed, PLACE), /unknown key/);
    const namesake = createVault({ sealingKeys: [{ id: 'k1', key: randomBytes(32) }], indexKey });
    assert.throws(() => namesake.open(sealed, PLACE));
    assert.throws(() => stranger.open(sealed.replace('k1.', 'k2.'), PLACE));
  });

  it('knows whether it has the key of a sealed text, by the id before its dot', () => {
    const sealed = vault.seal('x', PLACE);
    assert.equal(vault.hasKeyOf(sealed), true);
    for (const other of [sealed.replace('k1.', 'k2.'), sealed.replace('k1.', 'k1'), 'k1', '', '.', sealed.slice(1)])
      assert.equal(vault.hasKeyOf(other), false, other);
    const rotated = createVault({ sealingKeys: [second, first], indexKey });
    assert.equal(rotated.hasKeyOf(sealed), true);
  });

  it('writes its key, a nonce of 12 bytes, the text sealed and a tag of 16', () => {
    const [id, body = ''] = vault.seal('é', PLACE).split('.');
    assert.equal(id, 'k1');
    assert.equal(Buffer.from(body, 'base64url').length, 12 + 2 + 16);
  });

  it('opens what an older key sealed, and seals with the newest', () => {
    const old = vault.seal('2550814168025', PLACE);
    const rotated = createVault({ sealingKeys: [second, first], indexKey });
    assert.equal(rotated.open(old, PLACE), '2550814168025');
    assert.match(rotated.seal('2550814168025', PLACE), /^k2\./);
    assert.equal(rotated.blindIndex('nir', 'x'), vault.blindIndex('nir', 'x'), 'the index does not rotate with it');
  });

  it('never seals twice to the same text, and shows nothing of the plain one', () => {
    const sealed = Array.from({ length: 100 }, () => vault.seal('2550814168025', PLACE));
    assert.equal(new Set(sealed).size, 100);
    for (const text of sealed) assert.ok(!Buffer.from(text.slice(3), 'base64url').includes('2550814168025'));
  });

  it('finds a value again by its blind index, which purpose, value and key change', () => {
    const index = vault.blindIndex('identifier:nir', '2550814168025');
    assert.equal(vault.blindIndex('identifier:nir', '2550814168025'), index);
    assert.match(index, /^[\w-]{43}$/);
    const others = [
      vault.blindIndex('identifier:provisional', '2550814168025'),
      vault.blindIndex('identifier:nir', '2550814168026'),
      vault.blindIndex('identifier:nir2', '550814168025'),
      createVault({ sealingKeys: [first], indexKey: randomBytes(32) }).blindIndex('identifier:nir', '2550814168025'),
    ];
    assert.equal(new Set([index, ...others]).size, 5);
    const expected = createHmac('sha256', indexKey).update('identifier:nir\u00002550814168025').digest('base64url');
    assert.equal(index, expected, 'an index that changes finds nobody any more');
  });

  it('cannot be made without a key', () => {
    assert.throws(() => createVault({ sealingKeys: [], indexKey }), /needs a sealing key/);
  });
});
