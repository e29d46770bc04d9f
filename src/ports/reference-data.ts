/** Places: départements, communes, countries. */
import type { CommuneHistory } from '../domain/birthplace.ts';

/** A département or collectivité that somebody may be born in, today's or one that has ended. */
export interface Departement {
  /** « 31 », « 2A », « 974 »; also « 20 », « 97 » and « 985 », as older documents write them. */
  readonly code: string;
  readonly name: string;
  /** Names before: « Seine-et-Oise ». */
  readonly formerNames: readonly string[];
  /** Whether it has ended. */
  readonly former: boolean;
}

/** A commune by one of its names. */
export interface Commune {
  readonly code: string;
  readonly name: string;
  readonly departementCode: string;
  /** Whether the name or the code is of the past. */
  readonly former: boolean;
  /** Of a former one: the name of the commune that it is, or is in, today. */
  readonly nameToday?: string;
}

/** A country or territory that is not France. Several may share the code of INSEE, as the Bermudas and Anguilla do. */
export interface Country {
  /** INSEE's code, `99xxx`. */
  readonly code: string;
  /** ISO 3166-1 alpha-2. */
  readonly isoCode: string;
  readonly name: string;
}

/** Tables that come with the service: read at first use and kept. Synchronous, and never unavailable. */
export interface ReferenceData {
  /** What became of communes, for the comparison of birthplaces. */
  readonly history: CommuneHistory;
  /** In the order of their codes. */
  departements(): readonly Departement[];
  /** By its code or its name, as people write them; undefined when it is none, or could be two. @returns the code. */
  findDepartement(typed: string): string | undefined;
  /** Communes of a département whose name starts with `prefix`; marks, case and « St » are of no account, nor is an article before it. */
  searchCommunes(departementCode: string, prefix: string, limit?: number): readonly Commune[];
  /**
   * Those of this name: none, one, or rarely several of the past to choose from. Where none has exactly it, the one whose
   * name differs by an article or a space, or the arrondissement that is meant by its number.
   */
  findCommunes(departementCode: string, name: string): readonly Commune[];
  /** By the name of today, or the last that it had; undefined when no commune has had this code. */
  findCommune(code: string): Commune | undefined;
  /** Countries in the order of their names, France left out. */
  countries(locale: 'fr' | 'en'): readonly Country[];
  /** INSEE's code of an ISO code (two or three letters), or of itself; undefined for anything else. */
  inseeCountryCode(code: string): string | undefined;
}
