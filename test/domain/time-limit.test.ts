import assert from 'node:assert/strict';
import { endOf } from '../../src/domain/time-limit.ts';

const LIMIT = { interactionIdleSeconds: 900, interactionMaximumSeconds: 3600 };

describe('the time that a person may take', () => {
  it('is counted from the last step on', () => {
    assert.equal(endOf({ beganAt: 1000, lastStepAt: 1600 }, LIMIT), 2500);
  });

  it('is never longer than the longest from the beginning on, whatever was done meanwhile', () => {
    assert.equal(endOf({ beganAt: 1000, lastStepAt: 4500 }, LIMIT), 4600);
  });
});
