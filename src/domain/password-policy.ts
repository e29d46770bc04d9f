/**
 * What a created password must be. Strength is the CNIL's measure (délibération 2022-100): length × log2(alphabet)
 * of at least 50 bits, with access restriction. The rules bind new passwords only, never those that exist.
 */
import type { FieldError } from '../errors.ts';

export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly maximumLength: number;
  readonly minimumBits: number;
}

/** Personal data that a password may not contain, as recorded. */
export interface PersonalWords {
  readonly identifiers: readonly string[];
  readonly names: readonly string[];
  /** `YYYY-MM-DD`. */
  readonly birthDate?: string;
}

type Alphabet = 'upper' | 'lower' | 'digits' | 'other';

/** What would make a password strong enough: so many characters more, of one alphabet or of those that it has. */
export type WaysOut = { readonly [What in Alphabet | 'characters']?: number };

const ALPHABETS: readonly (readonly [name: Alphabet, pattern: RegExp, size: number])[] = [
  ['upper', /\p{Lu}/u, 26],
  ['lower', /\p{Ll}/u, 26],
  ['digits', /\p{Nd}/u, 10],
  ['other', /[^\p{Nd}\p{Ll}\p{Lu}]/u, 37],
];

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '€': 'e',
  '|': 'l',
};

/** Words that the people of this portal reach for first. */
const LOCAL_WORDS = new Set(
  `caf cafe allocation allocations allocataire allocataires moncompte moncomptecaf caffr motdepasse monmotdepasse
  motdepass mdp bienvenue azerty azertyuiop qwerty qwertz password famille familles soleil doudou chouchou jetaime
  bonjour bonsoir france paris marseille`.split(/\s+/),
);

/** NFC, the form in which a password is counted, hashed and compared. */
export function normalizePassword(password: string): string {
  return password.normalize('NFC');
}

/** The CNIL's measure, in bits: length in code points × log2 of the alphabets used. */
export function passwordBits(password: string): number {
  const size = alphabetSize(password);
  return size === 0 ? 0 : [...password].length * Math.log2(size);
}

function alphabetSize(password: string): number {
  return ALPHABETS.reduce((sum, [, pattern, letters]) => (pattern.test(password) ? sum + letters : sum), 0);
}

/**
 * Each way out of a password that is too weak, by the formula: whoever adds so many characters of an alphabet that it
 * lacks, or of those that it has, is strong enough. What would be longer than a password may be is left out.
 */
export function waysOutOfWeakness(
  password: string,
  { minimumBits, maximumLength }: Pick<PasswordPolicy, 'minimumBits' | 'maximumLength'>,
): WaysOut {
  const length = [...password].length;
  const size = alphabetSize(password);
  const lacking = ALPHABETS.filter(([, pattern]) => !pattern.test(password));
  const ways = [...lacking.map(([name, , letters]) => [name, size + letters] as const), ['characters', size] as const];
  return Object.fromEntries(
    ways.flatMap(([what, letters]) => {
      const more = Math.max(1, shortestOf(letters, minimumBits) - length);
      return length + more <= maximumLength ? [[what, more]] : [];
    }),
  );
}

/** How long a password over an alphabet of this size must be. */
function shortestOf(size: number, bits: number): number {
  return size === 0 ? Number.POSITIVE_INFINITY : Math.ceil(bits / Math.log2(size));
}

/**
 * The rules of a new password that are not met, all of them.
 * @param isCommonWord whether a lower-case, unaccented word stands in a dictionary of common passwords.
 * @returns no element when the password will do.
 */
export function passwordFaults(
  password: string,
  policy: PasswordPolicy,
  personal: PersonalWords,
  isCommonWord: (word: string) => boolean,
  field = 'password',
): readonly FieldError[] {
  const normalized = normalizePassword(password);
  const length = [...normalized].length;
  const faults: FieldError[] = [];
  if (length < policy.minimumLength)
    faults.push({ field, code: 'password_too_short', values: { minimum: policy.minimumLength } });
  if (length > policy.maximumLength)
    faults.push({ field, code: 'password_too_long', values: { maximum: policy.maximumLength } });
  if (passwordBits(normalized) < policy.minimumBits)
    faults.push({ field, code: 'password_too_weak', values: { ...waysOutOfWeakness(normalized, policy) } });
  if (isCommonPassword(normalized, isCommonWord)) faults.push({ field, code: 'password_common' });
  if (containsPersonalWord(normalized, personal)) faults.push({ field, code: 'password_personal' });
  return faults;
}

/** Whether the core of the password, after case, l33t and the ends are undone, is a common word. */
export function isCommonPassword(password: string, isCommonWord: (word: string) => boolean): boolean {
  return cores(password).some((core) => LOCAL_WORDS.has(core) || (core.length >= 3 && isCommonWord(core)));
}

/**
 * « M0tdepasse1! » → motdepasse. Ends may be digits and signs that were added, or letters that l33t replaced: both
 * readings are tried.
 */
function cores(password: string): string[] {
  const lower = fold(password);
  const trimmed = lower.replace(/^[^a-z]+|[^a-z]+$/g, '');
  return [...new Set([lower, unleet(lower), trimmed, unleet(trimmed), lettersOnly(unleet(trimmed))])];
}

function containsPersonalWord(password: string, personal: PersonalWords): boolean {
  const folded = lettersAndDigits(fold(password));
  return personalWords(personal).some((word) => folded.includes(word));
}

function personalWords({ identifiers, names, birthDate }: PersonalWords): string[] {
  const words = [
    ...identifiers.map((identifier) => identifier.replace('P', '')),
    ...names.flatMap((name) => [name, ...name.split(/[\s'-]/)]),
    ...(birthDate ? birthDateWritings(birthDate) : []),
  ];
  // Two letters (« Li ») would refuse half of all passwords.
  return words.map((word) => lettersAndDigits(fold(word))).filter((word) => word.length >= 3);
}

function birthDateWritings(birthDate: string): string[] {
  const [year, month, day] = birthDate.split('-') as [string, string, string];
  const short = year.slice(2);
  return [`${day}${month}${year}`, `${day}${month}${short}`, `${year}${month}${day}`, `${month}${day}${year}`];
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function unleet(text: string): string {
  return [...text].map((character) => LEET[character] ?? character).join('');
}

function lettersOnly(text: string): string {
  return text.replace(/[^a-z]/g, '');
}

function lettersAndDigits(text: string): string {
  return text.replace(/[^a-z0-9]/g, '');
}
