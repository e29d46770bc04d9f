import assert from 'node:assert/strict';
import { createReferenceData } from '../../src/adapters/places/reference-data.ts';
import { readDepartement } from '../../src/domain/typed-place.ts';
import { readVectors } from './vectors.ts';

interface Vectors {
  departements: { typed: string; reads?: string; what: string }[];
  communes: { departement: string; typed: string; reads?: string; what: string }[];
}

const { departements, communes } = readVectors<Vectors>('typed-place-vectors.yaml');
const data = createReferenceData();

describe('a département as people type it', () => {
  for (const { typed, reads, what } of departements)
    it(`« ${typed} » ${reads ? `is ${reads}` : 'is none'}: ${what}`, () => {
      assert.equal(data.findDepartement(typed), reads);
    });

  it('each is found by its code, its name, both, and its former names', () => {
    for (const { code, name, former, formerNames } of data.departements()) {
      for (const typed of [code, `${code} ${name}`, ...formerNames]) assert.equal(data.findDepartement(typed), code);
      if (!former) assert.equal(data.findDepartement(name), code, name);
    }
  });
});

describe('a département whose name another had', () => {
  const of = (code: string, name: string, former: boolean, ...formerNames: string[]) => ({
    code,
    name,
    former,
    formerNames,
  });

  it('is the one of today, wherever it stands in the list', () => {
    const [past, renamed, today] = [of('1', 'Seine', true), of('2', 'Paris', false, 'Seine'), of('3', 'Seine', false)];
    assert.equal(readDepartement('Seine', [past, renamed, today]), '3');
    assert.equal(readDepartement('Seine', [today, renamed, past]), '3');
    assert.equal(readDepartement('Seine', [past, renamed]), '1');
    assert.equal(readDepartement('Seine', [renamed]), '2');
    assert.equal(readDepartement('Marne', [past, renamed, today]), undefined);
  });
});

describe('a commune as people type it', () => {
  for (const { departement, typed, reads, what } of communes)
    it(`« ${typed} » ${reads ? `is ${reads}` : 'is none'} in ${departement}: ${what}`, () => {
      assert.deepEqual(
        data.findCommunes(departement, typed).map(({ code }) => code),
        reads ? [reads] : [],
      );
    });

  it('each of today is found by its own name, whatever others are like it', () => {
    for (const { code, former } of data.departements())
      for (const commune of former ? [] : data.searchCommunes(code, '', Infinity).slice(0, 40))
        if (!commune.former) assert.equal(data.findCommunes(code, commune.name)[0]?.code, commune.code, commune.name);
  });
});
