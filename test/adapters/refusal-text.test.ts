import assert from 'node:assert/strict';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import { faultsTitle, faultText, labelsOf, namedFault, refusalText } from '../../src/screens/refusal-text.ts';

const catalogues = loadCatalogues();
const weak = (locale: 'fr' | 'en', values?: Readonly<Record<string, number>>) =>
  faultText(catalogues[locale], { field: 'password', code: 'password_too_weak', values });

describe('the words of a refusal', () => {
  const words = loadCatalogues(undefined, { timeZone: 'UTC', now: () => new Date('2026-11-24T14:00:00Z') }).fr;

  it('tell a wait by what is left of it and by when it is over', () => {
    const text = refusalText(words, { code: 'sign_in_locked', retryAfterSeconds: 240 });
    assert.match(text, /14\u00a0h\u00a004/);
    assert.doesNotMatch(text, /[{}]/);
    assert.doesNotMatch(refusalText(words, { code: 'busy' }), /[{}]/);
  });

  it('name a field in small letters after its name, unless it begins with an abbreviation', () => {
    const fault = { field: 'password', code: 'field_required' } as const;
    const said = words.text('fields.field_required');
    assert.equal(namedFault(words, undefined, fault), said);
    const small = said.charAt(0).toLowerCase() + said.slice(1);
    assert.equal(
      namedFault(words, 'Mot de passe', fault),
      words.text('common.namedFault', { label: 'Mot de passe', fault: small }),
    );
    assert.notEqual(small, said);
    const key = { field: 'nir', code: 'nir_key' } as const;
    const abbreviated = { ...words, text: (name: string) => (name === 'fields.nir_key' ? 'NIR faux' : name) };
    assert.equal(
      namedFault(
        { ...abbreviated, text: (name, values) => (name === 'common.namedFault' ? String(values?.fault) : 'NIR faux') },
        'x',
        key,
      ),
      'NIR faux',
    );
  });

  it('count the faults, one or several', () => {
    assert.equal(faultsTitle(words, 1), words.text('common.oneFault', { count: 1 }));
    assert.equal(faultsTitle(words, 2), words.text('common.faults', { count: 2 }));
    assert.match(faultsTitle(words, 2), /2/);
  });

  it('call a field as the screen does, or as the catalogues do', () => {
    assert.equal(labelsOf(words).password, words.text('labels.password'));
    assert.deepEqual(
      [labelsOf(words, { password: 'Code' }).password, labelsOf(words, { other: 'x' }).other],
      ['Code', 'x'],
    );
  });
});

describe('the words of a password that is too weak', () => {
  it('name what is missing and how much of it would do, as alternatives', () => {
    const values = { upper: 1, digits: 2, characters: 3 };
    assert.match(weak('fr', values), /Ajoutez 1 majuscule, 2 chiffres ou 3 caractères de plus$/);
    assert.match(weak('en', values), /Add 1 capital letter, 2 digits,? or 3 more characters$/);
  });

  it('name one way out alone where there is one', () => {
    assert.match(weak('fr', { characters: 1 }), /Ajoutez 1 caractère de plus$/);
  });

  it('say how to mix where no way out does by itself', () => {
    for (const values of [{}, undefined]) assert.match(weak('fr', values), /ou allongez-le$/);
  });

  it('are those of the catalogue for every other fault', () => {
    const fault = { field: 'password', code: 'password_too_short', values: { minimum: 8 } } as const;
    assert.match(faultText(catalogues.fr, fault), /8 caractères au moins$/);
  });
});
