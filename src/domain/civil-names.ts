/**
 * Birth names and given names: how two writings of one name are found equal. Identity papers, family books and the
 * records of agencies differ in marks, case, hyphens, ligatures and particles, so none of these tells two people apart.
 */

/** Letters that NFKD leaves whole, and their usual writing in two letters or one. */
const LETTERS: Readonly<Record<string, string>> = { œ: 'oe', æ: 'ae', ß: 'ss', ø: 'o', ł: 'l', đ: 'd' };

/** Particles that one document writes and another leaves out. */
const PARTICLES = new Set(['DE', 'DU', 'DES', 'LA', 'LE', 'L', 'D', 'EL', 'BEN', 'AIT']);

/** « Lefèbvre-d'Œuilly » → « LEFEBVRE D OEUILLY »: capitals A-Z, digits and single spaces. */
export function normaliseName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[œæßøłđ]/g, (letter) => LETTERS[letter]!)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, ' ')
    .trim();
}

/**
 * The normalised birth name without particles and spaces: « DE LA FONTAINE » → « FONTAINE ». A name that is made of
 * particles alone (« LE », « BEN ») keeps them all.
 */
export function birthNameCore(birthName: string): string {
  const words = normaliseName(birthName).split(' ');
  const kept = words.filter((word) => !PARTICLES.has(word));
  return (kept.length > 0 ? kept : words).join('');
}

/** Equal once normalised, or equal without particles and spaces. A name without any Latin letter equals none. */
export function isSameBirthName(recorded: string, typed: string): boolean {
  const core = birthNameCore(recorded);
  return core !== '' && core === birthNameCore(typed);
}

/** What is typed is a subset, in order, of what is recorded, and starts with the first. */
export function areSameGivenNames(recorded: string, typed: string): boolean {
  const typedNames = givenNameList(typed);
  const recordedNames = givenNameList(recorded);
  if (typedNames.length === 0 || typedNames[0] !== recordedNames[0]) return false;
  let next = 0;
  for (const name of recordedNames) if (name === typedNames[next]) next++;
  return next === typedNames.length;
}

/** Given names one by one, normalised; a compound name (« Jean-Pierre ») counts as two. */
export function givenNameList(givenNames: string): readonly string[] {
  return normaliseName(givenNames)
    .split(' ')
    .filter((name) => name !== '');
}
