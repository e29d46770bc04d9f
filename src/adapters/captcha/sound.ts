/**
 * The sound of an answer, as WAV: one recording a character (« R comme Raoul »), at random distances, speeds and volumes,
 * over a murmur of the same voice played backwards and a little noise. The recordings are made by
 * scripts/build-captcha-sounds.ts.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ALPHABET } from './answer.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';
import { readWav, SAMPLE_RATE, writeWav } from './wav.ts';

export type SoundLocale = 'fr' | 'en';

type Recordings = ReadonlyMap<string, Float32Array>;

const PAUSE_SECONDS = [0.35, 0.8] as const;
const SPEED = [0.94, 1.08] as const;
const VOLUME = [0.7, 0.95] as const;
const MURMUR = 0.13;
const NOISE = 0.025;

const loading: Partial<Record<SoundLocale, Promise<Recordings>>> = {};

/** @param seed the same one gives the same sound. */
export async function joinSound(answer: string, locale: SoundLocale, seed: string): Promise<Buffer> {
  loading[locale] ??= loadRecordings(locale);
  const recordings = await loading[locale];
  const random = createSeededRandom(seed, 'sound');
  const said = [...answer].map((character) => atSpeed(recordings.get(character) as Float32Array, random));
  const pauses = said.map(() => Math.round(random.between(...PAUSE_SECONDS) * SAMPLE_RATE));
  const length = [...said.map((part) => part.length), ...pauses, Math.round(SAMPLE_RATE / 2)].reduce(
    (sum, part) => sum + part,
    0,
  );
  const sound = new Float32Array(length);
  addNoise(sound, random);
  addMurmur(sound, recordings, random);
  let position = 0;
  for (const [index, part] of said.entries()) {
    position += pauses[index] ?? 0;
    add(sound, part, position, random.between(...VOLUME));
    position += part.length;
  }
  return writeWav(sound);
}

async function loadRecordings(locale: SoundLocale): Promise<Recordings> {
  const folder = path.join(import.meta.dirname, 'sounds', locale);
  const read = async (character: string) =>
    [character, readWav(await readFile(path.join(folder, `${character.toLowerCase()}.wav`)))] as const;
  return new Map(await Promise.all([...ALPHABET].map(read)));
}

/** Faster or slower by a little, and higher or lower with it. */
function atSpeed(recording: Float32Array, random: SeededRandom): Float32Array {
  const speed = random.between(...SPEED);
  return new Float32Array(Math.floor((recording.length - 1) / speed)).map((_, index) => {
    const at = index * speed;
    const before = Math.floor(at);
    const part = at - before;
    return (recording[before] ?? 0) * (1 - part) + (recording[before + 1] ?? 0) * part;
  });
}

function addNoise(sound: Float32Array, random: SeededRandom): void {
  const noise = random.bytes(sound.length);
  for (let index = 0; index < sound.length; index++) sound[index] = NOISE * ((noise[index] ?? 0) / 127.5 - 1);
}

/** From end to end, so that silence does not tell where a character begins. */
function addMurmur(sound: Float32Array, recordings: Recordings, random: SeededRandom): void {
  const backwards = [...recordings.values()];
  let position = 0;
  while (position < sound.length) {
    const part = atSpeed(backwards[random.index(backwards.length)] as Float32Array, random).reverse();
    add(sound, part, position, MURMUR);
    position += Math.round(part.length * random.between(0.6, 1));
  }
}

function add(sound: Float32Array, part: Float32Array, position: number, volume: number): void {
  const end = Math.min(part.length, sound.length - position);
  for (let index = 0; index < end; index++)
    sound[position + index] = (sound[position + index] ?? 0) + volume * (part[index] ?? 0);
}
