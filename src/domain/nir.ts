/**
 * The NIR (numéro d'inscription au répertoire): its shape and its key, and nothing more. Checking the département,
 * the commune or the country has refused real people; no such rule may be added here.
 */
import { fieldError } from '../errors.ts';

const SEPARATORS = /[\s\u00a0\u202f.-]/gu;
const PRINTABLE_ASCII = /^[\x21-\x7e]*$/;
const SHAPE = /^[12]\d{4}(?:\d{2}|2[AB])\d{6}$/;

/** Removes what people put between the digits (spaces, dots, dashes) and puts letters in upper case. */
export function stripNir(typed: string): string {
  return typed.replace(SEPARATORS, '').toUpperCase();
}

/**
 * Reads a typed NIR.
 * @param typed 13 characters, or 15 with the key; spaces, dots and dashes allowed.
 * @param field the name of the form field, for the refusal.
 * @returns the 13 characters.
 * @throws ServiceError validation_failed: nir_provisional (starts with 7 or 8), identifier_is_provisional (starts with
 *   P), nir_key, nir_shape.
 */
export function parseNir(typed: string, field: string): string {
  const stripped = stripNir(typed);
  if (stripped === '') throw fieldError(field, 'field_required');
  if (!PRINTABLE_ASCII.test(stripped)) throw fieldError(field, 'nir_shape');
  if (/^[78]/.test(stripped)) throw fieldError(field, 'nir_provisional');
  if (stripped.startsWith('P')) throw fieldError(field, 'identifier_is_provisional');
  const number = stripped.slice(0, 13);
  if (!hasNirShape(number)) throw fieldError(field, 'nir_shape');
  const key = stripped.slice(13);
  if (key === '') return number;
  if (!/^\d{2}$/.test(key)) throw fieldError(field, 'nir_shape');
  if (Number(key) !== nirKey(number)) throw fieldError(field, 'nir_key');
  return number;
}

/**
 * What a text is that somebody typed where no NIR is asked for: 13 characters or more of a number, as its first one says.
 * Whether it is right is for the form of the NIR to tell.
 */
export function kindOfNir(typed: string): 'nir' | 'provisional-nir' | undefined {
  const stripped = stripNir(typed);
  if (/^[12][\dAB]{12,14}$/.test(stripped)) return 'nir';
  return /^[78][\dAB]{12,14}$/.test(stripped) ? 'provisional-nir' : undefined;
}

/** Whether 13 characters could be a NIR: months 01-12, and 20-99 which the register uses for incomplete births. */
export function hasNirShape(number: string): boolean {
  const month = Number(number.slice(3, 5));
  return SHAPE.test(number) && ((month >= 1 && month <= 12) || month >= 20);
}

/** The control key of a NIR: 97 − (N mod 97), where 2A reads as 19 and 2B as 18. Takes the 13 characters. */
export function nirKey(number: string): number {
  const digits = number.replace('2A', '19').replace('2B', '18');
  return 97 - Number(BigInt(digits) % 97n);
}

/** « 2 55 •• •• ••• •25 »: enough to recognise one's own number, not enough to learn it. */
export function maskNir(number: string): string {
  return `${number.slice(0, 1)} ${number.slice(1, 3)} •• •• ••• •${number.slice(11)}`;
}
