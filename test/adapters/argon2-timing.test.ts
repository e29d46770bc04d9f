import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createArgon2 } from '../../src/adapters/argon2.ts';

const PASSWORD = 'Ardoise-Ruisseau-48';
const peppers = [{ id: 'p1', key: randomBytes(32) }];
const clock = { now: () => new Date() };
const settings = {
  ...{ memoryKiB: 19_456, iterations: 2, parallelism: 1, running: 1, waiting: 3 },
  ...{ peppers, clock, readCosts: async (): Promise<readonly string[]> => [] },
};

describe('argon2, in time', () => {
  it('spends on an unknown identifier what it spends on a known one', async () => {
    const full = await createArgon2(settings);
    const hash = await full.hash(PASSWORD);
    const timed = async (work: () => Promise<boolean>) => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    };
    const [known, unknown]: [number[], number[]] = [[], []];
    for (let trial = 0; trial < 15; trial++) {
      known.push(await timed(() => full.verify('wrong', hash)));
      unknown.push(await timed(() => full.verify('wrong', undefined)));
    }
    const ratio = median(unknown) / median(known);
    assert.ok(ratio > 0.6 && ratio < 1.6, `unknown costs ${ratio.toFixed(2)} of known`);
  });

  it('spends the same on an old hash, on one of today and on nobody, once the cost was raised', async () => {
    const old = { ...settings, iterations: 1 };
    const raised = await createArgon2({ ...settings, readCosts: async () => ['m=19456,t=1,p=1', 'm=19456,t=2,p=1'] });
    const hashes = {
      old: await (await createArgon2(old)).hash(PASSWORD),
      today: await raised.hash(PASSWORD),
      nobody: undefined,
    };
    const times: Record<keyof typeof hashes, number[]> = { old: [], today: [], nobody: [] };
    for (let trial = 0; trial < 11; trial++)
      for (const who of ['old', 'today', 'nobody'] as const) {
        const start = performance.now();
        await raised.verify('wrong', hashes[who]);
        times[who].push(performance.now() - start);
      }
    for (const who of ['old', 'today'] as const) {
      const ratio = median(times[who]) / median(times.nobody);
      assert.ok(ratio > 0.75 && ratio < 1.33, `${who} costs ${ratio.toFixed(2)} of nobody`);
    }
  });
});

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
