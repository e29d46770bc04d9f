import assert from 'node:assert/strict';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { moveDate } from '../support/clock.ts';

describe('the clock and the generator of the machine', () => {
  it('tell the time of now, at each call', () => {
    const before = systemClock.now().getTime();
    assert.ok(Math.abs(before - Date.now()) < 1000);
    moveDate(3600);
    try {
      assert.ok(systemClock.now().getTime() - before >= 3_600_000);
    } finally {
      moveDate(-3600);
    }
  });

  it('draw tokens of 256 bits that may stand in an address, no two alike', () => {
    const tokens = Array.from({ length: 1000 }, () => systemRandom.token());
    for (const token of tokens) assert.match(token, /^[\w-]{43}$/);
    assert.equal(new Set(tokens).size, 1000);
  });

  it('draw ids of version 4, no two alike', () => {
    const ids = Array.from({ length: 1000 }, () => systemRandom.uuid());
    for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(new Set(ids).size, 1000);
  });

  it('draw as many digits as are asked for, each in each place as often as the others, 0 and 9 included', () => {
    for (const count of [0, 1, 6, 9]) assert.match(systemRandom.digits(count), new RegExp(`^\\d{${count}}$`));
    const codes = Array.from({ length: 6000 }, () => systemRandom.digits(6));
    for (let place = 0; place < 6; place++)
      for (const digit of '0123456789') {
        const times = codes.filter((code) => code[place] === digit).length;
        // 600 on average: nine deviations away.
        assert.ok(times > 390 && times < 810, `${digit} stands ${times} times at ${place}`);
      }
  });
});
