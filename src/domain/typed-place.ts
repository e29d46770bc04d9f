/**
 * Départements and communes as people type them: a number without its zero, a name for a number, an article left out,
 * « Paris 12e ». Nothing is guessed: what could be two places is none.
 */
import { findArrondissement, normalisePlace } from './birthplace.ts';
import { normaliseName } from './civil-names.ts';

/** A département as it is listed. */
interface ListedDepartement {
  readonly code: string;
  readonly name: string;
  readonly formerNames: readonly string[];
  readonly former: boolean;
}

/** Two parts of one département: Lyon's métropole has a number of its own on some lists. */
const PARTS: Readonly<Record<string, string>> = { '69D': '69', '69M': '69' };

const ARTICLE = /^(?:LE|LA|LES|L) (?=.)/;

/** « 1 », « 2a », « 97 4 », « rhone », « 69 - Rhône », « Seine-et-Oise ». @returns the code. */
export function readDepartement(typed: string, listed: readonly ListedDepartement[]): string | undefined {
  const text = normaliseName(typed);
  const byNumber = findNumber(text.replaceAll(' ', ''), listed);
  // Whatever the text, this matches.
  const [, before, name, after] = /(?:(\d\S*) )?(.*?)(?: (\d\S*))?$/.exec(text)!;
  const number = before ?? after;
  if (byNumber || number === undefined) return (byNumber ?? findName(text, listed))?.code;
  const named = findNumber(number, listed);
  return named && findName(name!, [named])?.code;
}

/** « Paris 12e », « Lyon 3 », « 1er arrondissement de Marseille », « 75012 Paris », « Paris XII ». @returns the code. */
export function readArrondissement(typed: string): string | undefined {
  const text = normaliseName(typed);
  const found = (CITY_FIRST.exec(text) ?? NUMBER_FIRST.exec(text))?.groups;
  return found && findArrondissement(found.city!, numberOf(found.number!));
}

const NUMBER = '(?<number>\\d{1,2}|\\d{5}|[IVX]+?)';
const ORDINAL = '(?: ?(?:E|ER|ERE|EME|IEME|ND|NDE|DE))?(?: (?:ARRONDISSEMENT|ARRDT|ARRT|ARR))?';
const CITY = '(?<city>PARIS|LYON|MARSEILLE)';
const CITY_FIRST = new RegExp(`^${CITY} ${NUMBER}${ORDINAL}$`);
const NUMBER_FIRST = new RegExp(`^${NUMBER}${ORDINAL}(?: DE)? ${CITY}$`);

const ROMAN: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10 };

/** Of a postal code, its last two digits. */
function numberOf(text: string): number {
  if (/\d/.test(text)) return Number(text.slice(-2));
  const values = [...text].map((letter) => ROMAN[letter] ?? 0);
  return values.reduce((sum, value, index) => sum + (value < (values[index + 1] ?? 0) ? -value : value), 0);
}

/**
 * Whether two names of places differ by nothing but what people leave out or write short: an article at the beginning,
 * spaces, « s/ » for « sur » and « s/s » for « sous ». @param key a name, normalised by `normalisePlace`.
 */
export function isLikePlace(key: string, other: string): boolean {
  return joined(key) === joined(other) || joined(withoutArticle(key)) === joined(withoutArticle(other));
}

function joined(key: string): string {
  return key
    .replace(/\b(?:S S|SS)\b/g, 'SOUS')
    .replace(/\bS\b/g, 'SUR')
    .replaceAll(' ', '');
}

/** « LE HAVRE » → « HAVRE ». */
export function withoutArticle(key: string): string {
  return key.replace(ARTICLE, '');
}

function findNumber<Listed extends ListedDepartement>(text: string, listed: readonly Listed[]): Listed | undefined {
  const code = /^\d$/.test(text) ? `0${text}` : (PARTS[text] ?? text);
  return listed.find((known) => known.code === code);
}

/** Those of today first: the Seine of before is Paris. */
function findName<Listed extends ListedDepartement>(name: string, listed: readonly Listed[]): Listed | undefined {
  const wanted = normalisePlace(name);
  const isNamed = (text: string) => isLikePlace(normalisePlace(text), wanted);
  const today = listed.find((known) => !known.former && isNamed(known.name));
  return today ?? listed.find((known) => [known.name, ...known.formerNames].some(isNamed));
}
