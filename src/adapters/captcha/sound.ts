/**
 * The sound of an answer, as WAV: each character said by a voice drawn by lot (« R comme Raoul »), higher or lower, faster or
 * slower, over voices played backwards and noise. What a person may be asked to follow has bounds, and they stand here.
 */
import { createBackground } from './background.ts';
import { HINTS, loadVoices, piecesOf, type SoundLocale, type Voice } from './recordings.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';
import { loudnessOf, reflect, resize, stretch, sway } from './speech.ts';
import { SAMPLE_RATE, writeWav } from './wav.ts';

/** A sound before it is written, and what it is made of. */
export interface SoundLayers {
  /** What is heard: the two that follow, together, through a channel that sways. */
  readonly sound: Float32Array;
  readonly speech: Float32Array;
  readonly background: Float32Array;
  /** Where each character is said, in samples. */
  readonly spans: readonly Span[];
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

const PAUSE_SECONDS = [0.3, 0.75] as const;
/** Between the name of a character and its hint. */
const GAP_SECONDS = [0.02, 0.2] as const;
const END_SECONDS = 0.4;
/** How much higher the voice and its resonances are: throats of adults differ by as much (Lee and Rose, 1998: 0.88 to 1.12). */
const SIZE = [0.88, 1.13] as const;
/** Of 160 words a minute: 128 to 184, as people talk. */
const SPEED = [0.8, 1.15] as const;
/** How much faster or slower it becomes within a word: between 90 and 240 words a minute. */
const SPEED_BEND = 0.3;
/**
 * How much a band of frequencies comes and goes. It is what disturbs a comparison of spectrograms most; as voice and background
 * sway together, no band of the voice is drowned.
 */
const SWAY_DECIBELS = 12;
const SPEECH_LOUDNESS = [0.08, 0.12] as const;
/** The loudest sample: nothing is cut. */
const PEAK = 0.98;
/**
 * How much louder than the background a character is, in decibels. Who hears well follows spoken digits below 0 (Jansen et
 * al., 2010, for French); what remains is for who hears less. With it the speech intelligibility index of each character
 * is above 0.45, under which ANSI S3.5 calls a channel poor.
 */
export const SPEECH_OVER_BACKGROUND = [7, 11] as const;
/** In a pause the background is nearly as loud as a voice, so that loudness does not tell where a character is. */
const PAUSE_UNDER_SPEECH = [1, 5] as const;
const RAMP = Math.round(0.06 * SAMPLE_RATE);

/** @param seed the same one gives the same sound. */
export async function joinSound(answer: string, locale: SoundLocale, seed: string): Promise<Buffer> {
  return writeWav((await layersOf(answer, locale, seed)).sound);
}

/** @returns what joinSound writes, with its parts. */
export async function layersOf(answer: string, locale: SoundLocale, seed: string): Promise<SoundLayers> {
  const voices = await loadVoices(locale);
  const random = createSeededRandom(seed, 'sound');
  const said = [...answer].map((character) => say(character, voices, random));
  const spans: Span[] = [];
  let position = 0;
  for (const part of said) {
    const start = position + Math.round(random.between(...PAUSE_SECONDS) * SAMPLE_RATE);
    position = start + part.length;
    spans.push({ start, end: position });
  }
  const speech = new Float32Array(position + Math.round(END_SECONDS * SAMPLE_RATE));
  for (const [index, part] of said.entries()) speech.set(part, spans[index]?.start);
  reflect(speech, random);
  const background = createBackground(speech.length, voices, random);
  setLevels(background, speech, spans, random);
  const sound = speech.slice();
  for (let index = 0; index < sound.length; index++) sound[index] = (sound[index] ?? 0) + (background[index] ?? 0);
  sway(sound, SWAY_DECIBELS, random);
  scale(sound, 0, sound.length, PEAK / peakOf(sound));
  return { sound, speech, background, spans };
}

/** By one voice: name and hint, a little apart. */
function say(character: string, voices: readonly Voice[], random: SeededRandom): Float32Array {
  const voice = voices[random.index(voices.length)] ?? new Map();
  const size = random.between(...SIZE);
  const pieces = piecesOf(voice, character, random.index(HINTS)).map((piece) => {
    const speed = random.between(...SPEED) / size;
    const [bend, phase, waves] = [random.between(0, SPEED_BEND), random.between(0, 2 * Math.PI), random.between(2, 5)];
    return stretch(resize(piece, size), (place) => speed * (1 + bend * Math.sin(phase + waves * place)));
  });
  const gap = Math.round(random.between(...GAP_SECONDS) * SAMPLE_RATE);
  const said = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, gap));
  said.set(pieces[0] ?? []);
  said.set(pieces[1] ?? [], (pieces[0]?.length ?? 0) + gap);
  const gain = random.between(...SPEECH_LOUDNESS) / Math.max(loudnessOf(said), 1e-3);
  for (let index = 0; index < said.length; index++) said[index] = gain * (said[index] ?? 0);
  return said;
}

/** In place: the background is as loud as drawn by lot, behind each character and before each. */
function setLevels(background: Float32Array, speech: Float32Array, spans: readonly Span[], random: SeededRandom): void {
  let [from, gain] = [0, 0];
  for (const [index, { start, end }] of spans.entries()) {
    const loudness = loudnessOf(speech, start, end);
    const gainOver = (decibels: number, first: number, last: number) =>
      (loudness * 10 ** (-decibels / 20)) / Math.max(loudnessOf(background, first, last), 1e-3);
    const behind = gainOver(random.between(...SPEECH_OVER_BACKGROUND), start, end);
    const before = gainOver(random.between(...PAUSE_UNDER_SPEECH), from, start);
    if (index === 0) gain = before;
    gain = ramp(background, from, start, gain, before, behind);
    scale(background, start, end, gain);
    from = end;
  }
  ramp(background, from, background.length, gain, gain, gain);
}

/** From one level to a second and on to a third, within the pause. @returns the third. */
function ramp(samples: Float32Array, start: number, end: number, first: number, middle: number, last: number): number {
  for (let index = start; index < end; index++) {
    const [risen, left] = [Math.min(1, (index - start) / RAMP), Math.min(1, (end - index) / RAMP)];
    const gain = left < 1 ? last + (middle - last) * left : first + (middle - first) * risen;
    samples[index] = gain * (samples[index] ?? 0);
  }
  return last;
}

function scale(samples: Float32Array, start: number, end: number, gain: number): void {
  for (let index = start; index < end; index++) samples[index] = gain * (samples[index] ?? 0);
}

function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (let index = 0; index < samples.length; index++) peak = Math.max(peak, Math.abs(samples[index] ?? 0));
  return peak;
}
