/**
 * The small script that anybody can write who has the public repository: it compares the spectrogram of a captcha's sound with
 * that of each recording, at several speeds and heights, and takes the six places that resemble one most.
 */
import { ALPHABET } from '../../src/adapters/captcha/answer.ts';
import { HINTS, loadVoices, piecesOf, type SoundLocale } from '../../src/adapters/captcha/recordings.ts';
import { resize, stretch } from '../../src/adapters/captcha/speech.ts';
import { SAMPLE_RATE } from '../../src/adapters/captcha/wav.ts';
import { choosePlaces, type Place, rankAnswers } from './sound-places.ts';
import { BANDS, spectrogramOf } from './spectrum.ts';

export interface SoundReader {
  /** @returns as many answers as there are tries, the likeliest first. */
  read(samples: Float32Array, tries: number): readonly string[];
}

interface Template {
  readonly character: string;
  /** Each band has the mean 0 over the template, and the whole the norm 1. */
  readonly values: Float32Array;
  readonly frames: number;
  readonly weight: number;
}

interface Comparison {
  readonly template: Template;
  /** How much the sound resembles it from each frame on. */
  readonly scores: Float32Array;
}

const HOP = 256;
/** Long recordings resemble less by chance: what resembles as much counts for more. */
const LENGTH_WEIGHT = 0.3;
const NEAR_FRAMES = 6;
const GAP_SECONDS = 0.11;

/** @param sizes of the throat, and @param speeds, in which each recording is looked for: 1 is as it was recorded. */
export async function createSoundReader(
  locale: SoundLocale,
  sizes: readonly number[],
  speeds: readonly number[],
): Promise<SoundReader> {
  const recordings = (await loadVoices(locale)).flatMap((voice) =>
    [...ALPHABET].flatMap((character) =>
      Array.from({ length: HINTS }, (_, hint) => ({ character, samples: join(piecesOf(voice, character, hint)) })),
    ),
  );
  const templates = recordings.flatMap(({ character, samples }) =>
    sizes.flatMap((size) =>
      speeds.map((speed) =>
        createTemplate(
          character,
          size === speed ? resize(samples, size) : stretch(resize(samples, size), () => speed / size),
        ),
      ),
    ),
  );
  return {
    read(samples, tries) {
      const sound = spectrogramOf(samples, SAMPLE_RATE, HOP);
      const compared = templates.map((template) => ({ template, scores: compare(sound, template) }));
      const places = choosePlaces(placesOf(compared), sound.length / BANDS);
      return rankAnswers(
        places.map(({ start, end }) => scoresNear(compared, (start + end) / 2)),
        tries,
      );
    },
  };
}

/** The pieces of a character, as far apart as they are on the average. */
export function join(pieces: readonly Float32Array[]): Float32Array {
  const gap = Math.round(GAP_SECONDS * SAMPLE_RATE);
  const joined = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length + gap, -gap));
  let position = 0;
  for (const piece of pieces) {
    joined.set(piece, position);
    position += piece.length + gap;
  }
  return joined;
}

function createTemplate(character: string, samples: Float32Array): Template {
  const values = spectrogramOf(samples, SAMPLE_RATE, HOP);
  const frames = values.length / BANDS;
  for (let band = 0; band < BANDS; band++) {
    let mean = 0;
    for (let frame = 0; frame < frames; frame++) mean += values[frame * BANDS + band]! / frames;
    for (let frame = 0; frame < frames; frame++) values[frame * BANDS + band]! -= mean;
  }
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return { character, values: values.map((value) => value / norm), frames, weight: frames ** LENGTH_WEIGHT };
}

function* placesOf(compared: readonly Comparison[]): Generator<Place> {
  for (const { template, scores } of compared)
    for (const [start, score] of scores.entries())
      yield { start, end: start + template.frames, score: score * template.weight };
}

/** The best resemblance of each character whose middle is about there. */
function scoresNear(compared: readonly Comparison[], middle: number): ReadonlyMap<string, number> {
  const near = new Map<string, number>();
  for (const { template, scores } of compared) {
    const at = Math.round(middle - template.frames / 2);
    const best = Math.max(...scores.subarray(Math.max(0, at - NEAR_FRAMES), at + NEAR_FRAMES + 1)) * template.weight;
    near.set(template.character, Math.max(best, near.get(template.character) ?? -1));
  }
  return near;
}

/** Normalised correlation of the template with the sound from each frame on, -1 to 1. */
function compare(sound: Float32Array, { values, frames }: Template): Float32Array {
  const out = new Float32Array(Math.max(0, sound.length / BANDS - frames + 1));
  const [sums, squares] = [new Float64Array(BANDS), new Float64Array(BANDS)];
  const count = (frame: number, sign: 1 | -1) => {
    for (let band = 0; band < BANDS; band++) {
      const value = sound[frame * BANDS + band]!;
      sums[band]! += sign * value;
      squares[band]! += sign * value * value;
    }
  };
  for (let frame = 0; frame < frames; frame++) count(frame, 1);
  for (let at = 0; at < out.length; at++) {
    // Four sums side by side: several times as fast as one.
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let index = 0, from = at * BANDS; index < values.length; index += 4, from += 4) {
      a += values[index]! * sound[from]!;
      b += values[index + 1]! * sound[from + 1]!;
      c += values[index + 2]! * sound[from + 2]!;
      d += values[index + 3]! * sound[from + 3]!;
    }
    let spread = 0;
    for (let band = 0; band < BANDS; band++) spread += squares[band]! - sums[band]! ** 2 / frames;
    out[at] = (a + b + c + d) / Math.sqrt(Math.max(spread, 1e-9));
    if (at + 1 < out.length) {
      count(at, -1);
      count(at + frames, 1);
    }
  }
  return out;
}
