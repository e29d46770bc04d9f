/**
 * `node scripts/build-captcha-sounds.ts`: writes the recordings of the captcha, one a character, from the voices of
 * espeak-ng (Debian `espeak-ng`). Run once; the result is committed, and the service needs no espeak-ng.
 * A letter is said with a word (« té comme Thérèse »): alone, « té » and « pé » sound the same.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ALPHABET } from '../src/adapters/captcha/answer.ts';
import { SAMPLE_RATE, writeWav } from '../src/adapters/captcha/wav.ts';
import { projectRoot } from '../src/project-root.ts';

const VOICES = { fr: 'fr-fr', en: 'en-gb' } as const;

const WORDS: Readonly<Record<keyof typeof VOICES, Readonly<Record<string, string>>>> = {
  fr: {
    3: 'trois',
    4: 'quatre',
    6: 'six',
    7: 'sept',
    9: 'neuf',
    A: 'a, comme Anatole',
    C: 'cé, comme Célestin',
    E: 'eu, comme Eugène',
    H: 'ache, comme Henri',
    J: 'ji, comme Joseph',
    K: 'ka, comme Kléber',
    M: 'emme, comme Marcel',
    R: 'erre, comme Raoul',
    T: 'té, comme Thérèse',
    W: 'double vé, comme William',
    X: 'ixe, comme Xavier',
    Y: 'i grec, comme Yvonne',
  },
  en: {
    3: 'three',
    4: 'four',
    6: 'six',
    7: 'seven',
    9: 'nine',
    A: 'eigh, as in Alpha',
    C: 'see, as in Charlie',
    E: 'ee, as in Echo',
    H: 'aitch, as in Hotel',
    J: 'jay, as in Juliet',
    K: 'kay, as in Kilo',
    M: 'em, as in Mike',
    R: 'ar, as in Romeo',
    T: 'tee, as in Tango',
    W: 'double you, as in Whiskey',
    X: 'ex, as in X ray',
    Y: 'why, as in Yankee',
  },
};

const HALF_WIDTH = 24;
const SILENCE = 0.006;
const PEAK = 0.95;

for (const [locale, voice] of Object.entries(VOICES) as ['fr' | 'en', string][]) {
  const folder = path.join(projectRoot, 'src/adapters/captcha/sounds', locale);
  mkdirSync(folder, { recursive: true });
  for (const character of ALPHABET) {
    const words = WORDS[locale][character];
    if (!words) throw new Error(`${character} has no words in ${locale}`);
    const spoken = execFileSync('espeak-ng', ['-v', voice, '-s', '160', '--stdout', words]);
    const wav = writeWav(evenOut(trim(toSampleRate(samplesOf(spoken), spoken.readUInt32LE(24)))));
    writeFileSync(path.join(folder, `${character.toLowerCase()}.wav`), wav);
  }
}

/** espeak-ng writes 16 bits after a header of 44 bytes. */
function samplesOf(wav: Buffer): Float32Array {
  const count = Math.floor((wav.length - 44) / 2);
  return Float32Array.from({ length: count }, (_, index) => wav.readInt16LE(44 + 2 * index) / 32768);
}

/** Windowed sinc: what the lower rate cannot hold is taken away first, or it would come back as whistling. */
function toSampleRate(samples: Float32Array, rate: number): Float32Array {
  const ratio = rate / SAMPLE_RATE;
  const cutoff = 0.95 / ratio;
  const reach = HALF_WIDTH * ratio;
  return Float32Array.from({ length: Math.floor(samples.length / ratio) }, (_, index) => {
    const centre = index * ratio;
    let sum = 0;
    for (let at = Math.ceil(centre - reach); at <= centre + reach; at++) {
      const distance = at - centre;
      const angle = Math.PI * distance * cutoff;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / reach);
      sum += (samples[at] ?? 0) * cutoff * (angle === 0 ? 1 : Math.sin(angle) / angle) * window;
    }
    return sum;
  });
}

function trim(samples: Float32Array): Float32Array {
  const isHeard = (sample: number) => Math.abs(sample) > SILENCE;
  const margin = Math.round(SAMPLE_RATE / 50);
  return samples.slice(Math.max(0, samples.findIndex(isHeard) - margin), samples.findLastIndex(isHeard) + margin);
}

function evenOut(samples: Float32Array): Float32Array {
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return samples.map((sample) => (sample * PEAK) / loudest);
}
