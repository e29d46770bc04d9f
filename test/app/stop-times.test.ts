import assert from 'node:assert/strict';
import { longestStopMs, STOP_MS, within } from '../../src/app/stop-times.ts';

describe('a part of a stop', () => {
  it('is waited for until it ends, well or not', async () => {
    assert.equal(await within(1000, Promise.resolve('done')), true);
    assert.equal(await within(1000, Promise.reject(new Error('no'))), true);
  });

  it('is left when its time is over, and not before', async () => {
    const startedAt = performance.now();
    assert.equal(await within(50, new Promise(() => {})), false);
    const tookMs = performance.now() - startedAt;
    assert.ok(tookMs >= 45 && tookMs < 1000, `${tookMs} ms`);
  });

  it('keeps no process alive once it has ended', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    // Mocha has set its own by then.
    await within(1, Promise.resolve());
    const before = timers();
    await within(5000, Promise.resolve());
    assert.equal(timers(), before);
  });

  it('counts in the longest stop, as the drain does', () => {
    assert.deepEqual(STOP_MS, { requests: 8000, jobs: 8000, worker: 2000, stores: 2000 });
    assert.deepEqual([longestStopMs(0), longestStopMs(5)], [20_000, 25_000]);
  });
});
