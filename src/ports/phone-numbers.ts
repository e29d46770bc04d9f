/** What a telephone number says of itself. */

export interface PhoneNumbers {
  /**
   * @param number E.164.
   * @returns the country, as ISO 3166-1 alpha-2; of a range that no table knows, the first country of its calling code;
   * undefined for what is no number.
   */
  countryOf(number: string): string | undefined;
}
