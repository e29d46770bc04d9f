import assert from 'node:assert/strict';
import { createReferenceData } from '../../src/adapters/places/reference-data.ts';
import type { Birthplace } from '../../src/domain/birthplace.ts';
import {
  type CommuneHistory,
  communeCodeAtBirth,
  FRANCE,
  findArrondissement,
  formerTerritory,
  isSameBirthplace,
  isSameCommune,
} from '../../src/domain/birthplace.ts';
import { areSameDepartements, departementOf, overseasDepartements } from '../../src/domain/departement.ts';
import { readVectors } from './vectors.ts';

interface Either {
  one: string;
  other: string;
  bornOn: string;
  same: boolean;
  what: string;
}

interface Place {
  code?: string;
  country?: string;
  city?: string;
}

interface Vectors {
  departements: Either[];
  communes: Either[];
  places: { recorded: Place; typed: Place; bornOn: string; same: boolean; what: string }[];
}

const { departements, communes, places } = readVectors<Vectors>('birthplace-vectors.yaml');
const reference = createReferenceData();
const { history } = reference;
const birthplace = ({ code, country, city }: Place): Birthplace => ({
  communeCode: code,
  countryCode: country ?? FRANCE,
  city,
});

describe('a département of birth', () => {
  for (const { one, other, bornOn, same, what } of departements)
    it(`${one} ${same ? 'may' : 'may not'} be said for ${other} of a birth on ${bornOn}: ${what}`, () => {
      assert.equal(areSameDepartements(one, other, bornOn), same);
      assert.equal(areSameDepartements(other, one, bornOn), same);
    });

  it('is read from the code of a commune: two characters, or three overseas', () => {
    assert.deepEqual(['31555', '2A004', '20004', '97411', '98735', '96250', '59781', '19787'].map(departementOf), [
      '31',
      '2A',
      '20',
      '974',
      '987',
      '96',
      '59',
      '19',
    ]);
  });

  it('overseas is one of thirteen, each of which may be said for 97 and for no other', () => {
    const all = '971 972 973 974 975 976 977 978 984 986 987 988 989'.split(' ');
    assert.deepEqual(overseasDepartements, all);
    for (const code of all) assert.equal(areSameDepartements('97', code, '1990-01-01'), true, code);
  });
});

describe('a commune of birth', () => {
  for (const { one, other, bornOn, same, what } of communes)
    it(`${one} ${same ? 'is' : 'is not'} ${other} for a birth on ${bornOn}: ${what}`, () => {
      assert.equal(isSameCommune(one, other, bornOn, history), same);
      assert.equal(isSameCommune(other, one, bornOn, history), same);
    });

  it('that went through codes in a circle is compared once, and found', () => {
    const moves: Record<string, string> = { '00001': '00002', '00002': '00003', '00003': '00001' };
    const circle: CommuneHistory = {
      has: (code) => code in moves,
      movesFrom: (code) => (moves[code] ? [{ to: moves[code] }] : []),
      predecessors: () => [],
    };
    assert.ok(isSameCommune('00001', '00003', '1980-01-01', circle));
    assert.equal(isSameCommune('00001', '00004', '1980-01-01', circle), false);
  });

  it('that is chosen in the list of today is recorded by its code of the day of birth', () => {
    assert.equal(communeCodeAtBirth('92050', '1950-01-01', history), '75050');
    assert.equal(communeCodeAtBirth('91228', '1967-12-31', history), '78228');
    assert.equal(communeCodeAtBirth('91182', '1967-12-31', history), '78182');
    assert.equal(communeCodeAtBirth('94047', '1967-12-31', history), '78360');
    assert.equal(communeCodeAtBirth('92050', '1968-01-01', history), '92050');
    assert.equal(communeCodeAtBirth('31555', '1950-01-01', history), '31555');
    assert.equal(communeCodeAtBirth('2A004', '1950-01-01', history), '2A004');
  });

  it('of Essonne to Val-d’Oise has one code of Seine or Seine-et-Oise, but for Les Ulis, which 1977 created', () => {
    const names = ['91', '92', '93', '94', '95'].flatMap((code) => reference.searchCommunes(code, '', Infinity));
    const codes = [...new Set(names.map(({ code }) => code))];
    const divided = (code: string) => history.predecessors(code).filter((former) => /^7[58]/.test(former)).length;
    assert.deepEqual(
      codes.filter((code) => divided(code) !== 1),
      ['91692'],
    );
    assert.ok(codes.length > 500, `${codes.length} codes`);
  });
});

describe('a birthplace', () => {
  for (const { recorded, typed, bornOn, same, what } of places)
    it(`${same ? 'is the same' : 'is another'} on ${bornOn} with ${what}`, () => {
      assert.equal(isSameBirthplace(birthplace(recorded), birthplace(typed), bornOn, history), same);
    });

  it('without a commune is compared with no history of communes', () => {
    const silent: CommuneHistory = { has: () => false, movesFrom: () => assert.fail(), predecessors: () => [] };
    const toulouse = birthplace({ code: '31555' });
    for (const pair of [
      [birthplace({}), toulouse],
      [toulouse, birthplace({})],
    ] as const)
      assert.equal(isSameBirthplace(...pair, '1980-01-01', silent), false);
    assert.throws(() => isSameBirthplace(toulouse, birthplace({ code: '31557' }), '1980-01-01', silent));
  });

  it('is in a former territory only by a commune of France', () => {
    assert.equal(formerTerritory({ communeCode: '92250', countryCode: FRANCE }, '1950-01-01'), '99352');
    assert.equal(formerTerritory({ communeCode: '92250', countryCode: '99350' }, '1950-01-01'), undefined);
    assert.equal(formerTerritory({ countryCode: FRANCE }, '1950-01-01'), undefined);
    assert.equal(formerTerritory({ communeCode: '31555', countryCode: FRANCE }, '1950-01-01'), undefined);
  });
});

describe('an arrondissement', () => {
  it('has the code of its city and its number, from the first to the last', () => {
    const found = (city: string, ...numbers: number[]) => numbers.map((number) => findArrondissement(city, number));
    assert.deepEqual(found('PARIS', 0, 1, 20, 21), [undefined, '75101', '75120', undefined]);
    assert.deepEqual(found('LYON', 0, 1, 9, 10), [undefined, '69381', '69389', undefined]);
    assert.deepEqual(found('MARSEILLE', 0, 1, 16, 17), [undefined, '13201', '13216', undefined]);
    assert.deepEqual(found('TOULOUSE', 0, 1), [undefined, undefined]);
  });
});
