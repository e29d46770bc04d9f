import assert from 'node:assert/strict';
import { ALPHABET, drawAnswer, isSameAnswer } from '../../src/adapters/captcha/answer.ts';

/** Of each group a picture could make one of the other: one of them at most may be asked for. */
const CONFUSABLE = ['0ODQ', '1IL', '2Z', '5S', '8B3', '6G', 'UVY', 'MN', 'EF', 'PR'];

describe('the answer of a captcha', () => {
  it('has six characters of the alphabet, each of them as often as the others', () => {
    const seen = new Map<string, number>();
    for (let count = 0; count < 5000; count++) {
      const answer = drawAnswer();
      assert.match(answer, new RegExp(`^[${ALPHABET}]{6}$`));
      for (const character of answer) seen.set(character, (seen.get(character) ?? 0) + 1);
    }
    const expected = 30_000 / ALPHABET.length;
    assert.equal(seen.size, ALPHABET.length);
    for (const [character, times] of seen)
      assert.ok(Math.abs(times - expected) < 6 * Math.sqrt(expected), `${character}: ${times}`);
  });

  it('never has two characters that look alike', () => {
    assert.equal(new Set(ALPHABET).size, ALPHABET.length);
    for (const group of CONFUSABLE)
      assert.ok([...group].filter((character) => ALPHABET.includes(character)).length <= 1, group);
  });

  it('is compared without case and spaces, and by nothing less', () => {
    assert.ok(isSameAnswer(' a 3k 4xw ', 'A3K4XW'));
    for (const typed of ['', 'A3K4X', 'A3K4XWW', 'A3K4XY', 'A3K4-XW']) assert.ok(!isSameAnswer(typed, 'A3K4XW'), typed);
  });
});
