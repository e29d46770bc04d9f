import assert from 'node:assert/strict';
import { isSameBirthDate, readBirthDate } from '../../src/domain/birth-date.ts';
import type { CommuneHistory } from '../../src/domain/birthplace.ts';
import {
  areSameParents,
  type CivilIdentity,
  candidateKey,
  isSamePerson,
  type Parent,
  type TypedIdentity,
} from '../../src/domain/civil-identity.ts';
import { areSameGivenNames, isSameBirthName, normaliseName } from '../../src/domain/civil-names.ts';
import { readVectors } from './vectors.ts';

interface Pair<Value = string> {
  recorded: Value;
  typed: Value;
  same: boolean;
  what: string;
}

interface Vectors {
  normalised: { name: string; reads: string; what: string }[];
  birthNames: Pair[];
  givenNames: Pair[];
  birthDates: Pair[];
  typedDates: { typed: string; reads?: string; fault?: string; what: string }[];
  parents: { recorded: [string, string][]; typed: ([string, string] | 'unknown')[]; same: boolean; what: string }[];
}

const vectors = readVectors<Vectors>('civil-identity-vectors.yaml');
const TODAY = '2026-11-23';
const noHistory: CommuneHistory = { has: () => false, movesFrom: () => [], predecessors: () => [] };
const verb = (same: boolean) => (same ? 'is the same with' : 'is another with');
const parentOf = ([birthName, givenNames]: [string, string]): Parent => ({ birthName, givenNames });
const parentsOf = (pairs: [string, string][]): Parent[] => pairs.map(parentOf);

const nadia: CivilIdentity = {
  birthName: 'EL AMRANI',
  givenNames: 'NADIA',
  sex: 'female',
  birthDate: '1995-10-30',
  birthplace: { countryCode: '99350', city: 'FES' },
  parents: parentsOf([
    ['EL AMRANI', 'HASSAN'],
    ['BERRADA', 'AICHA'],
  ]),
};
const martine: CivilIdentity = {
  birthName: 'DURAND',
  givenNames: 'MARTINE ANNE',
  sex: 'female',
  birthDate: '1955-08-14',
  birthplace: { communeCode: '31555', countryCode: '99100' },
};

describe('a name, normalised', () => {
  for (const { name, reads, what } of vectors.normalised)
    it(`reads « ${reads} » where there is ${what}`, () => {
      assert.equal(normaliseName(name), reads);
      assert.equal(normaliseName(normaliseName(name)), reads);
    });
});

describe('a birth name', () => {
  for (const { recorded, typed, same, what } of vectors.birthNames)
    it(`${verb(same)} ${what}: ${recorded}, ${typed}`, () => {
      assert.equal(isSameBirthName(recorded, typed), same);
      assert.equal(isSameBirthName(typed, recorded), same);
    });
});

describe('given names', () => {
  for (const { recorded, typed, same, what } of vectors.givenNames)
    it(`${recorded || '(none)'} ${same ? 'are' : 'are not'} those of a person who types ${what}`, () => {
      assert.equal(areSameGivenNames(recorded, typed), same);
    });
});

describe('a birth date', () => {
  for (const { recorded, typed, same, what } of vectors.birthDates)
    it(`recorded as ${recorded} ${same ? 'accepts' : 'refuses'} ${what}`, () => {
      assert.equal(isSameBirthDate(recorded, typed), same);
    });

  for (const { typed, reads, fault, what } of vectors.typedDates)
    it(`${reads ? 'is read' : `is refused as ${fault}`} when ${what} is typed`, () => {
      assert.deepEqual(readBirthDate(typed, TODAY), reads ? { birthDate: reads } : { fault });
    });

  it('has a day of its month, the last of which is the one of the calendar', () => {
    const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for (const [index, length] of lengths.entries()) {
      assert.ok('birthDate' in readBirthDate(`${length}/${index + 1}/1981`, TODAY), `month ${index + 1}`);
      assert.deepEqual(readBirthDate(`${length + 1}/${index + 1}/1981`, TODAY), { fault: 'not_in_calendar' });
    }
  });

  it('of 29 February is refused as too old only when the whole of its 120 years are past', () => {
    assert.deepEqual(readBirthDate('29/02/1904', '2024-02-29'), { birthDate: '1904-02-29' });
    assert.deepEqual(readBirthDate('28/02/1904', '2024-02-29'), { fault: 'too_old' });
  });
});

describe('parents', () => {
  for (const { recorded, typed, same, what } of vectors.parents)
    it(`${same ? 'match' : 'do not match'} when the person types ${what}`, () => {
      const asTyped = typed.map((parent) => (parent === 'unknown' ? parent : parentOf(parent)));
      assert.equal(areSameParents(parentsOf(recorded), asTyped), same);
      assert.equal(areSameParents(parentsOf(recorded).reverse(), asTyped), same);
      assert.equal(areSameParents(parentsOf(recorded), asTyped.toReversed()), same);
    });
});

