/**
 * The typography of what people read, in one place: the catalogues are written on a plain keyboard, and are set when
 * they are read. A value that fills a placeholder is left as it is.
 */

const NO_BREAK = '\u00a0';

/** Of an SMS: ’ and a no-break space stand outside GSM-7, and would make several messages of one. */
const PLAIN = /^messages\.[^.]+\.sms$/;

/**
 * The text of a key as it is shown: ’ for an apostrophe; in French, a no-break space before « : ; ? ! % » », after
 * « « », and inside a number. A colon without a space before it, as in 12:30 or an address, is left alone.
 */
export function typeset(text: string, locale: 'fr' | 'en', key = ''): string {
  if (PLAIN.test(key)) return text;
  const apostrophes = text.replaceAll("'", '’');
  if (locale === 'en') return apostrophes;
  return apostrophes.replace(/ (?=[:;?!%»])|(?<=«) |(?<=\d) (?=\d)/g, NO_BREAK);
}
