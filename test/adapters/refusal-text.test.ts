import assert from 'node:assert/strict';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import { faultText } from '../../src/screens/refusal-text.ts';

const catalogues = loadCatalogues();
const weak = (locale: 'fr' | 'en', values?: Readonly<Record<string, number>>) =>
  faultText(catalogues[locale], { field: 'password', code: 'password_too_weak', values });

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
