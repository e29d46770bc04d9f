import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import { createArgon2 } from '../../src/adapters/argon2.ts';
import { systemClock } from '../../src/adapters/system.ts';
import type { ServiceError } from '../../src/errors.ts';
import type { PasswordHash, PasswordHasher } from '../../src/ports/passwords.ts';

const [first, second] = [
  { id: 'p1', key: randomBytes(32) },
  { id: 'p2', key: randomBytes(32) },
];
const light = {
  ...{ memoryKiB: 1024, iterations: 2, parallelism: 1, running: 2, waiting: 3 },
  peppers: [first],
  clock: systemClock,
  readCosts: async (): Promise<readonly string[]> => [],
};
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

  it('asks for a rehash when its lanes, its memory or its passes are other than those of today', async () => {
    const wide = await createArgon2({ ...light, parallelism: 2 });
    const hash = await wide.hash(PASSWORD);
    assert.match(hash.encoded, /p=2/);
    assert.equal(await passwords.verify(PASSWORD, hash), true);
    const strong = await createArgon2({ ...light, memoryKiB: 2048, iterations: 3 });
    for (const other of [{ memoryKiB: 1024 }, { iterations: 2 }])
      assert.equal(
        (await createArgon2({ ...light, memoryKiB: 2048, iterations: 3, ...other })).needsRehash(
          await strong.hash(PASSWORD),
        ),
        true,
        JSON.stringify(other),
      );
  });

  it('names the pepper that it lacks, for the log alone', async () => {
    const hash = { ...(await passwords.hash(PASSWORD)), pepperId: 'p9' };
    await assert.rejects(passwords.verify(PASSWORD, hash), (error: ServiceError) => {
      assert.deepEqual(error.details, { reason: 'unknown pepper', pepperId: 'p9' });
      return true;
    });
  });

  it('asks the cost of no stored hash twice within 10 minutes, and at 10 minutes does', async () => {
    let [now, asked] = [Date.now(), 0];
    const readCosts = async () => {
      asked++;
      return [];
    };
    const hasher = await createArgon2({ ...light, clock: { now: () => new Date(now) }, readCosts });
    for (const [seconds, times] of [
      [0, 1],
      [599, 1],
      [1, 2],
      [599, 2],
      [1, 3],
    ] as const) {
      now += seconds * 1000;
      await hasher.verify('wrong', undefined);
      assert.equal(asked, times, `${seconds}`);
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

  describe('while stored hashes have several costs', () => {
    const { verify } = argon2;
    let compared: string[];
    beforeEach(() => {
      compared = [];
      argon2.verify = (encoded, ...more) => {
        // The library writes the passes last.
        compared.push(
          encoded.replace(/^.*(m=\d+),(p=\d+),(t=\d+).*$/, '$1,$3,$2').replace(/^.*(m=\d+,t=\d+,p=\d+).*$/, '$1'),
        );
        return verify(encoded, ...more);
      };
    });
    afterEach(() => {
      argon2.verify = verify;
    });

    const raised = { ...light, memoryKiB: 2048 };
    const OLD = 'm=1024,t=2,p=1';
    const TODAY = 'm=2048,t=2,p=1';

    async function comparisons(hasher: PasswordHasher, hash: PasswordHash | undefined, password = 'wrong') {
      compared = [];
      const right = await hasher.verify(password, hash);
      return { right, compared };
    }

    it('compares at each of them, for a hash of any and for nobody, right or wrong, and answers by the real one', async () => {
      const [old, current] = [await passwords.hash(PASSWORD), await (await createArgon2(raised)).hash(PASSWORD)];
      const hasher = await createArgon2({ ...raised, readCosts: async () => [OLD, TODAY] });
      for (const hash of [old, current, undefined])
        for (const password of ['wrong', PASSWORD])
          assert.deepEqual(await comparisons(hasher, hash, password), {
            right: hash !== undefined && password === PASSWORD,
            compared: [TODAY, OLD],
          });
    });

    it('compares once when there is one, however its hashes were peppered', async () => {
      const rotated = await createArgon2({ ...light, peppers: [second, first], readCosts: async () => [OLD] });
      for (const hash of [await passwords.hash(PASSWORD), await rotated.hash(PASSWORD), undefined])
        assert.deepEqual((await comparisons(rotated, hash)).compared, [OLD]);
    });

    it('learns at once a cost that it meets', async () => {
      const hasher = await createArgon2(raised);
      assert.deepEqual((await comparisons(hasher, undefined)).compared, [TODAY]);
      const old = await passwords.hash(PASSWORD);
      assert.deepEqual(await comparisons(hasher, old, PASSWORD), { right: true, compared: [TODAY, OLD] });
      assert.deepEqual((await comparisons(hasher, undefined)).compared, [TODAY, OLD]);
    });

    it('forgets a cost within 10 minutes of its last hash, and keeps what it knows while nobody can say', async () => {
      let [now, stored] = [Date.now(), async (): Promise<readonly string[]> => [OLD]];
      const clock = { now: () => new Date(now) };
      const hasher = await createArgon2({ ...raised, clock, readCosts: () => stored() });
      const later = async () => {
        now += 10 * 60 * 1000;
        await hasher.verify('wrong', undefined);
        return (await comparisons(hasher, undefined)).compared;
      };
      stored = async () => {
        throw new Error('the database is away');
      };
      assert.deepEqual(await later(), [TODAY, OLD]);
      stored = async () => [TODAY];
      assert.deepEqual((await comparisons(hasher, undefined)).compared, [TODAY, OLD], 'not before');
      assert.deepEqual(await later(), [TODAY]);
    });

    it('compares at 4 at most, and at none that is 8 times as dear; those verify in the place of another', async () => {
      const costs = [1, 2, 3, 4, 5, 6, 20].map((passes) => `m=1024,t=${passes},p=1`);
      const hasher = await createArgon2({ ...light, readCosts: async () => [...costs, 'nonsense', ''] });
      const everywhere = ['m=1024,t=2,p=1', 'm=1024,t=6,p=1', 'm=1024,t=5,p=1', 'm=1024,t=4,p=1'];
      assert.deepEqual((await comparisons(hasher, undefined)).compared, everywhere);
      for (const iterations of [1, 20]) {
        const hash = await (await createArgon2({ ...light, iterations })).hash(PASSWORD);
        assert.deepEqual(await comparisons(hasher, hash, PASSWORD), {
          right: true,
          compared: [...everywhere.slice(0, 3), `m=1024,t=${iterations},p=1`],
        });
      }
    });

    it('holds one place among those that run, whatever it compares', async () => {
      const hasher = await createArgon2({ ...raised, running: 1, waiting: 1, readCosts: async () => [OLD] });
      const running = hasher.verify('wrong', undefined);
      await new Promise((resolve) => setImmediate(resolve));
      const waiting = hasher.verify('wrong', undefined);
      await assert.rejects(hasher.verify('wrong', undefined), busy);
      assert.deepEqual(await Promise.all([running, waiting]), [false, false]);
    });
  });

  it('cannot be made without a pepper', async () => {
    await assert.rejects(createArgon2({ ...light, peppers: [] }), /needs a pepper/);
  });
});
