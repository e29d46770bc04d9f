/** A process of which the signals and the end are the test's own. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mock } from 'node:test';
import { stopOnSignals } from '../../src/app/signals.ts';

const LONGEST_MS = 20_000;

describe('a process that is signalled', () => {
  let signals: EventEmitter;
  let codes: number[];
  let stops: number;
  let end: { resolve(): void; reject(error: Error): void };
  let leave: () => unknown;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    signals = new EventEmitter();
    codes = [];
    stops = 0;
    const stop = () => {
      stops += 1;
      const { promise, ...ends } = Promise.withResolvers<void>();
      end = ends;
      return promise;
    };
    const exit = (code: number) => codes.push(code);
    leave = stopOnSignals(LONGEST_MS, stop, { on: (signal, listener) => signals.on(signal, listener), exit });
  });
  afterEach(() => mock.reset());

  for (const signal of ['SIGTERM', 'SIGINT']) {
    it(`stops once by ${signal}, and ends well when the stop has ended, not before`, async () => {
      signals.emit(signal);
      await Promise.resolve();
      assert.deepEqual([stops, codes], [1, []]);
      end.resolve();
      await new Promise(setImmediate);
      assert.deepEqual([stops, codes], [1, [0]]);
    });

    it(`ends at once by ${signal} that comes second`, () => {
      signals.emit('SIGTERM');
      assert.deepEqual(codes, []);
      signals.emit(signal);
      assert.deepEqual([stops, codes], [1, [1]]);
    });
  }

  it('ends a second after the longest stop, whatever keeps it', () => {
    signals.emit('SIGTERM');
    mock.timers.tick(LONGEST_MS + 999);
    assert.deepEqual(codes, []);
    mock.timers.tick(1);
    assert.deepEqual(codes, [1]);
  });

  it('ends badly when the stop fails, and says why', async () => {
    const said = mock.method(console, 'error', () => {});
    const error = new Error('away');
    signals.emit('SIGTERM');
    end.reject(error);
    await new Promise(setImmediate);
    assert.deepEqual([codes, said.mock.calls[0]?.arguments], [[1], [error]]);
  });

  it('that stops already, does so once when it is left as well', () => {
    leave();
    assert.deepEqual([stops, codes], [1, []]);
    leave();
    assert.deepEqual([stops, codes], [1, []]);
  });
});
