/** One recording said otherwise: by a larger or smaller throat, at a speed that changes on the way, through another microphone. */
import type { SeededRandom } from './seeded-random.ts';
import { SAMPLE_RATE } from './wav.ts';

/** 23 ms, of two periods of a deep voice at least; each overlaps the next by half. */
const WINDOW = 256;
const HOP = WINDOW / 2;
/** How far the join is looked for, in samples: one period of a deep voice. */
const REACH = 80;
const STEP = 4;

/** @param size of 1.1 gives a voice higher by a tenth, resonances included, and is faster by as much. */
export function resize(samples: Float32Array, size: number): Float32Array {
  const resized = new Float32Array(Math.max(0, Math.floor((samples.length - 1) / size)));
  for (let index = 0; index < resized.length; index++) {
    const at = index * size;
    const before = Math.floor(at);
    const part = at - before;
    resized[index] = (samples[before] ?? 0) * (1 - part) + (samples[before + 1] ?? 0) * part;
  }
  return resized;
}

/**
 * Faster or slower and as high as before: windows of the sound are laid closer or wider, each from where it continues the
 * one before best (WSOLA: Verhelst and Roelands, 1993).
 * @param speedAt of each place, from 0 to 1.
 */
export function stretch(samples: Float32Array, speedAt: (place: number) => number): Float32Array {
  const starts: number[] = [];
  for (let at = 0; at + WINDOW < samples.length; at += HOP * speedAt(at / samples.length)) starts.push(Math.round(at));
  const stretched = new Float32Array((starts.length + 1) * HOP);
  let previous = 0;
  for (const [index, start] of starts.entries()) {
    const from = index === 0 ? 0 : findJoin(samples, start, previous + HOP);
    for (let offset = 0; offset < WINDOW; offset++)
      stretched[index * HOP + offset] =
        (stretched[index * HOP + offset] ?? 0) + (samples[from + offset] ?? 0) * (HANN[offset] ?? 0);
    previous = from;
  }
  return stretched;
}

const HANN = Float32Array.from({ length: WINDOW }, (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / WINDOW));

/** Near `wanted`, where the sound is most like that at `natural`. */
function findJoin(samples: Float32Array, wanted: number, natural: number): number {
  let best = wanted;
  let smallest = Number.POSITIVE_INFINITY;
  const last = Math.min(wanted + REACH, samples.length - WINDOW);
  for (let candidate = Math.max(0, wanted - REACH); candidate <= last; candidate += STEP) {
    let difference = 0;
    for (let offset = 0; offset < HOP; offset += STEP)
      difference += Math.abs((samples[candidate + offset] ?? 0) - (samples[natural + offset] ?? 0));
    if (difference < smallest) {
      smallest = difference;
      best = candidate;
    }
  }
  return best;
}

/** In place: three bands come and go, by `decibels` at most, as of a voice that turns its head while it talks. */
export function sway(samples: Float32Array, decibels: number, random: SeededRandom): void {
  for (const [low, high] of BANDS_HERTZ) {
    const [hertz, hertzMore, pace] = [low, high / low, random.between(...PACE_HERTZ)];
    const [phase, phaseOfGain, paceOfGain] = [
      random.between(0, TURN),
      random.between(0, TURN),
      random.between(...PACE_HERTZ),
    ];
    filter(samples, (seconds) =>
      peak(
        hertz * hertzMore ** (0.5 + 0.5 * Math.sin(phase + TURN * pace * seconds)),
        decibels * Math.sin(phaseOfGain + TURN * paceOfGain * seconds),
      ),
    );
  }
}

const TURN = 2 * Math.PI;
const BANDS_HERTZ = [
  [250, 700],
  [700, 1700],
  [1700, 4200],
] as const;
/** Slower than syllables. */
const PACE_HERTZ = [0.5, 3] as const;
const FILTER_BLOCK = 64;

type Coefficients = readonly [b0: number, b1: number, b2: number, a1: number, a2: number];

/** In place, by coefficients that are drawn anew each 6 ms. */
function filter(samples: Float32Array, coefficientsAt: (seconds: number) => Coefficients): void {
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  for (let start = 0; start < samples.length; start += FILTER_BLOCK) {
    const [b0, b1, b2, a1, a2] = coefficientsAt(start / SAMPLE_RATE);
    const end = Math.min(start + FILTER_BLOCK, samples.length);
    for (let index = start; index < end; index++) {
      const x = samples[index] ?? 0;
      const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = y;
      samples[index] = y;
    }
  }
}

/** A peaking filter of the « Audio EQ Cookbook » (R. Bristow-Johnson), one octave and a half wide. */
function peak(hertz: number, decibels: number): Coefficients {
  const amplitude = 10 ** (decibels / 40);
  const angle = (TURN * hertz) / SAMPLE_RATE;
  const alpha = Math.sin(angle) / 2 / 0.92;
  const scale = 1 + alpha / amplitude;
  const middle = (-2 * Math.cos(angle)) / scale;
  return [
    (1 + alpha * amplitude) / scale,
    middle,
    (1 - alpha * amplitude) / scale,
    middle,
    (1 - alpha / amplitude) / scale,
  ];
}

const REFLECTION_SECONDS = [0.008, 0.045] as const;

/** In place: reflections from 8 to 45 ms after the voice, which the ear adds to it. */
export function reflect(samples: Float32Array, random: SeededRandom): void {
  const draw = () =>
    [Math.round(random.between(...REFLECTION_SECONDS) * SAMPLE_RATE), random.between(-0.4, 0.4)] as const;
  const [[first, firstGain], [second, secondGain], [third, thirdGain]] = [draw(), draw(), draw()];
  // From the end on, so that what is read is not yet changed.
  for (let index = samples.length - 1; index >= Math.max(first, second, third); index--)
    samples[index] =
      (samples[index] ?? 0) +
      firstGain * (samples[index - first] ?? 0) +
      secondGain * (samples[index - second] ?? 0) +
      thirdGain * (samples[index - third] ?? 0);
}

/** Root of the mean square from `start` to `end`. */
export function loudnessOf(samples: Float32Array, start = 0, end = samples.length): number {
  let sum = 0;
  for (let index = start; index < end; index++) {
    const sample = samples[index] ?? 0;
    sum += sample * sample;
  }
  return Math.sqrt(sum / Math.max(1, end - start));
}
