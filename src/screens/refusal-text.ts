/** The words of a refusal, and of each fault of its fields: its name, and what is expected of it. */
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

/**
 * A password that is too weak is told each way out that its values name, and a value that its field does not take, what
 * the field takes (`expected.<field>`); everything else has its sentence.
 */
export function faultText(words: Catalogue, { field, code, values }: FieldError): string {
  if (code === 'field_invalid' && words.under('expected').includes(field)) return words.text(`expected.${field}`);
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

/** The short names of fields, `labels.<field>` of the catalogues. @param own those that a screen calls otherwise. */
export function labelsOf(
  words: Catalogue,
  own: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const shared = words.under('labels').map((name) => [name, words.text(`labels.${name}`)] as const);
  return { ...Object.fromEntries(shared), ...own };
}

/** « Mot de passe : champ obligatoire ». @param label none for a field that is not of the form. */
export function namedFault(words: Catalogue, label: string | undefined, fault: FieldError): string {
  const said = faultText(words, fault);
  return label ? words.text('common.namedFault', { label, fault: startingSmall(said) }) : said;
}

/** « Il y a 2 erreurs à corriger ». */
export function faultsTitle(words: Catalogue, count: number): string {
  return words.text(count === 1 ? 'common.oneFault' : 'common.faults', { count });
}

/** A sentence as it stands after a colon; one that begins with an abbreviation keeps its capitals. */
function startingSmall(sentence: string): string {
  return /^\p{Lu}[^\p{Ll}\s]/u.test(sentence) ? sentence : sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
