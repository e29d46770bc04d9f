import assert from 'node:assert/strict';
import { createPhoneNumbers, isCountry } from '../../src/adapters/phone-numbers.ts';

/** Numbers in E.164, and the country that limits are counted for. */
const NUMBERS = {
  '+33612345678': 'FR',
  '+262692123456': 'RE',
  '+590690123456': 'GP',
  '+596696123456': 'MQ',
  '+32470123456': 'BE',
  '+447400123456': 'GB',
  '+12015550123': 'US',
  '+14165550123': 'CA',
} as const;

describe('the countries of telephone numbers', () => {
  for (const [number, country] of Object.entries(NUMBERS))
    it(`are told: ${number} is of ${country}`, () => {
      assert.equal(createPhoneNumbers().countryOf(number), country);
    });

  it('are the first of their calling code for a range that no table knows', () => {
    const unknown = ['+12000000000', '+440000000000', '+262000000000', '+590000000000'];
    assert.deepEqual(unknown.map(createPhoneNumbers().countryOf), ['US', 'GB', 'RE', 'GP']);
  });

  it('are none of what is no number', () => {
    for (const text of ['', 'abc', '0612345678', '+999123456789'])
      assert.equal(createPhoneNumbers().countryOf(text), undefined, text);
  });

  it('are known by their codes, as they are written', () => {
    assert.deepEqual(['FR', 'RE', 'fr', 'ZZ', ''].map(isCountry), [true, true, false, false, false]);
  });
});
