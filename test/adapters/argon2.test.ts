import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createArgon2 } from '../../src/adapters/argon2.ts';
import type { PasswordHasher } from '../../src/ports/passwords.ts';

const [first, second] = [
  { id: 'p1', key: randomBytes(32) },
  { id: 'p2', key: randomBytes(32) },
];
const light = { memoryKiB: 1024, iterations: 2, parallelism: 1, running: 2, waiting: 3, peppers: [first] };
const PASSWORD = 'Ardoise-Ruisseau-48';
const busy = { name: 'ServiceError', code: 'busy', status: 503, retryAfterSeconds: 2 };

describe('argon2', () => {
  let passwords: PasswordHasher;
  before(async () => {
    passwords = await createArgon2(light);
  });

  it('verifies the password that it hashed, and no other', async () => {
    const hash = await passwords.hash(PASSWORD);
    assert.equal(await passwords.verify(PASSWORD, hash), true);
    for (const other of ['', `${PASSWORD} `, PASSWORD.toLowerCase(), PASSWORD.slice(0, -1)])
      assert.equal(await passwords.verify(other, hash), false);
  });

  it('hashes by argon2id, with the parameters asked for and a salt of its own', async () => {
    const [hash, again] = [await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)];
    assert.match(hash.encoded, /^\$argon2id\$v=19\$m=1024,(?:t=2,p=1|p=1,t=2)\$/);
    assert.equal(hash.pepperId, 'p1');
    assert.notEqual(hash.encoded, again.encoded);
  });

  it('does not verify without the pepper: a stolen table is not enough', async () => {
    const hash = await passwords.hash(PASSWORD);
    const thief = await createArgon2({ ...light, peppers: [{ id: 'p1', key: randomBytes(32) }] });
    assert.equal(await thief.verify(PASSWORD, hash), false);
  });

  it('refuses a hash of a pepper that it does not have, as a fault of ours and not of the password', async () => {
    const hash = await passwords.hash(PASSWORD);
    const stranger = await createArgon2({ ...light, peppers: [second] });
    await assert.rejects(stranger.verify(PASSWORD, hash), { code: 'internal_error' });
  });

  it('verifies an old pepper after a rotation, hashes with the newest and asks for a rehash', async () => {
    const old = await passwords.hash(PASSWORD);
    const rotated = await createArgon2({ ...light, peppers: [second, first] });
    assert.equal(await rotated.verify(PASSWORD, old), true);
    assert.equal(await rotated.verify('wrong', old), false);
    assert.equal(rotated.needsRehash(old), true);
    const renewed = await rotated.hash(PASSWORD);
    assert.equal(renewed.pepperId, 'p2');
    assert.equal(rotated.needsRehash(renewed), false);
  });

  it('asks for a rehash when a parameter has risen, and not otherwise', async () => {
    const hash = await passwords.hash(PASSWORD);
    assert.equal(passwords.needsRehash(hash), false);
    for (const risen of [{ memoryKiB: 2048 }, { iterations: 3 }]) {
      const stronger = await createArgon2({ ...light, ...risen });
      assert.equal(stronger.needsRehash(hash), true);
      assert.equal(await stronger.verify(PASSWORD, hash), true);
      assert.equal(stronger.needsRehash(await stronger.hash(PASSWORD)), false);
    }
  });

  it('answers false without a hash, also to the password of the dummy', async () => {
    assert.equal(await passwords.verify(PASSWORD, undefined), false);
    assert.equal(await passwords.verify('nobody has this password', undefined), false);
  });

  it('says busy past what may run and wait, at once, and works again afterwards', async () => {
    const bounded = await createArgon2({ ...light, memoryKiB: 19_456, running: 1, waiting: 3 });
    const running = bounded.hash(PASSWORD);
    await new Promise((resolve) => setImmediate(resolve));
    const waiting = [bounded.hash(PASSWORD), bounded.verify(PASSWORD, undefined), bounded.hash(PASSWORD)];
    const start = performance.now();
    await assert.rejects(bounded.hash(PASSWORD), busy);
    await assert.rejects(bounded.verify(PASSWORD, undefined), busy);
    assert.ok(performance.now() - start < 10, 'the refusal waits for nobody');
    await Promise.all([running, ...waiting]);
    assert.equal(await bounded.verify(PASSWORD, await running), true);
  });

  it('lets through exactly those that may run and wait, of 50 that come one after the other', async () => {
    const bounded = await createArgon2({ ...light, memoryKiB: 19_456 });
    const hashes: Promise<unknown>[] = [];
    for (let call = 0; call < 50; call++) {
      hashes.push(bounded.hash(PASSWORD));
      await Promise.resolve();
    }
    const results = await Promise.allSettled(hashes);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, light.running + light.waiting);
  });

  it('cannot be made without a pepper', async () => {
    await assert.rejects(createArgon2({ ...light, peppers: [] }), /needs a pepper/);
  });
});
