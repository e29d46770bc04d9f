/** The words of a refusal, and of each fault of its fields. */
import type { FieldError } from '../errors.ts';
import type { Catalogue } from './catalogue.ts';
import type { Refusal } from './page.ts';

/** What is wrong and what to do: a wait is told by the time when it is over, and by what is left of it. */
export function refusalText(
  words: Catalogue,
  { code, retryAfterSeconds = 0 }: Pick<Refusal, 'code' | 'retryAfterSeconds'>,
): string {
  const wait = { delay: words.delay(retryAfterSeconds), moment: words.momentAfter(retryAfterSeconds) };
  return words.text(`errors.${code}.detail`, wait);
}

/** A password that is too weak is told each way out that its values name; everything else has its sentence. */
export function faultText(words: Catalogue, { code, values }: FieldError): string {
  const ways = code === 'password_too_weak' ? waysOut(words, values) : [];
  if (ways.length === 0) return words.text(`fields.${code}`, values);
  const list = new Intl.ListFormat(words.locale, { type: 'disjunction' }).format(ways);
  return words.text('strength.sentence', { ways: list });
}

function waysOut(words: Catalogue, values: FieldError['values'] = {}): readonly string[] {
  return words.under('strength.ways').flatMap((what) => {
    const count = values[what];
    return count === undefined ? [] : [words.text(`strength.ways.${what}.${count === 1 ? 'one' : 'more'}`, { count })];
  });
}
