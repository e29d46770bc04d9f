/** Details that come near those on record and are not theirs, each beside the one that is. */
import assert from 'node:assert/strict';
import { isSameBirthDate } from '../../src/domain/birth-date.ts';
import { isSameBirthName } from '../../src/domain/civil-names.ts';
import { areSameDepartements } from '../../src/domain/departement.ts';
import { normalizePassword } from '../../src/domain/password-policy.ts';

describe('a detail that comes near the one on record', () => {
  it('is not the birth date, where the typed one leaves open what the record knows', () => {
    for (const [typed, expected] of [
      ['1990-05-12', true],
      ['1990-00-12', false],
      ['1990-05-00', false],
    ] as const)
      assert.equal(isSameBirthDate('1990-05-12', typed), expected, typed);
    assert.equal(isSameBirthDate('1990-00-00', '1990-05-12'), true, 'what the record leaves open is');
  });

  it('is not the birth name, where a word is left out that is no particle', () => {
    assert.equal(isSameBirthName('de La Tour', 'Tour'), true);
    assert.equal(isSameBirthName('Saint-Martin', 'Martin'), false);
  });

  it('is not the département, where that was made of another: Val-d’Oise of Seine-et-Oise, not of the Seine', () => {
    assert.equal(areSameDepartements('78', '95', '1960-01-01'), true);
    assert.equal(areSameDepartements('75', '95', '1960-01-01'), false);
    assert.equal(areSameDepartements('75', '94', '1960-01-01'), true);
  });

  it('is not the password, where a sign only looks like another', () => {
    assert.equal(normalizePassword('e\u0301té'), 'été');
    for (const signs of ['\u2460', '\ufb01', '\u00b2']) assert.equal(normalizePassword(signs), signs);
  });
});
