/** The suite of the tallies. */
import assert from 'node:assert/strict';
import { KEPT_SECONDS, SLOT_SECONDS } from '../../src/domain/tally-slots.ts';
import type { Clock } from '../../src/ports/system.ts';
import type { Tallies, TallyName } from '../../src/ports/tallies.ts';
import { type Backend, type Opening, unavailable, unique } from './backends.ts';

/** A port, and the clock that it counts by. */
export type Timed = { readonly tallies: Tallies; readonly clock: Clock };

export function describeTallies(name: string, { open, away }: Opening<Timed>): void {
  describe(`the tallies, on ${name}`, () => {
    let backend: Backend<Timed>;
    before(async () => {
      backend = await open();
    });
    after(() => backend.close());

    // The suites share one redis-server: each test counts under a name of its own.
    const ownName = () => unique() as TallyName;
    /** What was counted in slots that began so long ago, and until so long ago. */
    const sum = (tally: TallyName, fromSeconds: number, toSeconds = -SLOT_SECONDS) => {
      const now = backend.port.clock.now().getTime();
      const ago = (seconds: number) => new Date(now - seconds * 1000);
      return backend.port.tallies.sum(tally, ago(fromSeconds), ago(toSeconds));
    };

    it('count what is added, each name apart', async () => {
      const [one, other] = [ownName(), ownName()];
      for (let times = 0; times < 3; times++) await backend.port.tallies.add(one);
      await backend.port.tallies.add(other);
      assert.deepEqual([await sum(one, SLOT_SECONDS), await sum(other, SLOT_SECONDS)], [3, 1]);
      assert.equal(await sum(ownName(), SLOT_SECONDS), 0);
    });

    it('count exactly as many as are added at once', async () => {
      const tally = ownName();
      await Promise.all(Array.from({ length: 200 }, () => backend.port.tallies.add(tally)));
      assert.equal(await sum(tally, SLOT_SECONDS), 200);
    });

    it('tell slots of different times apart', async () => {
      const tally = ownName();
      await backend.port.tallies.add(tally);
      await backend.pass(2 * SLOT_SECONDS);
      for (let times = 0; times < 2; times++) await backend.port.tallies.add(tally);
      assert.equal(await sum(tally, SLOT_SECONDS), 2);
      assert.equal(await sum(tally, 3 * SLOT_SECONDS), 3);
      assert.equal(await sum(tally, 3 * SLOT_SECONDS, SLOT_SECONDS), 1);
    });

    it('keep a number for six hours, and not beyond', async () => {
      const tally = ownName();
      await backend.port.tallies.add(tally);
      await backend.pass(KEPT_SECONDS - SLOT_SECONDS);
      await backend.port.tallies.add(tally);
      assert.equal(await sum(tally, 2 * KEPT_SECONDS), 2);
      await backend.pass(SLOT_SECONDS);
      await backend.port.tallies.add(tally);
      assert.equal(await sum(tally, 2 * KEPT_SECONDS), 2, 'the first is gone');
    });

    it('are asked about no time at all: none', async () => {
      const tally = ownName();
      await backend.port.tallies.add(tally);
      const now = backend.port.clock.now();
      assert.equal(await backend.port.tallies.sum(tally, now, now), 0);
      assert.equal(await sum(tally, 0, SLOT_SECONDS), 0, 'nor about one that ends before it begins');
    });
  });

  if (away)
    describe(`the tallies, on ${name}, with the store away`, () => {
      let backend: Backend<Timed>;
      before(async () => {
        backend = await away();
      });
      after(() => backend.close());

      it('say store_unavailable', async () => {
        const { tallies, clock } = backend.port;
        await assert.rejects(tallies.add('codes-sent'), unavailable);
        const hourAgo = new Date(clock.now().getTime() - 3_600_000);
        await assert.rejects(tallies.sum('codes-sent', hourAgo, clock.now()), unavailable);
      });
    });
}
