import assert from 'node:assert/strict';
import { createReferenceData } from '../../src/adapters/places/reference-data.ts';
import { ServiceError } from '../../src/errors.ts';
import { formTypeOf } from '../../src/stories/kit/form-type.ts';
import { readTypedBirthDate } from '../../src/stories/kit/typed-birth-date.ts';
import {
  faultsOfDetails,
  missingDetails,
  readDetails,
  type TypedDetails,
} from '../../src/stories/kit/typed-identity.ts';
import { refusalOf } from './support/refusals.ts';

const NOW = new Date('2026-03-01T10:00:00Z');
const places = createReferenceData();

const IN_FRANCE: TypedDetails = {
  birthName: 'Lefebvre',
  givenNames: 'Claire',
  birthDate: '03/11/1962',
  birthplace: 'france',
  departement: '44',
  commune: 'Nantes',
};
const ABROAD: TypedDetails = {
  birthName: 'Kovalenko',
  givenNames: 'Olena',
  birthDate: '1990-03-17',
  birthplace: 'abroad',
  country: '99155',
  city: 'Kyiv',
  parent1BirthName: 'Bondar',
  parent1GivenNames: 'Iryna',
  parent2BirthName: 'Kovalenko',
  parent2GivenNames: 'Petro',
};
const PARENTS = ['parent1BirthName', 'parent1GivenNames', 'parent2BirthName', 'parent2GivenNames'] as const;

const read = (typed: TypedDetails) => readDetails(typed, places, NOW);
const faults = (typed: Partial<TypedDetails>) =>
  faultsOfDetails(typed, places, NOW).map(({ field, code }) => `${field}: ${code}`);
const refused = async (typed: TypedDetails) => (await refusalOf(Promise.resolve().then(() => read(typed)))).fields;

