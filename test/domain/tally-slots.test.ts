import assert from 'node:assert/strict';
import { KEPT_SECONDS, SLOT_SECONDS, slotOf, slotsBetween } from '../../src/domain/tally-slots.ts';

const at = (seconds: number) => new Date(seconds * 1000);

describe('the slots of a tally', () => {
  it('are of five minutes, and kept for six hours', () => {
    assert.equal(SLOT_SECONDS, 300);
    assert.equal(KEPT_SECONDS, 21_600);
  });

  it('each begin at their first millisecond and end before that of the next', () => {
    assert.equal(slotOf(at(600)), 2);
    assert.equal(slotOf(at(899.999)), 2);
    assert.equal(slotOf(at(900)), 3);
    assert.equal(slotOf(at(0)), 0);
  });

  it('between two moments are those that begin at the first or later, and before the second', () => {
    assert.deepEqual(slotsBetween(at(600), at(1200)), [2, 3]);
    assert.deepEqual(slotsBetween(at(600.001), at(1200)), [3]);
    assert.deepEqual(slotsBetween(at(599.999), at(1200.001)), [2, 3, 4]);
  });

  it('between two moments are none, where no slot begins or the second comes first', () => {
    assert.deepEqual(slotsBetween(at(601), at(899)), []);
    assert.deepEqual(slotsBetween(at(600), at(600)), []);
    assert.deepEqual(slotsBetween(at(1200), at(600)), []);
  });

  it('of an hour are twelve', () => {
    assert.equal(slotsBetween(at(3600), at(7200)).length, 12);
  });
});
