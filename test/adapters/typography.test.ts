/** What is shown, over both catalogues: no two kinds of apostrophe, and no sign of French that a line can part from its word. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { fitsOneSms } from '../../src/domain/gsm7.ts';
import { projectRoot } from '../../src/project-root.ts';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import { typeset } from '../../src/screens/typography.ts';

/** Every text of a catalogue as it is shown, by its key. */
function shown(locale: 'fr' | 'en'): [key: string, text: string][] {
  const words = loadCatalogues()[locale];
  const keysOf = (node: unknown, prefix: string): [string, string][] => {
    if (typeof node === 'string') return [[prefix, words.text(prefix)]];
    if (Array.isArray(node)) return words.list(prefix).map((text) => [prefix, text]);
    return Object.entries(node as object).flatMap(([key, value]) => keysOf(value, prefix ? `${prefix}.${key}` : key));
  };
  return keysOf(parse(readFileSync(path.join(projectRoot, `config/${locale}.yaml`), 'utf8')), '');
}

const isSms = (key: string) => key.startsWith('messages.') && key.endsWith('.sms');

describe('the typography of the texts', () => {
  for (const locale of ['fr', 'en'] as const) {
    it(`has one kind of apostrophe on the screens and in the mails in ${locale}`, () => {
      for (const [key, text] of shown(locale)) if (!isSms(key)) assert.doesNotMatch(text, /['"]/, `${key}: ${text}`);
    });

    it(`leaves an SMS in ${locale} plain, within one message of GSM-7`, () => {
      const sms = shown(locale).filter(([key]) => isSms(key));
      assert.ok(sms.length >= 4);
      for (const [key, text] of sms) {
        const written = text.replace('{identifier}', 'P12345678').replace('{code}', '123456789');
        assert.ok(fitsOneSms(written), `${key}: ${written}`);
      }
    });
  }

  it('keeps every sign of French on the line of its word', () => {
    for (const [key, text] of shown('fr')) {
      if (isSms(key)) continue;
      const withoutAddresses = text.replace(/\b\w+:\/\/\S+|\d:\d/g, '');
      assert.doesNotMatch(
        withoutAddresses,
        /(?<![\u00a0\u202f\s:;?!%»])[:;?!%»]| [:;?!%»]|«(?![\u00a0\u202f])/,
        `${key}: ${text}`,
      );
    }
  });

  it('has no space before a sign in English', () => {
    for (const [key, text] of shown('en')) assert.doesNotMatch(text, /[\s\u00a0\u202f][:;?!%”]|“\s/, `${key}: ${text}`);
  });

  it('leaves times, addresses, narrow spaces and what fills a placeholder as they are', () => {
    assert.equal(
      typeset("L'heure : 12:30 ; « https://a.test/?b=c » vaut 20 % !", 'fr'),
      'L’heure\u00a0: 12:30\u00a0; «\u00a0https://a.test/?b=c\u00a0» vaut 20\u00a0%\u00a0!',
    );
    assert.equal(typeset('«\u202fdéjà\u202f»\u202f!', 'fr'), '«\u202fdéjà\u202f»\u202f!');
    assert.equal(typeset('1 80 05 99 330 108', 'fr'), '1\u00a080\u00a005\u00a099\u00a0330\u00a0108');
    const home = loadCatalogues().fr.text('errorPage.home', { client: "L'abri : un" });
    assert.equal(home, "Revenir à L'abri : un");
  });

  it('sets an apostrophe alone in English, and nothing in an SMS', () => {
    assert.equal(typeset("the State's : 1 2", 'en'), 'the State’s : 1 2');
    assert.equal(typeset("l'un : deux", 'fr', 'messages.made-up.sms'), "l'un : deux");
    assert.equal(typeset("l'un : deux", 'fr', 'messages.made-up.mail'), 'l’un\u00a0: deux');
  });
});