describe('a person', () => {
  const typedNadia: TypedIdentity = { ...nadia, birthName: 'Amrani', givenNames: 'Nadia' };

  it('born in France is found by name, date and commune; parents are not asked for', () => {
    assert.ok(isSamePerson(martine, { ...martine, givenNames: 'Martine' }, noHistory));
    assert.ok(isSamePerson({ ...martine, parents: nadia.parents }, martine, noHistory));
  });

  it('born abroad is found by name, date, country, city and both parents', () => {
    assert.ok(isSamePerson(nadia, typedNadia, noHistory));
  });

  it('born abroad is not found without the parents that are recorded', () => {
    assert.equal(isSamePerson(nadia, { ...typedNadia, parents: undefined }, noHistory), false);
    assert.equal(isSamePerson(nadia, { ...typedNadia, parents: [] }, noHistory), false);
  });

  it('born abroad of unknown parents is found whatever parents are typed', () => {
    assert.ok(isSamePerson({ ...nadia, parents: undefined }, typedNadia, noHistory));
    assert.ok(isSamePerson({ ...nadia, parents: undefined }, { ...typedNadia, parents: undefined }, noHistory));
  });

  it('recorded in Oran before independence, who types Algeria, is asked for the recorded parents', () => {
    const birthplace = { countryCode: '99100', communeCode: '92250', city: 'ORAN' };
    const recorded = { ...nadia, birthDate: '1950-10-30', birthplace };
    const typed = { ...recorded, birthplace: { countryCode: '99352', city: 'Oran' } };
    assert.ok(isSamePerson(recorded, typed, noHistory));
    assert.equal(isSamePerson(recorded, { ...typed, parents: undefined }, noHistory), false);
  });

  const others: Record<string, Partial<TypedIdentity>> = {
    'birth name': { birthName: 'DUPONT' },
    'first given name': { givenNames: 'ANNE' },
    'birth date': { birthDate: '1955-08-15' },
    commune: { birthplace: { communeCode: '31557', countryCode: '99100' } },
  };
  for (const [what, difference] of Object.entries(others))
    it(`is not found by another ${what}`, () => {
      assert.equal(isSamePerson(martine, { ...martine, ...difference }, noHistory), false);
    });
});

describe('the candidate key', () => {
  it('is the name without particles and spaces, the first given name and the year', () => {
    assert.equal(candidateKey('de La Fontaine-Œuvre', 'Jean-Pierre, Marie', '1995'), 'FONTAINEOEUVRE|JEAN|1995');
  });

  it('of somebody without a given name leaves its place empty', () => {
    assert.equal(candidateKey('DURAND', ' ', '1995'), 'DURAND||1995');
  });

  it('is the same for what is recorded and what is typed, whenever the two are the same person', () => {
    let accepted = 0;
    for (const names of vectors.birthNames)
      for (const given of vectors.givenNames)
        for (const date of vectors.birthDates)
          for (const turned of [false, true]) {
            const [one, other] = turned ? [names.typed, names.recorded] : [names.recorded, names.typed];
            const recorded = { ...martine, birthName: one, givenNames: given.recorded, birthDate: date.recorded };
            const typed = { ...martine, birthName: other, givenNames: given.typed, birthDate: date.typed };
            if (!isSamePerson(recorded, typed, noHistory)) continue;
            accepted++;
            assert.equal(keyOf(recorded), keyOf(typed), `${one} ${given.recorded} / ${other} ${given.typed}`);
          }
    const same = (pairs: Pair[]) => pairs.filter((pair) => pair.same).length;
    assert.equal(accepted, 2 * same(vectors.birthNames) * same(vectors.givenNames) * same(vectors.birthDates));
  });

  it('is the same for thousands of random writings of names, whenever the two are the same', () => {
    const next = seeded(20261123);
    const pick = (words: readonly string[]) => words[next() % words.length]!;
    const particles = ['', '', 'De ', "l'", 'LA ', 'ben-', 'Aït ', 'le d'];
    const letters = ['o', 'œ', 'é', 'E', 'ß', 'ss', 'N', 'ł', 'L', 'la', ' ', '-'];
    const write = () => pick(particles) + Array.from({ length: 1 + (next() % 3) }, () => pick(letters)).join('');
    let accepted = 0;
    for (let round = 0; round < 50_000; round++) {
      const recorded = { ...martine, birthName: write(), givenNames: `${write()} ${write()}` };
      const typed = { ...martine, birthName: write(), givenNames: pick([recorded.givenNames, write()]) };
      if (!isSamePerson(recorded, typed, noHistory)) continue;
      accepted++;
      assert.equal(keyOf(recorded), keyOf(typed));
    }
    assert.ok(accepted > 500, `${accepted} pairs are the same`);
  });
});

function keyOf({ birthName, givenNames, birthDate }: TypedIdentity): string {
  return candidateKey(birthName, givenNames, birthDate.slice(0, 4));
}

/** The same numbers at every run (a linear congruential generator). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}
