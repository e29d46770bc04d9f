/** The suite of the key-value port. */
import assert from 'node:assert/strict';
import type { KeyValueStore } from '../../src/ports/key-value-store.ts';
import { type Backend, type Opening, PARALLEL, TRIALS, unavailable, unique, winnersOf } from './backends.ts';

const LIFE = 60;

/** As long ago as that, and the time that a few calls take. */
const isAbout = (ms: number | undefined, expected: number) =>
  ms !== undefined && ms >= expected - 1 && ms < expected + 1000;

export function describeKeyValue(name: string, { open, away }: Opening<KeyValueStore>): void {
  describe(`the key-value port, on ${name}`, () => {
    let backend: Backend<KeyValueStore>;
    let store: KeyValueStore;
    let key: string;
    before(async () => {
      backend = await open();
      store = backend.port;
    });
    beforeEach(() => {
      key = `test:{${unique()}}`;
    });
    after(() => backend.close());

    it('gives back what was written, every character of it', async () => {
      const value = 'é « œuf » \u0000 🦊 "quoted"\n';
      await store.set(key, value, LIFE);
      assert.equal(await store.get(key), value);
      assert.deepEqual(await store.getWithClaim(key), { value });
    });

    it('keeps an empty value apart from no value', async () => {
      await store.set(key, '', LIFE);
      assert.equal(await store.get(key), '');
      assert.deepEqual(await store.getWithClaim(key), { value: '' });
    });

    it('answers undefined for an unknown key, and claims nothing there', async () => {
      assert.equal(await store.get(key), undefined);
      assert.equal(await store.getWithClaim(key), undefined);
      assert.equal(await store.claim(key), false);
      await store.delete(key);
    });

    it('keeps two keys apart', async () => {
      await store.set(key, 'one', LIFE);
      await store.set(`${key}:2`, 'two', LIFE);
      await store.claim(`${key}:2`);
      assert.deepEqual(await store.getWithClaim(key), { value: 'one' });
    });

    it('writes over what is there', async () => {
      await store.set(key, 'first', LIFE);
      await store.set(key, 'second', LIFE);
      assert.equal(await store.get(key), 'second');
    });

    it('ends a record when its time is over, and not before', async () => {
      await store.set(key, 'short', LIFE);
      await store.set(`${key}:long`, 'long', 2 * LIFE);
      await backend.pass(LIFE - 1);
      assert.equal(await store.get(key), 'short');
      assert.deepEqual(await store.getWithClaim(key), { value: 'short' });
      await backend.pass(1);
      assert.equal(await store.get(key), undefined);
      assert.equal(await store.getWithClaim(key), undefined);
      assert.equal(await store.claim(key), false);
      assert.equal(await store.get(`${key}:long`), 'long');
    });

    it('counts the time of a record from its last writing', async () => {
      await store.set(key, 'short', 1);
      await store.set(key, 'longer', LIFE);
      await backend.pass(1);
      assert.equal(await store.get(key), 'longer');
    });

    it('claims a record once, and tells how long ago, by one clock', async () => {
      await store.set(key, 'code', LIFE);
      assert.equal(await store.claim(key), true);
      assert.equal(await store.claim(key), false);
      const record = await store.getWithClaim(key);
      assert.equal(record?.value, 'code');
      assert.ok(isAbout(record?.claimedAgoMs, 0), `${record?.claimedAgoMs} ms`);
      await backend.pass(5);
      const later = await store.getWithClaim(key);
      assert.ok(isAbout(later?.claimedAgoMs, 5000), `${later?.claimedAgoMs} ms`);
    });

    it('keeps a claim when the record is written again', async () => {
      assert.equal(await store.set(key, 'code', LIFE), false);
      await store.claim(key);
      assert.equal(await store.set(key, 'rewritten', LIFE), true, 'and tells of it');
      assert.equal(await store.claim(key), false);
      const record = await store.getWithClaim(key);
      assert.equal(record?.value, 'rewritten');
      assert.notEqual(record?.claimedAgoMs, undefined);
    });

    it('keeps a claim for as long as the record lives, also when its life is prolonged', async () => {
      await store.set(key, 'code', 1);
      await store.claim(key);
      await store.set(key, 'prolonged', LIFE);
      await backend.pass(1);
      assert.equal(await store.get(key), 'prolonged');
      assert.equal(await store.claim(key), false);
    });

    it('lets a record that is born again be claimed, when the one before has ended', async () => {
      await store.set(key, 'code', LIFE);
      await store.claim(key);
      await store.set(key, 'shortened', 1);
      await backend.pass(1);
      await store.set(key, 'another', LIFE);
      assert.equal(await store.claim(key), true);
    });

    it('replaces what was read, and nothing else', async () => {
      assert.equal(await store.replace(key, 'a', 'b', LIFE), false, 'there is nothing');
      assert.equal(await store.get(key), undefined);
      assert.equal(await store.replace(key, undefined, 'a', LIFE), true);
      assert.equal(await store.replace(key, undefined, 'b', LIFE), false, 'there is something');
      assert.equal(await store.replace(key, '', 'b', LIFE), false);
      assert.equal(await store.replace(key, 'a', 'b', LIFE), true);
      assert.equal(await store.replace(key, 'a', 'c', LIFE), false, 'it was written meanwhile');
      assert.deepEqual(await store.getWithClaim(key), { value: 'b' });
    });

    it('keeps an empty value apart from no value when it replaces', async () => {
      await store.set(key, '', LIFE);
      assert.equal(await store.replace(key, undefined, 'a', LIFE), false);
      assert.equal(await store.replace(key, '', 'a', LIFE), true);
    });

    it('replaces nothing that is claimed, and takes the claim of a record that has ended for none', async () => {
      await store.set(key, 'a', LIFE);
      await store.claim(key);
      assert.equal(await store.replace(key, 'a', 'b', LIFE), false);
      assert.equal(await store.get(key), 'a');
      await store.set(key, 'a', 1);
      await backend.pass(1);
      assert.equal(await store.replace(key, undefined, 'b', LIFE), true);
      assert.equal(await store.claim(key), true);
    });

    it('counts the time of a record from its replacing', async () => {
      const first = `${key}:first`;
      await store.set(key, 'a', 1);
      await store.replace(key, 'a', 'b', LIFE);
      await store.replace(first, undefined, 'b', LIFE);
      await backend.pass(LIFE - 1);
      for (const replaced of [key, first]) assert.equal(await store.get(replaced), 'b');
      await backend.pass(1);
      for (const replaced of [key, first]) assert.equal(await store.get(replaced), undefined);
    });

    it(`has one winner of ${PARALLEL} that replace at once, ${TRIALS} times, as the first record and over one`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const contested = `${key}:replaced:${trial}`;
        for (const from of [undefined, 'read']) {
          if (from !== undefined) await store.set(contested, from, LIFE);
          let rank = 0;
          const replace = () => store.replace(contested, from, `written ${rank++}`, LIFE);
          assert.equal(await winnersOf(PARALLEL, replace), 1, `trial ${trial}`);
        }
      }
    });

    it('writes and claims as one: nobody claims what was written so, whoever writes beside it', async () => {
      const beside = () => Array.from({ length: 10 }, () => [store.claim(key), store.set(key, 'b', LIFE)]).flat();
      await Promise.all([store.setClaimed(key, 'a', LIFE), ...beside()]);
      await store.set(key, 'c', LIFE);
      assert.equal(await store.claim(key), false);
      const found = await store.getWithClaim(key);
      assert.equal(found?.value, 'c');
      assert.notEqual(found?.claimedAgoMs, undefined);
    });

    it('claims what it writes from that moment, or from the claim that stands', async () => {
      const [fresh, claimed, ended] = [`${key}:1`, `${key}:2`, `${key}:3`];
      await store.set(claimed, 'a', LIFE);
      await store.claim(claimed);
      await store.set(ended, 'a', 2);
      await store.claim(ended);
      await backend.pass(3);
      for (const key of [fresh, claimed, ended]) await store.setClaimed(key, 'b', LIFE);
      const ages = await Promise.all(
        [fresh, claimed, ended].map(async (key) => (await store.getWithClaim(key))?.claimedAgoMs ?? -1),
      );
      assert.deepEqual(
        ages.map((age) => age >= 3000),
        [false, true, false],
      );
      assert.ok(ages.every((age) => age >= 0 && age < 5000));
      await backend.pass(LIFE - 1);
      for (const key of [fresh, claimed, ended]) {
        assert.equal(await store.get(key), 'b', 'a second before');
        assert.equal(await store.claim(key), false);
      }
      await backend.pass(1);
      for (const key of [fresh, claimed, ended]) {
        assert.equal(await store.getWithClaim(key), undefined);
        await store.set(key, 'c', LIFE);
        assert.equal(await store.claim(key), true, 'no claim outlives its record');
      }
    });

    it('claims a record once, and gives what the first one keeps to all that come within its time', async () => {
      assert.deepEqual(await store.claimKeeping(key, 'nobody', 10, LIFE), { first: false, kept: undefined });
      await store.set(key, 'token', LIFE);
      assert.deepEqual(await store.claimKeeping(key, 'é « œuf »', 10, LIFE), { first: true, kept: 'é « œuf »' });
      assert.deepEqual(await store.claimKeeping(key, 'second', 10, LIFE), { first: false, kept: 'é « œuf »' });
      assert.equal(await store.claim(key), false);
      await store.set(key, 'rewritten', LIFE);
      await backend.pass(9);
      assert.deepEqual(await store.claimKeeping(key, 'third', 10, LIFE), { first: false, kept: 'é « œuf »' });
      const record = await store.getWithClaim(key);
      assert.ok(isAbout(record?.claimedAgoMs, 9000), `${record?.claimedAgoMs} ms`);
      await backend.pass(1);
      assert.deepEqual(await store.claimKeeping(key, 'fourth', 10, LIFE), { first: false, kept: undefined });
    });

    it('keeps nothing of a claim that kept nothing, and nothing longer than the record', async () => {
      await store.set(key, 'token', LIFE);
      await store.claim(key);
      assert.deepEqual(await store.claimKeeping(key, 'late', 10, LIFE), { first: false, kept: undefined });
      await store.set(`${key}:2`, 'token', 1);
      await store.claimKeeping(`${key}:2`, 'kept', 10, LIFE);
      await backend.pass(1);
      assert.deepEqual(await store.claimKeeping(`${key}:2`, 'late', 10, LIFE), { first: false, kept: undefined });
      await store.set(`${key}:2`, 'another', LIFE);
      await store.claim(`${key}:2`);
      assert.deepEqual(await store.claimKeeping(`${key}:2`, 'late', 10, LIFE), { first: false, kept: undefined });
    });

    it('leaves a record for so long after a claim that keeps something, and not beyond its own time', async () => {
      await store.set(key, 'token', LIFE);
      await store.claimKeeping(key, 'kept', 10, 20);
      await store.claimKeeping(key, 'second', 10, LIFE);
      await backend.pass(19);
      assert.equal(await store.get(key), 'token');
      assert.equal(await store.claim(key), false);
      await backend.pass(1);
      assert.equal(await store.get(key), undefined);
      assert.equal(await store.claim(key), false);
      await store.set(key, 'short', 5);
      await store.claimKeeping(key, 'kept', 10, LIFE);
      await backend.pass(4);
      assert.equal(await store.get(key), 'short');
      await backend.pass(1);
      assert.equal(await store.get(key), undefined);
    });

    it('deletes a record together with what is kept beside it', async () => {
      await store.set(key, 'token', LIFE);
      await store.claimKeeping(key, 'kept', 10, LIFE);
      await store.delete(key);
      assert.deepEqual(await store.claimKeeping(key, 'late', 10, LIFE), { first: false, kept: undefined });
      await store.set(key, 'again', LIFE);
      assert.deepEqual(await store.claimKeeping(key, 'another', 10, LIFE), { first: true, kept: 'another' });
      await store.delete(key);
      await store.set(key, 'once more', LIFE);
      await store.claim(key);
      assert.deepEqual(await store.claimKeeping(key, 'late', 10, LIFE), { first: false, kept: undefined });
    });

    it('deletes a record together with its claim', async () => {
      await store.set(key, 'code', LIFE);
      await store.claim(key);
      await store.delete(key);
      assert.equal(await store.get(key), undefined);
      assert.equal(await store.claim(key), false);
      await store.set(key, 'again', LIFE);
      assert.deepEqual(await store.getWithClaim(key), { value: 'again' });
      assert.equal(await store.claim(key), true);
    });

    it('holds a record for one caller, until it is let go', async () => {
      await store.set(key, 'sign-in', LIFE);
      assert.equal(await store.hold(key, LIFE), true);
      assert.equal(await store.hold(key, LIFE), false);
      await store.set(key, 'rewritten', LIFE);
      assert.equal(await store.hold(key, LIFE), false);
      await store.release(key);
      assert.equal(await store.hold(key, LIFE), true);
    });

    it('holds a record for so long, and no longer', async () => {
      await store.set(key, 'sign-in', LIFE);
      await store.hold(key, 30);
      await backend.pass(29);
      assert.equal(await store.hold(key, 30), false);
      await backend.pass(1);
      assert.equal(await store.hold(key, 30), true);
    });

    it('goes on holding what is written, replaced or claimed meanwhile', async () => {
      await store.set(key, 'a', LIFE);
      await store.hold(key, LIFE);
      await store.set(key, 'b', LIFE);
      assert.equal(await store.hold(key, LIFE), false);
      assert.equal(await store.replace(key, 'b', 'c', LIFE), true);
      assert.equal(await store.hold(key, LIFE), false);
      assert.equal((await store.claimKeeping(key, 'kept', 10, LIFE)).first, true);
      assert.equal(await store.hold(key, LIFE), false);
    });

    it('holds nothing where there is no record, and lets nothing go', async () => {
      await store.release(key);
      assert.equal(await store.hold(key, LIFE), false);
      await store.set(key, 'sign-in', LIFE);
      await store.hold(key, LIFE);
      await store.delete(key);
      assert.equal(await store.hold(key, LIFE), false);
      await store.set(key, 'again', LIFE);
      assert.equal(await store.hold(key, LIFE), true);
    });

    it('keeps what is held apart from what is claimed', async () => {
      await store.setClaimed(key, 'a', LIFE);
      assert.equal(await store.hold(key, LIFE), true);
      await store.setClaimed(key, 'b', LIFE);
      assert.equal(await store.hold(key, LIFE), false);
      await store.release(key);
      assert.equal(await store.claim(key), false);
    });

    it(`has one holder of ${PARALLEL} at once, ${TRIALS} times`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const contested = `${key}:held:${trial}`;
        await store.set(contested, 'sign-in', LIFE);
        assert.equal(await winnersOf(PARALLEL, () => store.hold(contested, LIFE)), 1, `trial ${trial}`);
      }
    });

    it(`has one winner of ${PARALLEL} claims at once, ${TRIALS} times`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const contested = `${key}:${trial}`;
        await store.set(contested, 'code', LIFE);
        assert.equal(await winnersOf(PARALLEL, () => store.claim(contested)), 1, `trial ${trial}`);
      }
    });

    it(`has one first of ${PARALLEL} claims at once, and one value that all are given, ${TRIALS} times`, async () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const contested = `${key}:kept:${trial}`;
        await store.set(contested, 'token', LIFE);
        const answers = await Promise.all(
          Array.from({ length: PARALLEL }, (_, index) => store.claimKeeping(contested, String(index), 10, LIFE)),
        );
        assert.equal(answers.filter(({ first }) => first).length, 1, `trial ${trial}`);
        assert.equal(new Set(answers.map(({ kept }) => kept)).size, 1, `trial ${trial}`);
        assert.notEqual(answers[0]?.kept, undefined);
      }
    });
  });

  if (away)
    describe(`the key-value port, on ${name}, with its store away`, () => {
      let backend: Backend<KeyValueStore>;
      before(async () => {
        backend = await away();
      });
      after(() => backend.close());

      it('says store_unavailable from every operation, and never that nothing was found', async () => {
        const store = backend.port;
        await assert.rejects(store.get('a'), unavailable);
        await assert.rejects(store.getWithClaim('a'), unavailable);
        await assert.rejects(store.set('a', 'b', LIFE), unavailable);
        await assert.rejects(store.replace('a', 'b', 'c', LIFE), unavailable);
        await assert.rejects(store.setClaimed('a', 'b', LIFE), unavailable);
        await assert.rejects(store.claim('a'), unavailable);
        await assert.rejects(store.claimKeeping('a', 'b', 1, LIFE), unavailable);
        await assert.rejects(store.hold('a', LIFE), unavailable);
        await assert.rejects(store.release('a'), unavailable);
        await assert.rejects(store.delete('a'), unavailable);
      });
    });
}
