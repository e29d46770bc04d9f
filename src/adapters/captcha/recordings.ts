/**
 * The recordings of one language, made by scripts/build-captcha-sounds.ts. Each voice says each character in two pieces: its name,
 * and one of two hints (« R », « comme Raoul »; « chiffre », « trois »).
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ALPHABET } from './answer.ts';
import { loudnessOf } from './speech.ts';
import { readPackedWav } from './wav.ts';

export type SoundLocale = 'fr' | 'en';

/** What a voice says, by the name of the piece; each as loud as the others: its root mean square is 1. */
export type Voice = ReadonlyMap<string, Float32Array>;

/** Their folders. */
export const VOICES: readonly string[] = ['1', '2', '3', '4'];
/** How many a character has. */
export const HINTS = 2;

const loading: Partial<Record<SoundLocale, Promise<readonly Voice[]>>> = {};

/** Read once, at first use. @throws Error when a recording is missing or of another kind. */
export function loadVoices(locale: SoundLocale): Promise<readonly Voice[]> {
  loading[locale] ??= Promise.all(
    VOICES.map((voice) => loadVoice(path.join(import.meta.dirname, 'sounds', locale, voice))),
  );
  return loading[locale];
}

/** @returns the pieces of a character in the order in which they are said. @throws Error for one that is not recorded. */
export function piecesOf(voice: Voice, character: string, hint: number): readonly Float32Array[] {
  const [name, hinted] = [voice.get(nameOf(character)), voice.get(hintOf(character, hint))];
  if (!name || !hinted) throw new Error(`no recording of ${character}`);
  return isDigit(character) ? [hinted, name] : [name, hinted];
}

export function nameOf(character: string): string {
  return character.toLowerCase();
}

/** Digits have theirs in common. @param index below HINTS. */
export function hintOf(character: string, index: number): string {
  return `${isDigit(character) ? 'digit' : nameOf(character)}-${index + 1}`;
}

export function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

async function loadVoice(folder: string): Promise<Voice> {
  const names = new Set(
    [...ALPHABET].flatMap((character) => [
      nameOf(character),
      ...Array.from({ length: HINTS }, (_, index) => hintOf(character, index)),
    ]),
  );
  const read = async (name: string) =>
    [name, asLoud(readPackedWav(await readFile(path.join(folder, `${name}.wav`))))] as const;
  return new Map(await Promise.all([...names].map(read)));
}

function asLoud(samples: Float32Array): Float32Array {
  const loudness = loudnessOf(samples);
  return samples.map((sample) => sample / loudness);
}
