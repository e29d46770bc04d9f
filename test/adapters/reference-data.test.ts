import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import path from 'node:path';
import { createReferenceData } from '../../src/adapters/places/reference-data.ts';
import { projectRoot } from '../../src/project-root.ts';

const file = path.join(projectRoot, 'config/reference/communes.tsv');
const data = createReferenceData();
const namesOf = (communes: readonly { readonly name: string }[]) => communes.map(({ name }) => name);

describe('reference data', () => {
  describe('the table of communes', () => {
    it('weighs less than 1.5 MB', () => {
      assert.ok(statSync(file).size < 1_500_000);
    });

    it('leads from each former commune to one of today', () => {
      const communes = data.departements().flatMap(({ code }) => data.searchCommunes(code, '', Infinity));
      const lost = communes.filter(({ former, nameToday }) => former && nameToday === undefined);
      assert.ok(communes.length > 41_000, `${communes.length} names`);
      assert.deepEqual(namesOf(lost), []);
    });

    it('is read at first use, not before', () => {
      const absent = createReferenceData('/nonexistent/communes.tsv');
      assert.throws(() => absent.departements(), { code: 'ENOENT' });
    });
  });

  describe('départements', () => {
    const codes = data.departements().map(({ code }) => code);

    it('are those of today, overseas and Corsica included', () => {
      for (const code of '01 2A 2B 75 95 971 972 973 974 975 976 977 978 984 986 987 988 989'.split(' '))
        assert.ok(codes.includes(code), code);
      assert.equal(data.departements().filter(({ former }) => !former).length, 109);
      assert.equal(data.departements().find(({ code }) => code === '2A')?.name, 'Corse-du-Sud');
    });

    it('have those that ended, marked, and the names of before', () => {
      const former = data.departements().filter((departement) => departement.former);
      assert.deepEqual(
        former.map(({ code, name }) => [code, name]),
        [
          ['20', 'Corse'],
          ['97', 'Outre-mer'],
          ['985', 'Mayotte'],
        ],
      );
      assert.deepEqual(data.departements().find(({ code }) => code === '78')?.formerNames, ['Seine-et-Oise']);
    });

    it('stand once each, in the order of their codes', () => {
      assert.deepEqual(codes, [...new Set(codes)].sort());
    });
  });

  describe('the search of a commune', () => {
    it('takes no account of marks, case, hyphens and « St »', () => {
      for (const typed of ['Saint-Germain-en', 'st germain en', 'SAINT GERMAIN EN'])
        assert.deepEqual(namesOf(data.searchCommunes('78', typed)), ['Saint-Germain-en-Laye'], typed);
      assert.deepEqual(namesOf(data.searchCommunes('51', 'oeuilly')), ['Œuilly']);
    });

    it('finds former communes and former names, marked with what they are today', () => {
      assert.deepEqual(data.searchCommunes('50', 'octeville').at(0), {
        code: '50383',
        name: 'Octeville',
        departementCode: '50',
        former: true,
        nameToday: 'Cherbourg-en-Cotentin',
      });
      assert.deepEqual(
        data.searchCommunes('51', 'châlons-').map(({ code, name, former }) => [code, name, former]),
        [
          ['51108', 'Châlons-en-Champagne', false],
          ['51108', 'Châlons-sur-Marne', true],
          ['51109', 'Châlons-sur-Vesle', false],
        ],
      );
    });

    it('finds in « 75 » and « 78 » what was in Seine and Seine-et-Oise, and in « 20 » the communes of Corsica', () => {
      assert.deepEqual(data.searchCommunes('75', 'nanterre')[0]?.code, '75050');
      assert.deepEqual(data.searchCommunes('78', 'évry')[0]?.code, '78228');
      assert.deepEqual(data.searchCommunes('20', 'ajaccio')[0]?.code, '20004');
    });

    it('finds in « 97 » the communes of all of overseas', () => {
      const found = data.searchCommunes('97', 'Saint-Pierre');
      assert.deepEqual(found.map(({ departementCode }) => departementCode).sort(), ['972', '974', '975']);
      assert.deepEqual(namesOf(data.searchCommunes('97', 'papeete')), ['Papeete']);
    });

    it('gives no more than the limit, and nothing for an unknown département', () => {
      assert.equal(data.searchCommunes('59', '').length, 20);
      assert.equal(data.searchCommunes('59', '', 3).length, 3);
      assert.deepEqual(data.searchCommunes('00', 'a'), []);
      assert.deepEqual(data.searchCommunes('__proto__', 'a'), []);
    });
  });

  describe('a commune typed without a list', () => {
    it('is found by its whole name', () => {
      assert.deepEqual(data.findCommunes('31', 'TOULOUSE'), [
        { code: '31555', name: 'Toulouse', departementCode: '31', former: false },
      ]);
      assert.deepEqual(data.findCommunes('31', 'Toulous'), []);
    });

    it('is that of today where one of the past has the same name', () => {
      for (const { former } of data.findCommunes('75', 'Paris')) assert.equal(former, false);
    });

    it('is one of several where the past alone has the name', () => {
      const found = data.findCommunes('16', 'Saint-Germain');
      assert.deepEqual(
        found.map(({ code, former }) => [code, former]),
        [
          ['16322', true],
          ['16323', true],
        ],
      );
    });

    it('is found by its code, under the name of today or the last that it had', () => {
      assert.equal(data.findCommune('91228')?.name, 'Évry-Courcouronnes');
      assert.equal(data.findCommune('91182')?.nameToday, 'Évry-Courcouronnes');
      assert.equal(data.findCommune('00000'), undefined);
    });
  });

  describe('countries', () => {
    const codeOf = (isoCode: string) => data.countries('fr').find((country) => country.isoCode === isoCode)?.code;

    it('have the codes of INSEE', () => {
      const expected = { DZ: '99352', MA: '99350', TN: '99351', UA: '99155', CD: '99312', GB: '99132', XK: '99157' };
      for (const [isoCode, code] of Object.entries(expected)) assert.equal(codeOf(isoCode), code, isoCode);
      for (const { code } of data.countries('fr')) assert.match(code, /^99\d{3}$/);
    });

    it('have names in French and in English, in the order of the language', () => {
      const named = (locale: 'fr' | 'en') => namesOf(data.countries(locale));
      assert.ok(named('fr').includes('Algérie') && named('en').includes('Algeria'));
      assert.ok(named('fr').indexOf('Égypte') < named('fr').indexOf('Espagne'));
      assert.equal(named('fr').length, named('en').length);
      assert.equal(new Set(named('fr')).size, named('fr').length);
    });

    it('leave out France and what is French overseas', () => {
      for (const isoCode of ['FR', 'GP', 'MQ', 'RE', 'NC', 'PF', 'YT', 'MF']) assert.equal(codeOf(isoCode), undefined);
    });

    it('are read from an ISO code of two or three letters, or from the code of INSEE', () => {
      for (const code of ['MA', 'ma', 'MAR', '99350']) assert.equal(data.inseeCountryCode(code), '99350', code);
      assert.equal(data.inseeCountryCode('FRA'), '99100');
      for (const code of ['', 'ZZ', 'ZZZ', '99000', '350', 'RE']) assert.equal(data.inseeCountryCode(code), undefined);
    });
  });
});
