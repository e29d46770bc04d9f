/** Common passwords and French words, from the zxcvbn-ts dictionaries: read at first use and kept. */
import type { CommonWords } from '../ports/passwords.ts';

const SHORTEST = 3;

export function createCommonWords(): CommonWords {
  let loading: Promise<(word: string) => boolean> | undefined;
  return {
    load() {
      loading ??= readDictionaries();
      return loading;
    },
  };
}

async function readDictionaries(): Promise<(word: string) => boolean> {
  const [common, french] = await Promise.all([import('@zxcvbn-ts/language-common'), import('@zxcvbn-ts/language-fr')]);
  const words = new Set<string>();
  for (const list of [common.dictionary['passwords-common'], ...Object.values(french.dictionary)])
    for (const word of list as readonly string[]) if (word.length >= SHORTEST) words.add(unaccent(word));
  return (word) => words.has(word);
}

function unaccent(word: string): string {
  return word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
