/** What our captcha asks for and takes, and the randomness of its picture and sound. */
import assert from 'node:assert/strict';
import { ALPHABET, drawAnswer, isSameAnswer, normaliseAnswer } from '../../src/adapters/captcha/answer.ts';
import { createSeededRandom } from '../../src/adapters/captcha/seeded-random.ts';

describe('the answer of our captcha', () => {
  it('is six of seventeen characters, none of which looks or reads like another', () => {
    assert.equal(ALPHABET, '34679ACEHJKMRTWXY');
    const answers = Array.from({ length: 2000 }, drawAnswer);
    for (const answer of answers) assert.match(answer, /^[34679ACEHJKMRTWXY]{6}$/);
    assert.equal(new Set(answers.join('')).size, 17, 'each character is drawn, the first and the last too');
    assert.ok(new Set(answers).size > 1990);
  });

  it('is taken in any case, with spaces, and in full-width forms', () => {
    for (const typed of ['A3K4XW', 'a3k4xw', ' a3 k4\u00a0xw\n', 'Ａ３Ｋ４ＸＷ']) {
      assert.equal(normaliseAnswer(typed), 'A3K4XW');
      assert.equal(isSameAnswer(typed, 'A3K4XW'), true, typed);
    }
  });

  it('is no other, nor a part of it, nor more than it', () => {
    for (const typed of ['', 'A3K4X', 'A3K4XWW', 'A3K4XY', '3AK4XW', 'A-3K4XW'])
      assert.equal(isSameAnswer(typed, 'A3K4XW'), false, typed);
  });
});

describe('the randomness of a seed', () => {
  const drawn = (seed: string, purpose: string) => createSeededRandom(seed, purpose).bytes(16).toString('hex');

  it('is the same for a seed and a purpose, and another for each other of either', () => {
    assert.equal(drawn('one', 'picture'), drawn('one', 'picture'));
    assert.equal(new Set([drawn('one', 'picture'), drawn('two', 'picture'), drawn('one', 'sound')]).size, 3);
    assert.notEqual(drawn('b', 'a'), drawn('a', 'b'));
  });

  it('fills its ranges and leaves them never, over many pools', () => {
    const random = createSeededRandom('one', 'picture');
    const numbers = Array.from({ length: 5000 }, () => random.between(-2, 3));
    assert.ok(numbers.every((number) => number >= -2 && number < 3));
    assert.ok(Math.min(...numbers) < -1.98 && Math.max(...numbers) > 2.98);
    assert.equal(new Set(numbers).size, 5000, 'no pool is read twice');
    const indices = Array.from({ length: 500 }, () => random.index(4));
    assert.deepEqual([...new Set(indices)].sort(), [0, 1, 2, 3]);
  });
});
