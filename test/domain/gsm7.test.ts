import assert from 'node:assert/strict';
import { fitsOneSms, isGsm7, lengthInSeptets } from '../../src/domain/gsm7.ts';

describe('the alphabet of an SMS', () => {
  it('has the French letters é è à ù ì ò Ç É, and the basic signs', () => {
    assert.ok(isGsm7('éèàùìòÇÉ @£$¥\n\r!"#¤%&\'()*+,-./:;<=>?_§¿¡ 0123456789 ABCXYZ abcxyz'));
  });

  for (const character of [...'êâîôûçœ’«»ëïÀÈ', '\u00a0', '😀', 'e\u0301', '`', '…', '–'])
    it(`has no ${JSON.stringify(character)}`, () => assert.equal(isGsm7(`un ${character} mot`), false));

  it('counts an extended character for two', () => {
    assert.equal(lengthInSeptets('abc'), 3);
    assert.equal(lengthInSeptets('€'), 2);
    assert.equal(lengthInSeptets('[a]{b}\\~^|\f'), 2 + 18);
    assert.equal(lengthInSeptets(''), 0);
  });

  it('has 128 places, one of which is the escape to the 10 extended characters', () => {
    const all = Array.from({ length: 0x2100 }, (_, point) => String.fromCodePoint(point)).filter(isGsm7);
    assert.equal(all.filter((character) => lengthInSeptets(character) === 1).length, 127);
    assert.equal(all.filter((character) => lengthInSeptets(character) === 2).length, 10);
  });

  it('does not measure a text that is outside it', () =>
    assert.throws(() => lengthInSeptets('fenêtre'), {
      name: 'RangeError',
      message: 'not a text of the GSM 7-bit alphabet',
    }));

  it('is full at 160', () => {
    assert.equal(fitsOneSms('a'.repeat(160)), true);
    assert.equal(fitsOneSms('a'.repeat(161)), false);
    assert.equal(fitsOneSms(`${'a'.repeat(158)}€`), true);
    assert.equal(fitsOneSms(`${'a'.repeat(159)}€`), false);
    assert.equal(fitsOneSms('ê'), false);
  });
});
