import assert from 'node:assert/strict';
import { maskProvisionalIdentifier, parseProvisionalIdentifier } from '../../src/domain/provisional-identifier.ts';
import { codesOf } from './vectors.ts';

const accepted: readonly (readonly [typed: string, what: string])[] = [
  ['P40718352', 'P and 8 digits'],
  ['p40718352', 'a lower-case p'],
  ['40718352', 'the 8 digits alone'],
  ['P 4071 8352', 'spaces'],
  ['P-40.71.83.52', 'dots and dashes'],
  ['P\u00a04071\u202f8352', 'no-break spaces'],
];

const refused: readonly (readonly [typed: string, what: string])[] = [
  ['P', 'P alone'],
  ['4071835', '7 digits'],
  ['407183521', '9 digits'],
  ['PP40718352', 'two P'],
  ['Q40718352', 'another letter'],
  ['40718352P', 'P at the end'],
  ['4071835O', 'a letter O for a zero'],
  ['４０７１８３５２', 'full-width digits'],
  ['Ｐ40718352', 'a full-width P'],
  ['Р40718352', 'a Cyrillic Р'],
  ['P\u200b40718352', 'a zero-width space (U+200B)'],
];

describe('a provisional identifier', () => {
  for (const [typed, what] of accepted)
    it(`is read with ${what}`, () => {
      assert.equal(parseProvisionalIdentifier(typed, 'identifier'), 'P40718352');
    });

  for (const [typed, what] of refused)
    it(`is refused when it is ${what}`, () => {
      assert.deepEqual(
        codesOf(() => parseProvisionalIdentifier(typed, 'identifier')),
        ['provisional_identifier_shape'],
      );
    });

  for (const [typed, code, what] of [
    ['2550814168025', 'identifier_is_nir', 'a NIR'],
    ['2 55 08 14 168 025 38', 'identifier_is_nir', 'a NIR with spaces and its key'],
    ['284052a321025', 'identifier_is_nir', 'a NIR of Corsica'],
    ['255081416802539', 'identifier_is_nir', 'a NIR with a wrong key, which its own form tells'],
    ['1991399999999', 'identifier_is_nir', 'a NIR of no month, which its own form tells'],
    ['7 55 08 14 168 025', 'nir_provisional', 'a number that starts with 7'],
    ['855081416802538', 'nir_provisional', 'a number that starts with 8, with a key'],
    ['255081416802', 'provisional_identifier_shape', '12 characters'],
    ['2550814168025381', 'provisional_identifier_shape', '16 characters'],
    ['7550814168025381', 'provisional_identifier_shape', '16 characters that start with 7'],
    ['Q7550814168025', 'provisional_identifier_shape', 'a number that starts with 7 behind a letter'],
    ['Q2550814168025', 'provisional_identifier_shape', 'a NIR behind another letter'],
    ['P2550814168025', 'provisional_identifier_shape', 'a NIR behind a P'],
    ['3550814168025', 'provisional_identifier_shape', 'a number that starts with 3'],
  ] as const)
    it(`is refused as ${code} when it is ${what}`, () => {
      assert.deepEqual(
        codesOf(() => parseProvisionalIdentifier(typed, 'identifier')),
        [code],
      );
    });

  it('is a required field when it is nothing', () => {
    for (const typed of ['', '  ', '--'])
      assert.deepEqual(
        codesOf(() => parseProvisionalIdentifier(typed, 'identifier')),
        ['field_required'],
      );
  });

  it('may have any 8 digits, also those that begin with 7 or 8 or 0', () => {
    for (const digits of ['75508141', '85508141', '00000000'])
      assert.equal(parseProvisionalIdentifier(digits, 'identifier'), `P${digits}`);
  });

  it('is masked to its last two digits', () => {
    assert.equal(maskProvisionalIdentifier('P40718325'), 'P •• •• •• 25');
  });
});
