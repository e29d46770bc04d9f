/**
 * `node test/bench/captcha-sound-classifier.ts [fr|en] [sounds to learn from]`: how often a trained script reads the sound of our captcha.
 * It learns from sounds that it makes itself with the public code: a network of one hidden layer over the spectrogram of a place,
 * which says what character it is, or none. It then reads fresh sounds: six places that do not overlap and are likeliest together.
 */
import { ALPHABET, drawAnswer } from '../../src/adapters/captcha/answer.ts';
import type { SoundLocale } from '../../src/adapters/captcha/recordings.ts';
import { layersOf } from '../../src/adapters/captcha/sound.ts';
import { readWav, SAMPLE_RATE, writeWav } from '../../src/adapters/captcha/wav.ts';
import { choosePlaces, countRight, type Place, rankAnswers } from '../support/sound-places.ts';
import { BANDS, spectrogramOf } from '../support/spectrum.ts';

const HOP = 256;
const COLUMNS = 28;
const INPUTS = COLUMNS * BANDS + 1;
const HIDDEN = 160;
const CLASSES = ALPHABET.length + 1;
const NONE = ALPHABET.length;
const EPOCHS = 6;
const TRIALS = 100;
const LENGTHS_SECONDS = [0.55, 0.7, 0.85, 1, 1.15, 1.3, 1.5, 1.75, 2.05];
const FRAMES_A_SECOND = SAMPLE_RATE / HOP;

interface Example {
  readonly inputs: Float32Array;
  readonly label: number;
}

interface Network {
  readonly hidden: Float32Array;
  readonly hiddenBias: Float32Array;
  readonly output: Float32Array;
  readonly outputBias: Float32Array;
}

async function makeSound(answer: string, locale: SoundLocale, seed: string) {
  const { sound, spans } = await layersOf(answer, locale, seed);
  // Through the WAV, as an attacker gets it.
  const heard = readWav(writeWav(sound));
  return { spectrogram: spectrogramOf(heard, SAMPLE_RATE, HOP), spans };
}

/** The place as COLUMNS columns, whatever its length; the mean of each band taken away, then one scale. */
function inputsOf(spectrogram: Float32Array, start: number, frames: number): Float32Array {
  const last = spectrogram.length / BANDS - 1;
  const inputs = new Float32Array(INPUTS);
  for (let band = 0; band < BANDS; band++) {
    let mean = 0;
    for (let column = 0; column < COLUMNS; column++) {
      const at = Math.max(0, Math.min(last - 1e-3, start + ((column + 0.5) * frames) / COLUMNS - 0.5));
      const before = Math.floor(at);
      const part = at - before;
      const value = spectrogram[before * BANDS + band]! * (1 - part) + spectrogram[(before + 1) * BANDS + band]! * part;
      inputs[column * BANDS + band] = value;
      mean += value / COLUMNS;
    }
    for (let column = 0; column < COLUMNS; column++)
      inputs[column * BANDS + band] = (inputs[column * BANDS + band]! - mean) / 2;
  }
  inputs[INPUTS - 1] = frames / FRAMES_A_SECOND - 1;
  return inputs;
}

async function learnFrom(locale: SoundLocale, sounds: number): Promise<Example[]> {
  const examples: Example[] = [];
  for (let sound = 0; sound < sounds; sound++) {
    const answer = drawAnswer();
    const { spectrogram, spans } = await makeSound(answer, locale, `learn ${Math.random()}`);
    for (const [index, { start, end }] of spans.entries()) {
      const [first, frames] = [start / HOP, (end - start) / HOP];
      const label = ALPHABET.indexOf(answer[index]!);
      const jitter = () => (Math.random() - 0.5) * 0.12 * frames;
      for (let copy = 0; copy < 2; copy++) {
        const [from, to] = [first + jitter(), first + frames + jitter()];
        examples.push({ inputs: inputsOf(spectrogram, from, to - from), label });
      }
      // Half of a character, or two halves with a pause between them, are none.
      const shift = (Math.random() < 0.5 ? -1 : 1) * (0.3 + 0.5 * Math.random()) * frames;
      examples.push({
        inputs: inputsOf(spectrogram, first + shift, frames * (0.7 + 0.6 * Math.random())),
        label: NONE,
      });
      const part = frames * (0.35 + 0.3 * Math.random());
      const inside = first + Math.random() * (frames - part);
      examples.push({ inputs: inputsOf(spectrogram, inside, part), label: NONE });
    }
  }
  return examples;
}

