/** A birth date as typed on a form. Shared by the stories that ask for one. */
import { type BirthDateFault, readBirthDate } from '../../domain/birth-date.ts';
import { type FieldErrorCode, fieldError } from '../../errors.ts';

const CODES: Readonly<Record<BirthDateFault, FieldErrorCode>> = {
  shape: 'date_shape',
  not_in_calendar: 'date_impossible',
  in_future: 'date_future',
  too_old: 'date_too_old',
};

/** @returns `YYYY-MM-DD`. @throws ServiceError validation_failed on `birthDate`. */
export function readTypedBirthDate(typed: string, now: Date): string {
  const reading = readBirthDate(typed, now.toISOString().slice(0, 10));
  if ('fault' in reading) throw fieldError('birthDate', CODES[reading.fault]);
  return reading.birthDate;
}
