/**
 * The words of the screens and of the problems: config/fr.yaml and config/en.yaml, checked to say the same things, and
 * set as they are shown.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../project-root.ts';
import { DEFAULT_FACTS, type Facts, wordsOfFacts } from './facts.ts';
import { endOfWait, otherDay, timeOfDay } from './moments.ts';
import { typeset } from './typography.ts';

export interface Catalogue {
  readonly locale: 'fr' | 'en';
  /** The text of a key, its `{placeholders}` filled, with what is known of the service (facts.ts) where no value is given. @throws Error for a key that no catalogue has: a bug. */
  text(key: string, values?: Readonly<Record<string, string | number>>): string;
  /** The paragraphs or items of a list. */
  list(key: string): readonly string[];
  /** The names that stand under a key, in their order. */
  under(key: string): readonly string[];
  /** « 2 minutes », for a time to wait. */
  delay(seconds: number): string;
  /** « 15 h 42 », in the time zone of the service. */
  timeOfDay(at: Date): string;
  /** « à 15 h 42 », or « le 25 novembre à 15 h 42 »: when a wait from now on is over, to the minute. */
  momentAfter(seconds: number): string;
}

/** What times are told by. */
export interface Timepiece {
  readonly timeZone: string;
  now(): Date;
}

export type Catalogues = Readonly<Record<'fr' | 'en', Catalogue>>;

/** For whoever asks for no moment. */
const STOPPED: Timepiece = { timeZone: 'Europe/Paris', now: () => new Date(0) };

/**
 * Reads both catalogues.
 * @param timepiece without it, no time goes by.
 * @param facts those of the default settings where they are not given.
 * @throws Error when a key stands in one and not in the other.
 */
export function loadCatalogues(
  folder = path.join(projectRoot, 'config'),
  timepiece = STOPPED,
  facts = DEFAULT_FACTS,
): Catalogues {
  const fr = readCatalogue(folder, 'fr');
  const en = readCatalogue(folder, 'en');
  const lone = [...fr.keys()].filter((key) => !en.has(key)).concat([...en.keys()].filter((key) => !fr.has(key)));
  if (lone.length > 0) throw new Error(`config/fr.yaml and config/en.yaml differ: ${lone.join(', ')}`);
  return { fr: createCatalogue('fr', fr, timepiece, facts), en: createCatalogue('en', en, timepiece, facts) };
}

function createCatalogue(
  locale: 'fr' | 'en',
  entries: ReadonlyMap<string, string | readonly string[]>,
  { timeZone, now }: Timepiece,
  facts: Facts,
): Catalogue {
  let known: Readonly<Record<string, string>> | undefined;
  const factOf = (name: string) => {
    known ??= wordsOfFacts(catalogue, facts);
    return Object.hasOwn(known, name) ? known[name] : undefined;
  };
  const fill = (text: string, values: Readonly<Record<string, string | number>> = {}) =>
    text.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? factOf(name) ?? placeholder));
  const catalogue: Catalogue = {
    locale,
    text(key, values) {
      const entry = entries.get(key);
      if (typeof entry !== 'string') throw new Error(`no text ${key} in config/${locale}.yaml`);
      return fill(entry, values);
    },
    list(key) {
      const entry = entries.get(key);
      if (!Array.isArray(entry)) throw new Error(`no list ${key} in config/${locale}.yaml`);
      return entry.map((text) => fill(text));
    },
    under(key) {
      const names = [...entries.keys()].filter((entry) => entry.startsWith(`${key}.`));
      return [...new Set(names.map((entry) => entry.slice(key.length + 1).split('.')[0] ?? ''))];
    },
    delay(seconds) {
      const [unit, count] =
        seconds <= 60 ? ['second', Math.max(1, Math.ceil(seconds))] : ['minute', Math.ceil(seconds / 60)];
      return catalogue.text(`delay.${unit}${count === 1 ? '' : 's'}`, { count });
    },
    timeOfDay: (at) => timeOfDay(at, locale, timeZone),
    momentAfter(seconds) {
      const end = endOfWait(now(), seconds);
      const day = otherDay(end, now(), locale, timeZone);
      const time = timeOfDay(end, locale, timeZone);
      return day === undefined
        ? catalogue.text('moment.today', { time })
        : catalogue.text('moment.otherDay', { day, time });
    },
  };
  return catalogue;
}

function readCatalogue(folder: string, locale: 'fr' | 'en'): Map<string, string | readonly string[]> {
  const entries = new Map<string, string | readonly string[]>();
  const walk = (node: unknown, prefix: string): void => {
    if (typeof node === 'string') entries.set(prefix, typeset(node, locale, prefix));
    else if (Array.isArray(node))
      entries.set(
        prefix,
        node.map((text: string) => typeset(text, locale, prefix)),
      );
    else for (const [key, value] of Object.entries(node as object)) walk(value, prefix ? `${prefix}.${key}` : key);
  };
  walk(parse(readFileSync(path.join(folder, `${locale}.yaml`), 'utf8')), '');
  return entries;
}
