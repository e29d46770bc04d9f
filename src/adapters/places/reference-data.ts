/**
 * Départements, communes and countries, from config/reference/communes.tsv (scripts/build-reference-data.ts says how
 * it is written) and i18n-iso-countries. Read at first use and kept.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { normalisePlace } from '../../domain/birthplace.ts';
import { overseasDepartements } from '../../domain/departement.ts';
import { isLikePlace, readArrondissement, readDepartement, withoutArticle } from '../../domain/typed-place.ts';
import type { Commune, Country, ReferenceData } from '../../ports/reference-data.ts';
import { projectRoot } from '../../project-root.ts';
import { type CommuneEntry, type CommuneTable, parseCommuneTable } from './commune-table.ts';
import { inseeCodes } from './insee-countries.ts';

/** Names of before: decrees and laws that renamed or divided a département since 1941. */
const FORMER_NAMES: Readonly<Record<string, readonly string[]>> = {
  '04': ['Basses-Alpes'],
  '17': ['Charente-Inférieure'],
  '22': ['Côtes-du-Nord'],
  '44': ['Loire-Inférieure'],
  '64': ['Basses-Pyrénées'],
  '75': ['Seine'],
  '76': ['Seine-Inférieure'],
  '78': ['Seine-et-Oise'],
};

/** Codes that have ended and that older documents carry. */
const FORMER_DEPARTEMENTS: readonly (readonly [code: string, name: string])[] = [
  ['20', 'Corse'],
  ['97', 'Outre-mer'],
  ['985', 'Mayotte'],
];

const DEFAULT_LIMIT = 20;

const require = createRequire(import.meta.url);

/** @param file the table of communes. */
export function createReferenceData(
  file: string = path.join(projectRoot, 'config/reference/communes.tsv'),
): ReferenceData {
  const table = once(() => parseCommuneTable(readFileSync(file, 'utf8')));
  const departements = once(() =>
    [
      ...table().departements.map(([code, name]) => ({ code, name, former: false })),
      ...FORMER_DEPARTEMENTS.map(([code, name]) => ({ code, name, former: true })),
    ]
      .map((departement) => ({ ...departement, formerNames: FORMER_NAMES[departement.code] ?? [] }))
      .sort((one, other) => (one.code < other.code ? -1 : 1)),
  );
  const countries = { fr: once(() => countriesIn('fr')), en: once(() => countriesIn('en')) };
  const alpha3 = once(() => {
    const codes = require('i18n-iso-countries/codes.json') as readonly (readonly [alpha2: string, alpha3: string])[];
    return new Map([...codes.map(([two, three]) => [three, two] as const), ['XKX', 'XK'] as const]);
  });

  return {
    history: {
      has: (code) => table().byCode.has(code),
      movesFrom: (code) => table().moves.get(code) ?? [],
      predecessors: (code) => table().predecessors.get(code) ?? [],
    },
    departements,
    findDepartement: (typed) => readDepartement(typed, departements()),
    searchCommunes(departementCode, prefix, limit = DEFAULT_LIMIT) {
      const start = normalisePlace(prefix);
      const found = entriesOf(table(), departementCode).filter(
        ({ key }) => key.startsWith(start) || withoutArticle(key).startsWith(start),
      );
      return found.sort(byKey).slice(0, limit).map(toCommune(table()));
    },
    findCommunes(departementCode, name) {
      const entries = entriesOf(table(), departementCode);
      const wanted = normalisePlace(name);
      const exact = todayOrBefore(entries.filter(({ key }) => key === wanted));
      return (exact.length > 0 ? exact : findLoosely(entries, name)).map(toCommune(table()));
    },
    findCommune(code) {
      const [entry] = table().byCode.get(code) ?? [];
      return entry && toCommune(table())(entry);
    },
    countries: (locale) => countries[locale](),
    inseeCountryCode(code) {
      const upper = code.trim().toUpperCase();
      if (upper === 'FR' || upper === 'FRA' || upper === '99100') return '99100';
      if (/^\d{5}$/.test(upper)) return [...inseeCodes.values()].includes(upper) ? upper : undefined;
      return inseeCodes.get(upper.length === 3 ? (alpha3().get(upper) ?? '') : upper);
    },
  };
}

/** « 97 » stands for each of overseas. */
function entriesOf(table: CommuneTable, departementCode: string): CommuneEntry[] {
  const codes = departementCode === '97' ? overseasDepartements : [departementCode];
  return codes.flatMap((code) => table.byDepartement.get(code) ?? []);
}

/** An arrondissement by its number, or the one commune whose name differs by what people leave out. */
function findLoosely(entries: readonly CommuneEntry[], typed: string): readonly CommuneEntry[] {
  const arrondissement = readArrondissement(typed);
  if (arrondissement !== undefined) return entries.filter(({ code }) => code === arrondissement);
  const wanted = normalisePlace(typed);
  const found = wanted === '' ? [] : todayOrBefore(entries.filter(({ key }) => isLikePlace(key, wanted)));
  return new Set(found.map(({ code }) => code)).size === 1 ? found.slice(0, 1) : [];
}

function todayOrBefore(entries: readonly CommuneEntry[]): readonly CommuneEntry[] {
  const today = entries.filter(({ former }) => !former);
  return today.length > 0 ? today : entries;
}

function toCommune(table: CommuneTable): (entry: CommuneEntry) => Commune {
  return ({ code, name, departementCode, former }) => {
    const nameToday = former ? todayOf(table, code) : undefined;
    return { code, name, departementCode, former, ...(nameToday === undefined ? {} : { nameToday }) };
  };
}

/** The first commune of today among this code and those that it moved to, nearest first. */
function todayOf(table: CommuneTable, code: string): string | undefined {
  const reached = new Set([code]);
  for (const each of reached) {
    const [newest] = table.byCode.get(each) ?? [];
    if (newest && !newest.former) return newest.name;
    for (const { to } of table.moves.get(each) ?? []) reached.add(to);
  }
  return undefined;
}

/** Shorter names first among those that start alike, today's before those of the past. */
function byKey(one: CommuneEntry, other: CommuneEntry): number {
  if (one.key !== other.key) return one.key < other.key ? -1 : 1;
  return Number(one.former) - Number(other.former) || (one.code < other.code ? -1 : 1);
}

function countriesIn(locale: 'fr' | 'en'): readonly Country[] {
  const file = require(`i18n-iso-countries/langs/${locale}.json`) as { countries: Record<string, string | string[]> };
  const { compare } = new Intl.Collator(locale);
  return [...inseeCodes]
    .map(([isoCode, code]) => ({ code, isoCode, name: [file.countries[isoCode]!].flat()[0]! }))
    .sort((one, other) => compare(one.name, other.name));
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
