import assert from 'node:assert/strict';
import { hasNirShape, maskNir, nirKey, parseNir } from '../../src/domain/nir.ts';
import { codesOf, readVectors } from './vectors.ts';

interface Vectors {
  numbers: { nir: string; key: string; what?: string }[];
  accepted: { typed: string; reads: string; what: string }[];
  refused: { typed: string; code: string; what: string }[];
}

const { numbers, accepted, refused } = readVectors<Vectors>('nir-vectors.yaml');
const months = Array.from({ length: 100 }, (_, month) => String(month).padStart(2, '0'));

describe('a NIR', () => {
  for (const { nir, key, what } of numbers) {
    const called = what ? `${nir} (${what})` : nir;

    it(`${called} has the key ${key}`, () => {
      assert.equal(nirKey(nir), Number(key));
    });

    it(`${called} is read with its key, without it, and with no other`, () => {
      assert.equal(parseNir(nir, 'identifier'), nir);
      assert.equal(parseNir(nir + key, 'identifier'), nir);
      for (let other = 0; other < 100; other++)
        if (other !== Number(key))
          assert.deepEqual(
            codesOf(() => parseNir(nir + String(other).padStart(2, '0'), 'identifier')),
            ['nir_key'],
            `key ${other}`,
          );
    });
  }

  for (const { typed, reads, what } of accepted)
    it(`is read when it holds ${what}`, () => {
      assert.equal(parseNir(typed, 'identifier'), reads);
    });

  for (const { typed, code, what } of refused)
    it(`is refused as ${code} when it is ${what}`, () => {
      assert.deepEqual(
        codesOf(() => parseNir(typed, 'identifier')),
        [code],
      );
    });

  it('may have the months 01 to 12 and 20 to 99, and no other', () => {
    const possible = months.filter((month) => hasNirShape(`284${month}88321025`));
    assert.deepEqual(
      possible,
      months.filter((month) => (month >= '01' && month <= '12') || month >= '20'),
    );
    assert.equal(possible.length, 92);
  });

  it('is thirteen characters, and none before or after', () => {
    assert.equal(hasNirShape('2550814168025'), true);
    for (const other of ['x2550814168025', '2550814168025x', '22550814168025', '255081416802'])
      assert.equal(hasNirShape(other), false, other);
  });

  it('is refused as nir_shape for the months 00 and 13 to 19, with a key or without', () => {
    for (const month of ['00', '13', '14', '15', '16', '17', '18', '19']) {
      const number = `284${month}88321025`;
      const key = String(nirKey(number)).padStart(2, '0');
      for (const typed of [number, number + key])
        assert.deepEqual(
          codesOf(() => parseNir(typed, 'identifier')),
          ['nir_shape'],
          typed,
        );
    }
  });

  it('has key 97 when the number divides by 97, and a key under 10 with its zero', () => {
    const divides = 2840588321025n - (2840588321025n % 97n);
    assert.equal(nirKey(String(divides)), 97);
    assert.equal(parseNir(`${divides}97`, 'identifier'), String(divides));
    const next = String(divides + 96n);
    assert.equal(nirKey(next), 1);
    assert.equal(parseNir(`${next}01`, 'identifier'), next);
  });

  it('refuses the field that it was asked to read, and quotes nothing of what was typed', () => {
    assert.throws(
      () => parseNir('255081416802539', 'numero'),
      (error: { fields: unknown; message: string }) => {
        assert.deepEqual(error.fields, [{ field: 'numero', code: 'nir_key' }]);
        assert.doesNotMatch(error.message, /255/);
        return true;
      },
    );
  });

  it('is masked to its sex, its year and its last two digits', () => {
    assert.equal(maskNir('2550814168025'), '2 55 •• •• ••• •25');
    assert.equal(maskNir('284052A321025'), '2 84 •• •• ••• •25');
  });
});
