import assert from 'node:assert/strict';
import { pack, unpack } from '../../src/adapters/captcha/adpcm.ts';
import { ALPHABET } from '../../src/adapters/captcha/answer.ts';
import { HINTS, loadVoices, piecesOf } from '../../src/adapters/captcha/recordings.ts';
import { createSeededRandom } from '../../src/adapters/captcha/seeded-random.ts';
import { layersOf, SPEECH_OVER_BACKGROUND } from '../../src/adapters/captcha/sound.ts';
import { loudnessOf, resize, stretch, sway } from '../../src/adapters/captcha/speech.ts';
import { readPackedWav, readWav, SAMPLE_RATE, writePackedWav, writeWav } from '../../src/adapters/captcha/wav.ts';
import { BANDS, spectrogramOf } from '../support/spectrum.ts';

const HOP = 256;
const sine = (hertz: number, seconds: number) =>
  Float32Array.from({ length: seconds * SAMPLE_RATE }, (_, index) =>
    Math.sin((2 * Math.PI * hertz * index) / SAMPLE_RATE),
  );
/** The same at each run. */
const answerOf = (seed: number) => {
  const random = createSeededRandom(`${seed}`, 'answer');
  return Array.from({ length: 6 }, () => ALPHABET[random.index(ALPHABET.length)]).join('');
};
const decibels = (over: number, under: number) => 20 * Math.log10(over / under);

describe('a recording of the captcha', () => {
  it('is unpacked as it was packed, but for a noise 25 decibels below it', () => {
    const samples = sine(440, 0.3).map((sample, index) => 0.5 * sample * Math.sin(index / 400));
    const unpacked = unpack(pack(samples), samples.length);
    assert.equal(unpacked.length, samples.length);
    const error = samples.map((sample, index) => sample - unpacked[index]!);
    assert.ok(decibels(loudnessOf(samples), loudnessOf(error)) > 25);
    assert.deepEqual(readPackedWav(writePackedWav(pack(samples), samples.length)), unpacked);
  });

  it('of another kind is refused', () => {
    const samples = sine(440, 0.1);
    assert.throws(() => readPackedWav(writeWav(samples)), /not a WAV of 11 kHz and 4 bits/);
    assert.throws(() => readWav(writePackedWav(pack(samples), samples.length)), /not a WAV of 11 kHz and 8 bits/);
    assert.throws(() => readPackedWav(Buffer.from('RIFF')), /not a WAV/);
  });

  for (const locale of ['fr', 'en'] as const)
    it(`is there for each character, voice and hint in ${locale}, and no two are the same`, async () => {
      const seen = new Set<string>();
      for (const voice of await loadVoices(locale))
        for (const samples of voice.values()) seen.add(Buffer.from(samples.buffer).toString('latin1'));
      const digits = [...ALPHABET].filter((character) => /\d/.test(character)).length;
      const pieces = ALPHABET.length + HINTS * (ALPHABET.length - digits + 1);
      assert.equal(seen.size, 4 * pieces);
      for (const voice of await loadVoices(locale))
        for (const character of ALPHABET) assert.equal(piecesOf(voice, character, HINTS - 1).length, 2);
    });
});

describe('a voice of the captcha', () => {
  /** By how often it rises through zero. */
  const heightOf = (samples: Float32Array) =>
    (samples.filter((sample, index) => sample >= 0 && (samples[index - 1] ?? 0) < 0).length / samples.length) *
    SAMPLE_RATE;

  it('is slower or faster and as high as before', () => {
    for (const speed of [0.6, 0.8, 1.15, 1.5]) {
      const stretched = stretch(sine(220, 1), () => speed);
      assert.ok(Math.abs((stretched.length * speed) / SAMPLE_RATE - 1) < 0.05, `${speed}: ${stretched.length}`);
      assert.ok(Math.abs(heightOf(stretched) / 220 - 1) < 0.05, `${speed}: ${heightOf(stretched)} Hz`);
    }
  });

  it('is higher by its size', () => {
    assert.ok(Math.abs(heightOf(resize(sine(220, 1), 1.1)) / 242 - 1) < 0.02);
  });

  it('sways by no more than it may, and is not lost', () => {
    for (let seed = 0; seed < 20; seed++) {
      const samples = sine(1000, 1);
      sway(samples, 12, createSeededRandom(`${seed}`, 'test'));
      assert.ok(samples.every(Number.isFinite));
      // Three bands may overlap: at one frequency, twice what one of them does is the most.
      assert.ok(Math.abs(decibels(loudnessOf(samples), Math.SQRT1_2)) < 24);
    }
  });
});

describe('the background of a captcha’s sound', () => {
  for (const locale of ['fr', 'en'] as const) {
    it(`lies as far below each character as a person needs, in ${locale}`, async () => {
      const [least, most] = SPEECH_OVER_BACKGROUND;
      for (let seed = 0; seed < 10; seed++) {
        const { speech, background, spans } = await layersOf(answerOf(seed), locale, `${seed}`);
        assert.equal(spans.length, 6);
        for (const { start, end } of spans) {
          const over = decibels(loudnessOf(speech, start, end), loudnessOf(background, start, end));
          assert.ok(over > least - 0.1 && over < most + 0.1, `${over.toFixed(1)} dB`);
        }
      }
    });

    it(`leaves each character an intelligibility index above 0.45, in ${locale}`, async () => {
      for (let seed = 0; seed < 10; seed++) {
        const { speech, background, spans } = await layersOf(answerOf(seed), locale, `${seed}`);
        const [said, behind] = [speech, background].map((layer) => spectrogramOf(layer, SAMPLE_RATE, HOP));
        for (const { start, end } of spans) {
          const index = intelligibilityOf(said!, behind!, Math.ceil(start / HOP), Math.floor(end / HOP) - 1);
          assert.ok(index > 0.45, index.toFixed(2));
        }
      }
    });

    it(`is on the average about as loud in a pause as a voice, so that loudness does not tell where a character is, in ${locale}`, async () => {
      const differences: number[] = [];
      for (let seed = 0; seed < 10; seed++) {
        const { sound, spans } = await layersOf(answerOf(seed), locale, `${seed}`);
        for (const [index, { start, end }] of spans.entries()) {
          const from = spans[index - 1]?.end ?? 0;
          differences.push(decibels(loudnessOf(sound, from, start), loudnessOf(sound, start, end)));
        }
      }
      const mean = differences.reduce((sum, difference) => sum + difference / differences.length, 0);
      assert.ok(Math.abs(mean) < 6, `${mean.toFixed(1)} dB`);
    });
  }

  it('is as loud as a WAV can be with nothing cut', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const { sound } = await layersOf(answerOf(seed), 'fr', `${seed}`);
      const peak = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      assert.ok(Math.abs(peak - 0.98) < 0.001, `${peak}`);
    }
  });
});

/**
 * The share of what can be heard, as the speech intelligibility index counts it (ANSI S3.5: a band counts from 15 decibels below
 * its noise to 15 above), every band alike. Nothing else stands in for an ear here.
 */
function intelligibilityOf(speech: Float32Array, background: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let band = 0; band < BANDS; band++) {
    let [said, behind] = [0, 0];
    for (let frame = from; frame < to; frame++) {
      said += Math.exp(speech[frame * BANDS + band]!);
      behind += Math.exp(background[frame * BANDS + band]!);
    }
    sum += Math.max(0, Math.min(1, (10 * Math.log10(said / behind) + 15) / 30));
  }
  return sum / BANDS;
}
