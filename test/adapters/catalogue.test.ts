import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { errorStatus, fieldErrorCodes } from '../../src/errors.ts';
import { projectRoot } from '../../src/project-root.ts';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import { typeset } from '../../src/screens/typography.ts';

interface SeedText {
  text: string;
  keys: string[];
}

interface SeedTexts {
  values: Record<string, number>;
  common: SeedText[];
  screenA: SeedText[];
  screenB: SeedText[];
}

type Entry = string | readonly string[];

function entriesOf(locale: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const walk = (node: unknown, prefix: string): void => {
    if (typeof node === 'object' && node !== null && !Array.isArray(node))
      for (const [key, value] of Object.entries(node)) walk(value, prefix ? `${prefix}.${key}` : key);
    else entries.set(prefix, node as Entry);
  };
  walk(parse(readFileSync(path.join(projectRoot, `config/${locale}.yaml`), 'utf8')), '');
  return entries;
}

const placeholdersOf = (entry: Entry | undefined) => [...String(entry).matchAll(/\{\w+\}/g)].map(String).sort();

describe('the message catalogues', () => {
  const [fr, en] = [entriesOf('fr'), entriesOf('en')];
  const catalogues = loadCatalogues();
  const seed = parse(readFileSync(path.join(import.meta.dirname, 'seed-texts.yaml'), 'utf8')) as SeedTexts;

  it('have the same keys, each a text or a list in both', () => {
    assert.ok(fr.size > 100);
    assert.deepEqual([...en.keys()].sort(), [...fr.keys()].sort());
    for (const [key, entry] of fr) {
      assert.equal(Array.isArray(en.get(key)), Array.isArray(entry), key);
      for (const text of [entry, en.get(key)].flat()) assert.ok(typeof text === 'string' && text.trim() !== '', key);
    }
  });

  it('have the same placeholders in each text', () => {
    for (const [key, entry] of fr) assert.deepEqual(placeholdersOf(en.get(key)), placeholdersOf(entry), key);
  });

  it('have a title and a detail for every error, and a text for every fault of a field, and no other', () => {
    const under = (prefix: string) => [...fr.keys()].filter((key) => key.startsWith(prefix)).sort();
    const errors = Object.keys(errorStatus).flatMap((code) => [`errors.${code}.title`, `errors.${code}.detail`]);
    assert.deepEqual(under('errors.'), errors.sort());
    assert.deepEqual(under('fields.'), fieldErrorCodes.map((code) => `fields.${code}`).sort());
  });

  for (const part of ['common', 'screenA', 'screenB'] as const)
    for (const { text, keys } of seed[part])
      it(`say « ${text} » word for word`, () => {
        const said = keys.map((key) => catalogues.fr.text(key, seed.values)).join('');
        assert.equal(said.toLowerCase(), typeset(text, 'fr').toLowerCase());
      });

  it('fill the placeholders, and leave one that nobody fills in sight', () => {
    assert.equal(catalogues.fr.text('signIn.passwordHint', { minimum: 8, maximum: 24 }), '8 à 24 caractères');
    assert.equal(catalogues.en.text('signIn.passwordHint', { minimum: 8 }), '8 to {maximum} characters');
  });

  it('say a time to wait in seconds, then in minutes', () => {
    const waits = [2, 60, 61, 120, 121, 3600].map((seconds) => catalogues.fr.delay(seconds));
    assert.deepEqual(waits, ['2 secondes', '60 secondes', '2 minutes', '2 minutes', '3 minutes', '60 minutes']);
  });

  describe('say when a wait is over', () => {
    const at = (now: string, zone = 'Europe/Paris') =>
      loadCatalogues(undefined, { timeZone: zone, now: () => new Date(now) });
    for (const [now, seconds, fr, en] of [
      ['2026-11-24T14:38:00Z', 240, 'à 15 h 42', 'at 3:42 pm'],
      ['2026-07-01T06:03:01Z', 59, 'à 8 h 04', 'at 8:04 am'],
      ['2026-11-24T14:38:00.500Z', 1, 'à 15 h 39', 'at 3:39 pm'],
      ['2026-11-24T22:50:00Z', 900, 'le 25 novembre à 0 h 05', 'on 25 November at 12:05 am'],
      ['2026-11-30T14:00:00Z', 86_400, 'le 1er décembre à 15 h 00', 'on 1 December at 3:00 pm'],
    ] as const)
      it(`${fr}, ${seconds} s after ${now}`, () => {
        const plain = (text: string) => text.replaceAll('\u00a0', ' ');
        assert.equal(plain(at(now).fr.momentAfter(seconds)), fr);
        assert.equal(plain(at(now).en.momentAfter(seconds)), en);
      });

    it('in the time zone that is configured, and no line is broken in it', () => {
      assert.equal(at('2026-11-24T14:38:00Z', 'Indian/Reunion').fr.momentAfter(240), 'à 18\u00a0h\u00a042');
    });
  });

  it('throw for a key that is not there, and for a list asked as a text', () => {
    assert.throws(() => catalogues.fr.text('signIn.nothing'), /no text signIn.nothing/);
    assert.throws(() => catalogues.fr.text('pages.help.paragraphs'), /no text/);
    assert.throws(() => catalogues.fr.list('signIn.title'), /no list signIn.title/);
  });

  it('do not load when a key stands in one and not in the other', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-catalogue-'));
    try {
      writeFileSync(path.join(folder, 'fr.yaml'), 'a: { b: un, c: deux }');
      writeFileSync(path.join(folder, 'en.yaml'), 'a: { b: one, d: two }');
      assert.throws(() => loadCatalogues(folder), /differ: a\.c, a\.d/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
