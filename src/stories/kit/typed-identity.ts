/** A civil identity as it is typed on a form: what must be there, what is wrong with it, and what it says. Pure. */
import { type Birthplace, FRANCE } from '../../domain/birthplace.ts';
import type { TypedIdentity, TypedParent } from '../../domain/civil-identity.ts';
import { collectFaults, type FieldError, fieldError, ServiceError } from '../../errors.ts';
import type { ReferenceData } from '../../ports/reference-data.ts';
import { readTypedBirthDate } from './typed-birth-date.ts';

export interface TypedDetails {
  readonly birthName: string;
  readonly givenNames: string;
  /** JJ/MM/AAAA or YYYY-MM-DD. */
  readonly birthDate: string;
  readonly birthplace: 'france' | 'abroad';
  /** Born in France: the département or collectivité by its code or name, the commune by its name or INSEE code. */
  readonly departement?: string;
  readonly commune?: string;
  /** Born abroad: INSEE code of the country, and the city. */
  readonly country?: string;
  readonly city?: string;
  readonly parent1BirthName?: string;
  readonly parent1GivenNames?: string;
  /** Whoever says so is not asked for this parent, and what is typed of them is not read. */
  readonly parent1Unknown?: boolean;
  readonly parent2BirthName?: string;
  readonly parent2GivenNames?: string;
  readonly parent2Unknown?: boolean;
}

export type Places = Pick<ReferenceData, 'countries' | 'findCommune' | 'findCommunes' | 'findDepartement'>;

type Name = keyof TypedDetails;

const FRENCH = ['departement', 'commune'] as const;
const FOREIGN = ['country', 'city'] as const;
const PARENTS = [
  { unknown: 'parent1Unknown', names: ['parent1BirthName', 'parent1GivenNames'] },
  { unknown: 'parent2Unknown', names: ['parent2BirthName', 'parent2GivenNames'] },
] as const;

/** What the birthplace asks for and is absent. @param typed whatever somebody sent. */
export function missingDetails(typed: { readonly [Field in Name]?: unknown }): readonly Name[] {
  const parents = PARENTS.flatMap(({ unknown, names }) => (typed[unknown] === true ? [] : names));
  const asked = { france: FRENCH, abroad: [...FOREIGN, ...parents] } as const;
  const { birthplace } = typed;
  const names = birthplace === 'france' || birthplace === 'abroad' ? asked[birthplace] : [];
  return names.filter((name) => typed[name] === undefined);
}

/** What is wrong with each detail that is given. */
export function faultsOfDetails(typed: Partial<TypedDetails>, places: Places, now: Date): readonly FieldError[] {
  const { birthplace, birthDate, departement, commune, country } = typed;
  const named = (names: readonly Extract<Name, `${string}Name` | `${string}Names` | 'city'>[]) =>
    names.map((name) => () => typed[name] !== undefined && checkName(typed[name], name));
  const known = PARENTS.filter(({ unknown }) => typed[unknown] !== true).flatMap(({ names }) => names);
  const readers = {
    none: [],
    france: [
      () => departement !== undefined && checkDepartement(departement, places),
      () => departement && commune !== undefined && readCommune(departement, commune, places),
    ],
    abroad: [() => country !== undefined && checkCountry(country, places), ...named(['city', ...known])],
  };
  return collectFaults(
    ...named(['birthName', 'givenNames']),
    () => birthDate !== undefined && readTypedBirthDate(birthDate, now),
    ...readers[birthplace ?? 'none'],
  );
}

/** @throws ServiceError validation_failed: every fault. */
export function readDetails(typed: TypedDetails, places: Places, now: Date): TypedIdentity {
  const missing = missingDetails(typed).map((field) => ({ field, code: 'field_required' as const }));
  const fields = [...missing, ...faultsOfDetails(typed, places, now)];
  if (fields.length > 0) throw new ServiceError('validation_failed', { fields });
  const isFrench = typed.birthplace === 'france';
  return {
    birthName: composed(typed.birthName),
    givenNames: composed(typed.givenNames),
    birthDate: readTypedBirthDate(typed.birthDate, now),
    birthplace: isFrench ? readFrench(typed, places) : readForeign(typed),
    parents: isFrench ? [] : PARENTS.map((parent) => readParent(typed, parent)),
  };
}

/** Here and below: what is asked for is there, and without a fault, by then. */
function readFrench({ departement, commune }: TypedDetails, places: Places): Birthplace {
  return { countryCode: FRANCE, communeCode: readCommune(departement!, commune!, places) };
}

function readForeign({ country, city }: TypedDetails): Birthplace {
  return { countryCode: country!, city: composed(city!) };
}

function readParent(typed: TypedDetails, { unknown, names }: (typeof PARENTS)[number]): TypedParent {
  if (typed[unknown]) return 'unknown';
  const [birthName, givenNames] = names;
  return { birthName: composed(typed[birthName]!), givenNames: composed(typed[givenNames]!) };
}

function checkDepartement(typed: string, places: Places): void {
  if (places.findDepartement(typed) === undefined) throw fieldError('departement', 'departement_unknown');
}

/** By its name within the département, or by its code. Nothing is said of it where the département is at fault. */
function readCommune(departement: string, typed: string, places: Places): string | undefined {
  const within = places.findDepartement(departement);
  if (within === undefined) return undefined;
  const found = places.findCommune(typed.trim().toUpperCase()) ?? places.findCommunes(within, typed)[0];
  if (!found) throw fieldError('commune', 'commune_unknown');
  return found.code;
}

function checkCountry(typed: string, places: Places): void {
  if (!places.countries('fr').some(({ code }) => code === typed)) throw fieldError('country', 'country_unknown');
}

/** A name is text with a letter in it: anything else, and emoji or control characters alone, is not. */
function checkName(typed: string, field: string): void {
  const name = composed(typed);
  if (name === '') throw fieldError(field, 'field_required');
  if (!/\p{L}/u.test(name) || /[\p{Cc}\p{Cs}\p{Extended_Pictographic}]/u.test(name))
    throw fieldError(field, 'field_invalid');
}

function composed(name: string): string {
  return name.normalize('NFC').trim();
}
