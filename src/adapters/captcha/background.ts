/** What is heard behind the characters and between them: voices played backwards, noise, tones. Nothing in it is a word. */
import type { Voice } from './recordings.ts';
import type { SeededRandom } from './seeded-random.ts';
import { SAMPLE_RATE } from './wav.ts';

const TALKERS = 2;
const VOICE_LEVEL = [0.6, 1] as const;
/** Higher or lower, and faster or slower with it. */
const SIZE = [0.8, 1.25] as const;
const NOISE_LEVEL = [0.3, 0.7] as const;
const TONE_LEVEL = [0.2, 0.6] as const;
/** About one each 2 seconds. */
const TONE_EVERY = 2 * SAMPLE_RATE;
const SWELL = 0.05 * SAMPLE_RATE;

/** @returns `length` samples whose loudness is about 1; the caller sets how loud they are where. */
export function createBackground(length: number, voices: readonly Voice[], random: SeededRandom): Float32Array {
  const background = new Float32Array(length);
  addNoise(background, random);
  for (let talker = 0; talker < TALKERS; talker++) addTalker(background, voices, random);
  for (let at = 0; at < length; at += Math.round(TONE_EVERY * random.between(0.5, 1.5)))
    addTone(background, at, random);
  return background;
}

/** Duller or brighter, louder and softer as it goes. */
function addNoise(background: Float32Array, random: SeededRandom): void {
  const bytes = random.bytes(background.length);
  const dullness = random.between(0.7, 0.95);
  const even = Math.sqrt(1 - dullness ** 2) * Math.sqrt(3);
  let [held, level, target] = [0, random.between(...NOISE_LEVEL), 0];
  for (let index = 0; index < background.length; index++) {
    if (index % 1024 === 0) target = random.between(...NOISE_LEVEL);
    level += (target - level) / 1024;
    held = dullness * held + even * ((bytes[index] ?? 0) / 127.5 - 1);
    background[index] = level * held;
  }
}

/** One after the other without a rest, each of another voice, backwards: people hear that it is no word. */
function addTalker(background: Float32Array, voices: readonly Voice[], random: SeededRandom): void {
  let position = -Math.round(random.between(0, 0.5) * SAMPLE_RATE);
  while (position < background.length) {
    const words = [...(voices[random.index(voices.length)]?.values() ?? [])];
    const said = words[random.index(words.length)] ?? new Float32Array(0);
    const [size, level] = [random.between(...SIZE), random.between(...VOICE_LEVEL)];
    addBackwards(background, said, position, size, level);
    position += Math.max(1, Math.round((said.length / size) * random.between(0.8, 1)));
  }
}

/** Higher and faster by `size`. @param position of its begin, which may lie before that of the sound. */
function addBackwards(target: Float32Array, said: Float32Array, position: number, size: number, level: number): void {
  const start = Math.max(0, position);
  const end = Math.min(target.length, position + Math.floor((said.length - 1) / size));
  for (let index = start; index < end; index++) {
    // The nearest sample will do for what nobody is to follow.
    const sample = said[(said.length - 1 - (index - position) * size) | 0] ?? 0;
    target[index] = (target[index] ?? 0) + level * sample;
  }
}

/** A note of a voice's height, that rises or falls. */
function addTone(background: Float32Array, start: number, random: SeededRandom): void {
  const length = Math.round(random.between(0.15, 0.5) * SAMPLE_RATE);
  const from = (2 * Math.PI * random.between(300, 2500)) / SAMPLE_RATE;
  const change = (from * random.between(-0.3, 0.3)) / length;
  const level = random.between(...TONE_LEVEL) * Math.SQRT2;
  let angle = 0;
  for (let index = 0; index < length && start + index < background.length; index++) {
    angle += from + change * index;
    const swell = Math.min(1, index / SWELL, (length - index) / SWELL);
    background[start + index] = (background[start + index] ?? 0) + level * swell * Math.sin(angle);
  }
}
