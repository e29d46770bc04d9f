import assert from 'node:assert/strict';
import { ALPHABET } from '../../src/adapters/captcha/answer.ts';
import { HINTS, loadVoices, piecesOf, type SoundLocale } from '../../src/adapters/captcha/recordings.ts';
import { createSeededRandom, type SeededRandom } from '../../src/adapters/captcha/seeded-random.ts';
import { joinSound } from '../../src/adapters/captcha/sound.ts';
import { resize } from '../../src/adapters/captcha/speech.ts';
import { readWav, SAMPLE_RATE, writeWav } from '../../src/adapters/captcha/wav.ts';
import { countRight } from '../support/sound-places.ts';
import { createSoundReader, join, type SoundReader } from '../support/sound-reader.ts';

const TRIES = 3;
const SOUNDS = 6;
const PLAIN_SOUNDS = 3;
const SPEEDS = [0.9, 1, 1.1];
/** Measured: the answers are the same at each run, so the figures are too. The rates over more sounds stand in ADR 0010. */
const READ = { fr: 0, en: 0 } as const;
const CHARACTERS_AT_MOST = 0.5;

for (const locale of ['fr', 'en'] as const)
  describe(`a script that compares a captcha's sound with the recordings, in ${locale}`, function () {
    this.timeout(60_000);
    let reader: SoundReader;
    before(async () => {
      reader = await createSoundReader(locale, [1], SPEEDS);
    });

    it('reads recordings that are only joined, over a little noise', async () => {
      const random = createSeededRandom('plain', locale);
      for (let sound = 0; sound < PLAIN_SOUNDS; sound++) {
        const answer = drawFrom(random);
        assert.ok(reader.read(await joinPlainly(answer, locale, random), TRIES).includes(answer), answer);
      }
    });

    it(`reads ${READ[locale]} of ${SOUNDS} sounds of ours within three tries`, async () => {
      const random = createSeededRandom('ours', locale);
      let [read, characters] = [0, 0];
      for (let sound = 0; sound < SOUNDS; sound++) {
        const answer = drawFrom(random);
        const answers = reader.read(readWav(await joinSound(answer, locale, `ours ${sound}`)), TRIES);
        if (answers.includes(answer)) read++;
        characters += countRight(answers[0], answer) / answer.length / SOUNDS;
      }
      assert.ok(read <= READ[locale], `${read} were read`);
      assert.ok(characters <= CHARACTERS_AT_MOST, `${Math.round(100 * characters)} % of the characters were read`);
    });
  });

function drawFrom(random: SeededRandom): string {
  return Array.from({ length: 6 }, () => ALPHABET[random.index(ALPHABET.length)]).join('');
}

/** Each character by a voice drawn by lot, a little faster or slower. */
async function joinPlainly(answer: string, locale: SoundLocale, random: SeededRandom): Promise<Float32Array> {
  const voices = await loadVoices(locale);
  const parts = [...answer].flatMap((character) => [
    new Float32Array(Math.round(random.between(0.35, 0.8) * SAMPLE_RATE)),
    resize(
      join(piecesOf(voices[random.index(voices.length)]!, character, random.index(HINTS))),
      random.between(0.94, 1.08),
    ),
  ]);
  const joined = Float32Array.from(parts.flatMap((part) => [...part]));
  return readWav(writeWav(joined.map((sample) => 0.12 * sample + random.between(-0.025, 0.025))));
}