describe('an identity as it is typed', () => {
  it('of somebody born in France is names, a date, a commune, and no parents', () => {
    assert.deepEqual(read(IN_FRANCE), {
      birthName: 'Lefebvre',
      givenNames: 'Claire',
      birthDate: '1962-11-03',
      birthplace: { countryCode: '99100', communeCode: '44109' },
      parents: [],
    });
  });

  it('of somebody born abroad is a country, a city and both parents, in the order of the form', () => {
    assert.deepEqual(read(ABROAD), {
      birthName: 'Kovalenko',
      givenNames: 'Olena',
      birthDate: '1990-03-17',
      birthplace: { countryCode: '99155', city: 'Kyiv' },
      parents: [
        { birthName: 'Bondar', givenNames: 'Iryna' },
        { birthName: 'Kovalenko', givenNames: 'Petro' },
      ],
    });
  });

  it('says of a parent that is unknown nothing else, whatever was typed of them', () => {
    assert.deepEqual(read({ ...ABROAD, parent1Unknown: true }).parents, [
      'unknown',
      { birthName: 'Kovalenko', givenNames: 'Petro' },
    ]);
    const both = { ...ABROAD, parent1Unknown: true, parent2Unknown: true, parent2BirthName: '🙂' };
    assert.deepEqual(read(both).parents, ['unknown', 'unknown']);
  });

  it('has its names trimmed and composed, and its letters as they were typed', () => {
    const { birthName, givenNames } = read({ ...IN_FRANCE, birthName: ' Lefe\u0300vre ', givenNames: '\tÉmilie ' });
    assert.deepEqual([birthName, givenNames], ['Lefèvre', 'Émilie']);
    assert.deepEqual(read({ ...ABROAD, city: ' Kyi\u0308v ' }).birthplace, { countryCode: '99155', city: 'Kyïv' });
  });

  describe('lacks', () => {
    it('nothing where all is there, and all that its birthplace asks for where nothing is', () => {
      assert.deepEqual([missingDetails(IN_FRANCE), missingDetails(ABROAD)], [[], []]);
      assert.deepEqual(missingDetails({ birthplace: 'france' }), ['departement', 'commune']);
      assert.deepEqual(missingDetails({ birthplace: 'abroad' }), ['country', 'city', ...PARENTS]);
    });

    it('nothing before a birthplace is told: the contract asks for that one', () => {
      for (const birthplace of [undefined, 'moon', 7]) assert.deepEqual(missingDetails({ birthplace }), []);
    });

    it('the names of a parent unless that one is unknown: ticked, and by nothing else', () => {
      const { parent1BirthName: _one, parent2GivenNames: _two, ...rest } = ABROAD;
      assert.deepEqual(missingDetails(rest), ['parent1BirthName', 'parent2GivenNames']);
      assert.deepEqual(missingDetails({ ...rest, parent1Unknown: true }), ['parent2GivenNames']);
      assert.deepEqual(missingDetails({ ...rest, parent2Unknown: true }), ['parent1BirthName']);
      assert.deepEqual(missingDetails({ ...rest, parent1Unknown: 'true' }), ['parent1BirthName', 'parent2GivenNames']);
      assert.deepEqual(missingDetails({ ...rest, parent1Unknown: false }), ['parent1BirthName', 'parent2GivenNames']);
    });
  });

  describe('has faults', () => {
    it('of none of its fields while nothing is typed, whatever the birthplace', () => {
      for (const birthplace of [undefined, 'france', 'abroad'] as const) assert.deepEqual(faults({ birthplace }), []);
      assert.deepEqual(faults({ birthplace: 'france', departement: '44' }), [], 'of a commune that is still to come');
    });

    it('none where all is right', () => {
      assert.deepEqual([faults(IN_FRANCE), faults(ABROAD)], [[], []]);
    });

    for (const [field, typed, code] of [
      ['birthName', '', 'field_required'],
      ['birthName', ' \t ', 'field_required'],
      ['birthName', '123', 'field_invalid'],
      ['birthName', '-', 'field_invalid'],
      ['birthName', 'Ann\u0007a', 'field_invalid'],
      ['givenNames', 'Anna 🙂', 'field_invalid'],
      ['givenNames', '\ud800a', 'field_invalid'],
      ['city', '🙂', 'field_invalid'],
      ['city', '', 'field_required'],
      ['country', '99999', 'country_unknown'],
      ['country', '', 'country_unknown'],
      ['birthDate', '31/02/1990', 'date_impossible'],
      ['birthDate', 'hier', 'date_shape'],
      ['birthDate', '02/03/2026', 'date_future'],
      ['birthDate', '01/01/1890', 'date_too_old'],
      ...PARENTS.map((name) => [name, '7', 'field_invalid'] as const),
      ...PARENTS.map((name) => [name, '', 'field_required'] as const),
    ] as const)
      it(`in ${field} « ${JSON.stringify(typed)} »: ${code}, and nowhere else`, async () => {
        assert.deepEqual(faults({ ...ABROAD, [field]: typed }), [`${field}: ${code}`]);
        assert.deepEqual(await refused({ ...ABROAD, [field]: typed }), [`${field}: ${code}`]);
      });

    for (const [typed, told] of [
      [{ departement: '999' }, ['departement: departement_unknown']],
      [{ departement: '' }, ['departement: departement_unknown']],
      [{ commune: 'Nulle-Part' }, ['commune: commune_unknown']],
      [{ commune: '' }, ['commune: commune_unknown']],
      [{ departement: '999', commune: 'Nulle-Part' }, ['departement: departement_unknown']],
    ] as const)
      it(`in France with ${JSON.stringify(typed)}: ${told}`, async () => {
        assert.deepEqual(faults({ ...IN_FRANCE, ...typed }), told);
        assert.deepEqual(await refused({ ...IN_FRANCE, ...typed }), told);
      });

    it('of the side of the form that the birthplace names, and of no other', () => {
      assert.deepEqual(faults({ ...IN_FRANCE, country: '99999', city: '7', parent1BirthName: '7' }), []);
      assert.deepEqual(faults({ ...ABROAD, departement: '999', commune: 'Nulle-Part' }), []);
    });

    it('of no parent who is unknown', () => {
      const typed = { ...ABROAD, parent1BirthName: '7', parent1GivenNames: '', parent2BirthName: '8' };
      assert.deepEqual(faults({ ...typed, parent1Unknown: true }), ['parent2BirthName: field_invalid']);
      assert.deepEqual(faults({ ...typed, parent2Unknown: true }), [
        'parent1BirthName: field_invalid',
        'parent1GivenNames: field_required',
      ]);
    });

    it('told all at once, with what is missing', async () => {
      const { departement: _away, ...rest } = IN_FRANCE;
      assert.deepEqual(await refused({ ...rest, birthName: '7', birthDate: 'hier' }), [
        'departement: field_required',
        'birthName: field_invalid',
        'birthDate: date_shape',
      ]);
    });
  });

  it('takes a commune by its name or its INSEE code, and a département by its code or its name', () => {
    for (const [departement, commune] of [
      ['44', 'nantes'],
      ['Loire-Atlantique', 'Nantes'],
      ['44', ' 44109 '],
    ] as const)
      assert.deepEqual(read({ ...IN_FRANCE, departement, commune }).birthplace, {
        countryCode: '99100',
        communeCode: '44109',
      });
    assert.deepEqual(read({ ...IN_FRANCE, departement: '2A', commune: '2a004' }).birthplace, {
      countryCode: '99100',
      communeCode: '2A004',
    });
    assert.deepEqual(faults({ ...IN_FRANCE, departement: '35' }), ['commune: commune_unknown'], 'of its département');
  });
});

describe('a birth date as it is typed', () => {
  const dated = (typed: string, now: string) => readTypedBirthDate(typed, new Date(now));

  it('may be today and not tomorrow', () => {
    assert.equal(dated('01/03/2026', '2026-03-01T00:00:00Z'), '2026-03-01');
    assert.throws(() => dated('02/03/2026', '2026-03-01T00:00:00Z'), {
      fields: [{ field: 'birthDate', code: 'date_future' }],
    });
  });

  it('may be 120 years ago to the day, and not a day more', () => {
    const now = '2026-03-01T10:00:00Z';
    assert.equal(dated('01/03/1906', now), '1906-03-01');
    assert.throws(() => dated('28/02/1906', now), { fields: [{ field: 'birthDate', code: 'date_too_old' }] });
  });
});

describe('the form that a refusal is shown on', () => {
  const refusal = (code: 'identifier_is_provisional' | 'identifier_is_nir' | 'nir_key') =>
    new ServiceError('validation_failed', {
      fields: [
        { field: 'birthDate', code: 'date_shape' },
        { field: 'identifier', code },
      ],
    });

  it('is that of the identifier that was typed, where it belongs to the other form', () => {
    assert.equal(formTypeOf('nir', refusal('identifier_is_provisional')), 'provisional');
    assert.equal(formTypeOf('provisional', refusal('identifier_is_nir')), 'nir');
  });

  it('stays that of the form for any other fault, and is none where the form names none', () => {
    assert.equal(formTypeOf('provisional', refusal('nir_key')), 'provisional');
    assert.equal(formTypeOf('nir', undefined), 'nir');
    for (const named of [undefined, 'passport', 7]) assert.equal(formTypeOf(named, refusal('nir_key')), undefined);
  });
});
