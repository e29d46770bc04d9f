/**
 * Birth dates as text, `YYYY-MM-DD`: no Date, hence no time zone. The register writes 00 for a day or a month that it
 * does not know, above all for people born abroad; such a date is recorded, never typed.
 */

export type BirthDateFault = 'shape' | 'not_in_calendar' | 'in_future' | 'too_old';

export type BirthDateReading = { readonly birthDate: string } | { readonly fault: BirthDateFault };

/** Nobody has lived longer than 122 years; past this age the year was mistyped. */
const MAXIMUM_AGE = 120;

const FRENCH = /^(?<day>\d{1,2})\s*[/.\s-]\s*(?<month>\d{1,2})\s*[/.\s-]\s*(?<year>\d{4})$/;
const FRENCH_DIGITS = /^(?<day>\d{2})(?<month>\d{2})(?<year>\d{4})$/;
const ISO = /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads a typed birth date.
 * @param typed JJ/MM/AAAA (dots, dashes, spaces or nothing will do) or YYYY-MM-DD.
 * @param today `YYYY-MM-DD`, the day in France.
 */
export function readBirthDate(typed: string, today: string): BirthDateReading {
  const text = typed.trim();
  const parts = (FRENCH.exec(text) ?? FRENCH_DIGITS.exec(text) ?? ISO.exec(text))?.groups;
  if (!parts) return { fault: 'shape' };
  const { year, month, day } = parts;
  const birthDate = `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`;
  if (!isInCalendar(Number(year), Number(month), Number(day))) return { fault: 'not_in_calendar' };
  if (birthDate > today) return { fault: 'in_future' };
  const oldest = `${Number(today.slice(0, 4)) - MAXIMUM_AGE}${today.slice(4)}`;
  return birthDate < oldest ? { fault: 'too_old' } : { birthDate };
}

/** Equal; a recorded day or month that is unknown (00) accepts any. */
export function isSameBirthDate(recorded: string, typed: string): boolean {
  const [year, month, day] = recorded.split('-');
  const [typedYear, typedMonth, typedDay] = typed.split('-');
  return year === typedYear && (month === '00' || month === typedMonth) && (day === '00' || day === typedDay);
}

function isInCalendar(year: number, month: number, day: number): boolean {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && isLeap ? 29 : DAYS[month - 1];
  return day >= 1 && day <= (days ?? 0);
}
