/** A civil identity as the civil register words it. Comparing two of them is a rule of its own. */

export interface Birthplace {
  /** INSEE code of the commune for a birth in France; undefined for a birth abroad. */
  readonly communeCode?: string;
  /** INSEE code of the country, `99100` for France. */
  readonly countryCode: string;
  /** Name of the city, for a birth abroad. */
  readonly city?: string;
}

export interface Parent {
  readonly birthName: string;
  readonly givenNames: string;
}

export interface CivilIdentity {
  readonly birthName: string;
  /** All given names, in the order of the register, separated by a space. */
  readonly givenNames: string;
  readonly sex: 'female' | 'male';
  /** `YYYY-MM-DD`; an unknown day or month is `00`. Never a Date: a birth date has no time zone. */
  readonly birthDate: string;
  readonly birthplace: Birthplace;
  /** Recorded parents; undefined means that the register does not know them. */
  readonly parents?: readonly Parent[];
}
