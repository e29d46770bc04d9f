/**
 * A civil identity as the civil register words it, and when what is typed is the same person. This is the comparison
 * of recovery; FranceConnect's is a rule of its own. It never decides alone: exactly one account must match.
 */
import { isSameBirthDate } from './birth-date.ts';
import { type Birthplace, type CommuneHistory, FRANCE, isSameBirthplace } from './birthplace.ts';
import { areSameGivenNames, birthNameCore, givenNameList, isSameBirthName } from './civil-names.ts';

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

/** A parent as somebody types them, or of whom they say that they do not know them. */
export type TypedParent = Parent | 'unknown';

/** What a person types to be found. Parents are asked for when the birthplace typed is abroad. */
export interface TypedIdentity extends Omit<CivilIdentity, 'sex' | 'parents'> {
  readonly parents?: readonly TypedParent[];
}

/** Whether what is typed is the person recorded: names, birth date, birthplace, and parents for a birth abroad. */
export function isSamePerson(recorded: CivilIdentity, typed: TypedIdentity, history: CommuneHistory): boolean {
  return (
    isSameBirthName(recorded.birthName, typed.birthName) &&
    areSameGivenNames(recorded.givenNames, typed.givenNames) &&
    isSameBirthDate(recorded.birthDate, typed.birthDate) &&
    isSameBirthplace(recorded.birthplace, typed.birthplace, recorded.birthDate, history) &&
    (typed.birthplace.countryCode === FRANCE || areSameParents(recorded.parents ?? [], typed.parents ?? []))
  );
}

/**
 * Each recorded parent is one of those typed, each another, in either order; one that is recorded as unknown is not asked
 * for. Whoever says that they do not know a parent is excused one of two that are recorded: they name the other.
 */
export function areSameParents(recorded: readonly Parent[], typed: readonly TypedParent[]): boolean {
  const known = recorded.filter(isKnown);
  const named = typed.filter((parent) => parent !== 'unknown');
  if (areAllNamed(known, named)) return true;
  return named.length < typed.length && known.some((parent) => areAllNamed([parent], named));
}

function areAllNamed([first, ...rest]: readonly Parent[], named: readonly Parent[]): boolean {
  if (!first) return true;
  return named.some(
    (parent, index) =>
      isSameParent(first, parent) &&
      areAllNamed(
        rest,
        named.filter((_, other) => other !== index),
      ),
  );
}

/**
 * The text that a blind index is made of, to find candidates without reading every record: birth name without
 * particles and spaces, first given name, year. Whoever isSamePerson accepts has the same key; the reverse is not true.
 * @param birthYear four digits.
 */
export function candidateKey(birthName: string, givenNames: string, birthYear: string): string {
  return [birthNameCore(birthName), givenNameList(givenNames)[0] ?? '', birthYear].join('|');
}

function isKnown({ birthName, givenNames }: Parent): boolean {
  return birthName.trim() !== '' || givenNames.trim() !== '';
}

/** The half of a name that the register does not know accepts any. */
function isSameParent(recorded: Parent, typed: Parent): boolean {
  return (
    (recorded.birthName.trim() === '' || isSameBirthName(recorded.birthName, typed.birthName)) &&
    (recorded.givenNames.trim() === '' || areSameGivenNames(recorded.givenNames, typed.givenNames))
  );
}
