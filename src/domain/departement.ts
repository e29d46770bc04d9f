/**
 * Départements, those of the day of birth. A NIR, a record or a family book keeps the département of then; the person
 * may type the one of today. Sources: loi 64-707 (région parisienne, in force on 1968-01-01), loi 75-356 (Corse,
 * 1976-01-01), INSEE's Code officiel géographique for overseas.
 */

/** A département and those that stand where it stood. */
interface Division {
  readonly former: string;
  readonly current: readonly string[];
  /** Births from this day on are never recorded in the former; undefined when both are still written. */
  readonly bornBefore?: string;
}

/** Of births overseas: what « 97 » stands for. */
export const overseasDepartements: readonly string[] = '971 972 973 974 975 976 977 978 984 986 987 988 989'.split(' ');

/** Essonne, Hauts-de-Seine, Seine-Saint-Denis, Val-de-Marne and Val-d'Oise begin on this day. */
export const PARIS_REGION_DIVIDED = '1968-01-01';

const DIVISIONS: readonly Division[] = [
  { former: '20', current: ['2A', '2B'] },
  { former: '75', current: ['92', '93', '94'], bornBefore: PARIS_REGION_DIVIDED },
  { former: '78', current: ['91', '92', '93', '94', '95'], bornBefore: PARIS_REGION_DIVIDED },
  { former: '97', current: overseasDepartements },
];

/** « 31555 » → 31, « 2A004 » → 2A, « 97411 » → 974. */
export function departementOf(communeCode: string): string {
  return communeCode.slice(0, /^9[78]/.test(communeCode) ? 3 : 2);
}

/** Whether somebody born on `birthDate` may say one of these départements for the other, in either order. */
export function areSameDepartements(one: string, other: string, birthDate: string): boolean {
  return one === other || couldBecome(one, other, birthDate) || couldBecome(other, one, birthDate);
}

/** Whether `current` stands where `former` stood, by a division that this person was born too late for. */
export function isTooLateFor(former: string, current: string, birthDate: string): boolean {
  return findDivision(former, current) !== undefined && !couldBecome(former, current, birthDate);
}

function couldBecome(former: string, current: string, birthDate: string): boolean {
  const division = findDivision(former, current);
  return division !== undefined && (division.bornBefore === undefined || birthDate < division.bornBefore);
}

function findDivision(former: string, current: string): Division | undefined {
  return DIVISIONS.find((division) => division.former === former && division.current.includes(current));
}
