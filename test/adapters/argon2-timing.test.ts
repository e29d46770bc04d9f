import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createArgon2 } from '../../src/adapters/argon2.ts';

const PASSWORD = 'Ardoise-Ruisseau-48';
const peppers = [{ id: 'p1', key: randomBytes(32) }];
const settings = { memoryKiB: 19_456, iterations: 2, parallelism: 1, running: 1, waiting: 3, peppers };

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
});

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