function createNetwork(): Network {
  const draw = (count: number, fan: number) =>
    Float32Array.from({ length: count }, () => (Math.random() * 2 - 1) * Math.sqrt(3 / fan));
  return {
    hidden: draw(HIDDEN * INPUTS, INPUTS),
    hiddenBias: new Float32Array(HIDDEN),
    output: draw(CLASSES * HIDDEN, HIDDEN),
    outputBias: new Float32Array(CLASSES),
  };
}

/** @returns the logarithm of the likelihood of each class; `active` gets the hidden values. */
function classify(
  { hidden, hiddenBias, output, outputBias }: Network,
  inputs: Float32Array,
  active: Float32Array,
): Float32Array {
  for (let unit = 0; unit < HIDDEN; unit++) {
    let sum = hiddenBias[unit]!;
    for (let input = 0, at = unit * INPUTS; input < INPUTS; input++, at++) sum += hidden[at]! * inputs[input]!;
    active[unit] = Math.max(0, sum);
  }
  const scores = new Float32Array(CLASSES);
  for (let label = 0; label < CLASSES; label++) {
    let sum = outputBias[label]!;
    for (let unit = 0; unit < HIDDEN; unit++) sum += output[label * HIDDEN + unit]! * active[unit]!;
    scores[label] = sum;
  }
  const most = Math.max(...scores);
  const total = Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0)) + most;
  return scores.map((score) => score - total);
}

/** Gradient descent, one example at a time, with a part of the hidden units left out. */
function train(network: Network, examples: readonly Example[]): void {
  const { hidden, hiddenBias, output, outputBias } = network;
  const active = new Float32Array(HIDDEN);
  const back = new Float32Array(HIDDEN);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const rate = 0.004 * (1 - epoch / EPOCHS) + 0.0002;
    let loss = 0;
    for (let count = 0; count < examples.length; count++) {
      const { inputs, label } = examples[Math.floor(Math.random() * examples.length)]!;
      const scores = classify(network, inputs, active);
      loss -= scores[label]!;
      back.fill(0);
      for (let other = 0; other < CLASSES; other++) {
        const error = rate * (Math.exp(scores[other]!) - (other === label ? 1 : 0));
        if (Math.abs(error) < 1e-7) continue;
        for (let unit = 0, at = other * HIDDEN; unit < HIDDEN; unit++, at++) {
          back[unit]! += error * output[at]!;
          output[at]! -= error * active[unit]!;
        }
        outputBias[other]! -= error;
      }
      for (let unit = 0; unit < HIDDEN; unit++) {
        if (active[unit]! <= 0 || back[unit] === 0) continue;
        const error = back[unit]!;
        for (let input = 0, at = unit * INPUTS; input < INPUTS; input++, at++) hidden[at]! -= error * inputs[input]!;
        hiddenBias[unit]! -= error;
      }
    }
    console.log(`  epoch ${epoch + 1}: loss ${(loss / examples.length).toFixed(3)}`);
  }
}

/** The likeliest answers, as many as there are tries. */
function read(network: Network, spectrogram: Float32Array, tries: number): readonly string[] {
  const frames = spectrogram.length / BANDS;
  const active = new Float32Array(HIDDEN);
  const found: ScoredPlace[] = [];
  for (let start = 0; start < frames; start += 2)
    for (const seconds of LENGTHS_SECONDS) {
      const end = start + Math.round(seconds * FRAMES_A_SECOND);
      if (end > frames) continue;
      const scores = classify(network, inputsOf(spectrogram, start, end - start), active).subarray(0, NONE);
      found.push({ start, end, scores, score: Math.max(...scores) });
    }
  const places = choosePlaces(found, frames);
  return rankAnswers(
    places.map(({ scores }) => new Map([...ALPHABET].map((character, label) => [character, scores[label]!]))),
    tries,
  );
}

interface ScoredPlace extends Place {
  readonly scores: Float32Array;
}

const locale = process.argv[2] === 'en' ? 'en' : 'fr';
const sounds = Number(process.argv[3] ?? 2000);
console.log(`learning from ${sounds} sounds, in ${locale}`);
const examples = await learnFrom(locale, sounds);
const network = createNetwork();
train(network, examples);
let [right, passed, characters] = [0, 0, 0];
for (let trial = 0; trial < TRIALS; trial++) {
  const answer = drawAnswer();
  const { spectrogram } = await makeSound(answer, locale, `fresh ${trial}`);
  const answers = read(network, spectrogram, 3);
  characters += countRight(answers[0], answer);
  if (answers[0] === answer) right++;
  if (answers.includes(answer)) passed++;
}
console.log(`characters read: ${((100 * characters) / TRIALS / 6).toFixed(1)} %`);
console.log(`sounds read at the first try: ${right} of ${TRIALS}; within three tries: ${passed} of ${TRIALS}`);
