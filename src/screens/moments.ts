/** A time of day, as it is said: « 15 h 42 », “3:42 pm”; with its day where that is not today's. */

type Locale = 'fr' | 'en';

/** @param timeZone as in « Europe/Paris ». */
export function timeOfDay(at: Date, locale: Locale, timeZone: string): string {
  if (locale === 'en')
    return format(at, 'en-GB', { timeZone, hour: 'numeric', minute: '2-digit', hour12: true }).replace(' ', '\u00a0');
  const [hour = '', minute = ''] = format(at, 'fr-FR', { timeZone, hour: 'numeric', minute: '2-digit' }).split(':');
  return `${Number(hour)}\u00a0h\u00a0${minute}`;
}

/** « 25 novembre », where it is another day than that of `now`. */
export function otherDay(at: Date, now: Date, locale: Locale, timeZone: string): string | undefined {
  const tag = locale === 'fr' ? 'fr-FR' : 'en-GB';
  const dayOf = (date: Date) => format(date, tag, { timeZone, day: 'numeric', month: 'long' });
  const day = dayOf(at);
  if (day === dayOf(now)) return undefined;
  return (locale === 'fr' ? day.replace(/^1 /, '1er ') : day).replace(' ', '\u00a0');
}

/** The end of the minute in which a wait ends: whoever comes then does not come too early. */
export function endOfWait(now: Date, seconds: number): Date {
  const minute = 60_000;
  return new Date(Math.ceil((now.getTime() + seconds * 1000) / minute) * minute);
}

function format(date: Date, tag: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(tag, options).format(date);
}
