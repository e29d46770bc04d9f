/**
 * Countries of telephone numbers, by the smallest tables of the library: the larger ones tell kinds of numbers apart, and
 * know no country more.
 */
import { getCountries, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { PhoneNumbers } from '../ports/phone-numbers.ts';

export function createPhoneNumbers(): PhoneNumbers {
  return {
    countryOf(number) {
      const parsed = parsePhoneNumberFromString(number);
      return parsed?.country ?? parsed?.getPossibleCountries()[0];
    },
  };
}

/** Whether the tables know this ISO 3166-1 alpha-2 code. */
export function isCountry(code: string): boolean {
  return getCountries().some((known) => known === code);
}
