/** The provisional identifier that we issue: `P` and 8 digits. Not the administration's provisional NIR (7 or 8). */
import { fieldError } from '../errors.ts';
import { kindOfNir } from './nir.ts';

/**
 * Reads a typed provisional identifier; the screen shows the P, so the 8 digits alone are enough.
 * @returns `P` and 8 digits.
 * @throws ServiceError validation_failed: identifier_is_nir, nir_provisional (13 characters or more that start with 7 or
 *   8), provisional_identifier_shape.
 */
export function parseProvisionalIdentifier(typed: string, field: string): string {
  const stripped = typed.replace(/[\s\u00a0\u202f.-]/gu, '').toUpperCase();
  if (stripped === '') throw fieldError(field, 'field_required');
  const kind = kindOfNir(typed);
  if (kind) throw fieldError(field, kind === 'nir' ? 'identifier_is_nir' : 'nir_provisional');
  const match = /^P?(\d{8})$/.exec(stripped);
  if (!match) throw fieldError(field, 'provisional_identifier_shape');
  return `P${match[1]}`;
}

/** « P •• •• •• 25 ». */
export function maskProvisionalIdentifier(value: string): string {
  return `P •• •• •• ${value.slice(-2)}`;
}
