/**
 * When two birthplaces are the same: a commune and what became of it, a city and its arrondissements, a département
 * of before independence and its country. The history of communes is a table that the caller brings. Source: INSEE,
 * Code officiel géographique, and its former départements of Algeria (91-94), Morocco (95) and Tunisia (96).
 */
import { normaliseName } from './civil-names.ts';
import { departementOf, isTooLateFor, PARIS_REGION_DIVIDED } from './departement.ts';

export const FRANCE = '99100';

export interface Birthplace {
  /** INSEE code of the commune for a birth in France; undefined for a birth abroad. */
  readonly communeCode?: string;
  /** INSEE code of the country, `99100` for France. */
  readonly countryCode: string;
  /** Name of the city, for a birth abroad. */
  readonly city?: string;
}

/** One move of history: merged into another commune, or given another code. */
export interface CommuneMove {
  readonly to: string;
  /** The day when they parted again: births from then on are of two places. */
  readonly until?: string;
}

/** What became of communes. */
export interface CommuneHistory {
  /** Whether this is the code of a commune, current or former. */
  has(code: string): boolean;
  /** Where this commune went, one step; empty when nowhere. */
  movesFrom(code: string): readonly CommuneMove[];
  /** The codes that went to this one, one step. */
  predecessors(code: string): readonly string[];
}

/** Cities with the codes of their arrondissements, first and last. */
const CITIES: readonly (readonly [city: string, name: string, first: number, last: number])[] = [
  ['75056', 'PARIS', 75101, 75120],
  ['69123', 'LYON', 69381, 69389],
  ['13055', 'MARSEILLE', 13201, 13216],
];

/** Départements of before independence, with the country of today and the day of independence. */
const FORMER_TERRITORIES: Readonly<Record<string, { readonly countryCode: string; readonly independence: string }>> = {
  '91': { countryCode: '99352', independence: '1962-07-03' },
  '92': { countryCode: '99352', independence: '1962-07-03' },
  '93': { countryCode: '99352', independence: '1962-07-03' },
  '94': { countryCode: '99352', independence: '1962-07-03' },
  '95': { countryCode: '99350', independence: '1956-03-02' },
  '96': { countryCode: '99351', independence: '1956-03-20' },
};

/** Whether what is typed is the recorded birthplace of somebody born on the recorded `birthDate`. */
export function isSameBirthplace(
  recorded: Birthplace,
  typed: Birthplace,
  birthDate: string,
  history: CommuneHistory,
): boolean {
  const territory = formerTerritory(recorded, birthDate);
  if (typed.countryCode !== FRANCE)
    return (territory ?? recorded.countryCode) === typed.countryCode && isSameCity(recorded.city, typed.city);
  if (recorded.communeCode === undefined || typed.communeCode === undefined) return false;
  // « 92 » of 1950 is Oran: no commune of Hauts-de-Seine is meant, even where the five characters are the same.
  if (territory) return recorded.communeCode === typed.communeCode && !history.has(typed.communeCode);
  return isSameCommune(recorded.communeCode, typed.communeCode, birthDate, history);
}

/** The same commune by code, by a move of history in either order, or a city and one of its arrondissements. */
export function isSameCommune(recorded: string, typed: string, birthDate: string, history: CommuneHistory): boolean {
  return (
    isArrondissementOf(recorded, typed) ||
    isArrondissementOf(typed, recorded) ||
    hasBecome(recorded, typed, birthDate, history) ||
    hasBecome(typed, recorded, birthDate, history)
  );
}

/** The country of today, where a birth is recorded in a French département that an independence has ended. */
export function formerTerritory({ communeCode, countryCode }: Birthplace, birthDate: string): string | undefined {
  if (communeCode === undefined || countryCode !== FRANCE) return undefined;
  const territory = FORMER_TERRITORIES[departementOf(communeCode)];
  return territory && birthDate < territory.independence ? territory.countryCode : undefined;
}

/**
 * The code to record for a commune that is chosen in the list of today: « Nanterre, 92 » of a birth in 1950 is 75050.
 * Recorded as 92050 it would read as Oran.
 */
export function communeCodeAtBirth(code: string, birthDate: string, history: CommuneHistory): string {
  if (birthDate >= PARIS_REGION_DIVIDED) return code;
  const isDivided = (former: string) => isTooLateFor(departementOf(former), departementOf(code), PARIS_REGION_DIVIDED);
  return history.predecessors(code).find(isDivided) ?? code;
}

/** The same city abroad, « St » and « Ste » written out. A record without a city accepts any. */
export function isSameCity(recorded: string | undefined, typed: string | undefined): boolean {
  if (!recorded?.trim()) return true;
  const city = normalisePlace(recorded);
  return typed !== undefined && city !== '' && city === normalisePlace(typed);
}

/** A place name normalised, ST → SAINT and STE → SAINTE. */
export function normalisePlace(name: string): string {
  return normaliseName(name)
    .replace(/\bST\b/g, 'SAINT')
    .replace(/\bSTE\b/g, 'SAINTE');
}

/** The code of an arrondissement by its city, normalised, and its number, from 1 on. */
export function findArrondissement(city: string, number: number): string | undefined {
  const found = CITIES.find(([, name]) => name === city);
  if (!found || number < 1) return undefined;
  const [, , first, last] = found;
  const code = first + number - 1;
  return code <= last ? String(code) : undefined;
}

function isArrondissementOf(arrondissement: string, city: string): boolean {
  const number = Number(arrondissement);
  return CITIES.some(([code, , first, last]) => code === city && number >= first && number <= last);
}

/** Whether the moves that hold for this birth lead from one code to the other: none leads to itself. */
function hasBecome(from: string, to: string, birthDate: string, history: CommuneHistory): boolean {
  const reached = new Set([from]);
  // A Set is walked to its end, additions included; codes that went and came back are met once.
  for (const code of reached)
    for (const move of history.movesFrom(code)) if (holdsFor(birthDate, code, move)) reached.add(move.to);
  return reached.has(to);
}

function holdsFor(birthDate: string, from: string, { to, until }: CommuneMove): boolean {
  const isTogether = until === undefined || birthDate < until;
  return isTogether && !isTooLateFor(departementOf(from), departementOf(to), birthDate);
}
