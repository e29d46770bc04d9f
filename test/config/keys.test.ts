/** How keys are written in secrets: what is too short, not alike or twice is refused, wherever it stands among good ones. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { parseCookieKeys, parseKey, parseKeysWithId, parseSigningKeys } from '../../src/config/keys.ts';
import { complete, faultsOf, secrets } from '../support/configuration.ts';

const base64 = (bytes: number) => randomBytes(bytes).toString('base64');
const GOOD = 'a'.repeat(32);
const SHORT = 'b'.repeat(31);

describe('cookie keys', () => {
  it('have 32 characters or more, each of them', () => {
    const tooShort = { message: 'each key needs 32 characters or more' };
    assert.deepEqual(parseCookieKeys(GOOD), [GOOD]);
    assert.deepEqual(parseCookieKeys(`${GOOD} , ${GOOD}c`), [GOOD, `${GOOD}c`]);
    for (const keys of [SHORT, `${SHORT},${GOOD}`, `${GOOD},${SHORT}`, `${GOOD},${SHORT},${GOOD}`])
      assert.throws(() => parseCookieKeys(keys), tooShort, keys);
    for (const keys of [`${GOOD},`, `,${GOOD}`, `${GOOD},,${GOOD}`, `${SHORT} `, ` ${SHORT}`])
      assert.throws(() => parseCookieKeys(keys), tooShort, keys);
  });

  it('of which one alone is short keep the service from starting', () => {
    const keysOf = (key: string) => ({ ...complete, COOKIE_KEYS: `${base64(32)},${key},${base64(32)}` });
    assert.deepEqual(faultsOf(keysOf(GOOD)), []);
    assert.deepEqual(faultsOf(keysOf(SHORT)), ['COOKIE_KEYS: each key needs 32 characters or more']);
  });
});

describe('keys with ids', () => {
  it('are an id of 20 letters, digits, - and _ at most, and the base64 of 32 bytes', () => {
    const key = randomBytes(32);
    for (const id of ['k', 'K-1_', 'x'.repeat(20)])
      assert.deepEqual(parseKeysWithId(` ${id}:${key.toString('base64')} `), [{ id, key }]);
    const text = key.toString('base64');
    for (const item of [
      '',
      text,
      `:${text}`,
      `${'x'.repeat(21)}:${text}`,
      `a b:${text}`,
      `k.1:${text}`,
      'k1:',
      `k1: ${text}`,
    ])
      assert.throws(() => parseKeysWithId(item), { message: 'each key must read id:base64' }, item);
    assert.throws(() => parseKeysWithId(`k1:${text} k2:${text}`), { message: 'each key must read id:base64' });
  });

  it('are all right, or refused', () => {
    const [one, other] = [`k1:${base64(32)}`, `k2:${base64(32)}`];
    assert.equal(parseKeysWithId(`${one},${other}`).length, 2);
    for (const list of [`${one},`, `${one},k2`, `k2:,${one}`]) assert.throws(() => parseKeysWithId(list), /id:base64/);
    for (const list of [`${one},k2:${base64(31)}`, `k2:${base64(33)},${one}`])
      assert.throws(() => parseKeysWithId(list), { message: 'must be the base64 of 32 bytes' });
  });

  it('have an id each', () => {
    const list = (...ids: string[]) => ids.map((id) => `${id}:${base64(32)}`).join();
    assert.equal(parseKeysWithId(list('k1', 'k2')).length, 2);
    assert.throws(() => parseKeysWithId(list('k1', 'k2', 'k1')), { message: 'two keys have one id' });
  });
});

describe('a key alone', () => {
  it('is of 32 bytes', () => {
    const key = randomBytes(32);
    assert.deepEqual(parseKey(key.toString('base64')), key);
    for (const bytes of [0, 31, 33])
      assert.throws(() => parseKey(base64(bytes)), { message: 'must be the base64 of 32 bytes' }, `${bytes}`);
  });
});

describe('signing keys', () => {
  const { keys } = JSON.parse(secrets.SIGNING_KEYS ?? '') as { keys: Record<string, unknown>[] };
  const [good, other] = keys;
  const read = (...list: unknown[]) => parseSigningKeys(JSON.stringify({ keys: list })).keys;

  it('are those of a set, all of them', () => {
    assert.deepEqual(read(good, other), [good, other]);
  });

  it('are one at least', () => {
    const none = { message: 'must be a JWKS with at least one key' };
    for (const text of [
      '',
      'nonsense',
      '7',
      'null',
      '"keys"',
      '[]',
      '{}',
      '{"keys":null}',
      '{"keys":{}}',
      '{"keys":[]}',
    ])
      assert.throws(() => parseSigningKeys(text), none, text);
  });

  it('are private and have a kid and a kty, each a text', () => {
    const lacking = { message: 'each key must be private and have a kid and a kty' };
    for (const wrong of [null, 7, 'key', {}]) assert.throws(() => read(good, wrong), lacking, String(wrong));
    for (const member of ['d', 'kid', 'kty'])
      for (const value of [undefined, null, 7])
        assert.throws(() => read({ ...other, [member]: value }, good), lacking, `${member}: ${value}`);
  });

  it('have a kid each, and the number of the first that does not work is told', () => {
    assert.throws(() => read(good, { ...other, kid: good?.kid }), { message: 'two keys have one kid' });
    assert.throws(() => read(good, { ...other, e: 'AAAA' }), /^Error: number 2 does not verify what it signs/);
    assert.throws(() => read({ ...good, d: 'AAAA' }, other), /^Error: number 1 does not verify what it signs/);
  });
});
