/**
 * `node scripts/build-captcha-sounds.ts`: writes the recordings of the captcha, one a character and a voice, from the voices of
 * espeak-ng and flite (Debian `espeak-ng` and `flite`). Run once; the result is committed, and the service needs neither.
 * A letter is said with a word (« té », « comme Thérèse »): alone, « té » and « pé » sound the same. The two are recorded
 * apart, and so are « chiffre » and « trois ».
 * Spelled as both say it right: `espeak-ng -x` and `flite -ps` print the phonemes.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pack } from '../src/adapters/captcha/adpcm.ts';
import { ALPHABET } from '../src/adapters/captcha/answer.ts';
import { HINTS, hintOf, isDigit, nameOf, type SoundLocale, VOICES } from '../src/adapters/captcha/recordings.ts';
import { SAMPLE_RATE, writePackedWav } from '../src/adapters/captcha/wav.ts';
import { projectRoot } from '../src/project-root.ts';

/** What it says, at SAMPLE_RATE. */
type Voice = (words: string) => Float32Array;

/** Of different throats: as many as recordings.ts reads. */
const SPEAKERS: Readonly<Record<SoundLocale, readonly Voice[]>> = {
  fr: [espeak('fr'), espeak('fr-be+m2'), espeak('fr+f2'), espeak('fr-ch+f4')],
  en: [espeak('en-gb'), flite('rms'), flite('slt'), flite('awb')],
};

interface Spelling {
  /** The character alone. */
  readonly names: Readonly<Record<string, string>>;
  /** What is said with a letter, after its name: HINTS of them. */
  readonly link: string;
  readonly words: Readonly<Record<string, readonly string[]>>;
  /** What is said with a digit, before its name: HINTS of them. */
  readonly beforeDigit: readonly string[];
}

const SPELLINGS: Readonly<Record<SoundLocale, Spelling>> = {
  fr: {
    names: {
      ...{ 3: 'trois', 4: 'quatre', 6: 'six', 7: 'sept', 9: 'neuf', A: 'a', C: 'cé', E: 'eux', H: 'ache', J: 'ji' },
      ...{ K: 'ka', M: 'm', R: 'erre', T: 'té', W: 'double vé', X: 'ixe', Y: 'i grec' },
    },
    link: 'comme',
    words: {
      A: ['Anatole', 'Amélie'],
      C: ['Célestin', 'Cécile'],
      E: ['Eugène', 'école'],
      H: ['Henri', 'hôtel'],
      J: ['Joseph', 'Julie'],
      K: ['Kléber', 'kilo'],
      M: ['Marcel', 'Michelle'],
      R: ['Raoul', 'Robert'],
      T: ['Thérèse', 'Thomas'],
      W: ['William', 'wagon'],
      X: ['Xavier', 'xylophone'],
      Y: ['Yvonne', 'Yannick'],
    },
    beforeDigit: ['chiffre', 'numéro'],
  },
  en: {
    names: {
      ...{ 3: 'three', 4: 'four', 6: 'six', 7: 'seven', 9: 'nine', A: 'eigh', C: 'see', E: 'ee', H: 'aitch', J: 'jay' },
      ...{ K: 'kay', M: 'em', R: 'ar', T: 'tee', W: 'double you', X: 'ex', Y: 'why' },
    },
    link: 'as in',
    words: {
      A: ['Alpha', 'Anna'],
      C: ['Charlie', 'city'],
      E: ['Echo', 'Edward'],
      H: ['Hotel', 'Harry'],
      J: ['Juliet', 'Jacob'],
      K: ['Kilo', 'kitchen'],
      M: ['Mike', 'Monday'],
      R: ['Romeo', 'Robert'],
      T: ['Tango', 'Tommy'],
      W: ['Whiskey', 'winter'],
      X: ['X ray', 'xylophone'],
      Y: ['Yankee', 'yellow'],
    },
    beforeDigit: ['number', 'digit'],
  },
};

const HALF_WIDTH = 24;
const SILENCE = 0.006;
const PEAK = 0.95;

for (const locale of ['fr', 'en'] as const) {
  const folder = path.join(projectRoot, 'src/adapters/captcha/sounds', locale);
  rmSync(folder, { recursive: true, force: true });
  for (const [index, say] of SPEAKERS[locale].entries()) {
    const ofVoice = path.join(folder, VOICES[index] ?? '');
    mkdirSync(ofVoice, { recursive: true });
    for (const [name, words] of piecesOf(SPELLINGS[locale])) {
      const samples = evenOut(trim(say(words)));
      writeFileSync(path.join(ofVoice, `${name}.wav`), writePackedWav(pack(samples), samples.length));
    }
  }
}

/** By the names that recordings.ts reads. @throws Error when a character or a hint has no words. */
function piecesOf({ names, link, words, beforeDigit }: Spelling): readonly (readonly [name: string, words: string])[] {
  return [...ALPHABET].flatMap((character) => {
    const hints = isDigit(character) ? beforeDigit : words[character]?.map((word) => `${link} ${word}`);
    const name = names[character];
    if (!name || hints?.length !== HINTS) throw new Error(`${character}: its words are missing`);
    return [
      [nameOf(character), name] as const,
      ...hints.map((hint, index) => [hintOf(character, index), hint] as const),
    ];
  });
}

function espeak(voice: string): Voice {
  return (words) => read(execFileSync('espeak-ng', ['-v', voice, '-s', '160', '--stdout', words]));
}

/** Its voices are dull: a small loudspeaker would lose them. */
function flite(voice: string): Voice {
  return (words) => {
    const file = path.join(tmpdir(), `captcha-sound-${process.pid}.wav`);
    try {
      execFileSync('flite', ['-voice', voice, '-t', words, '-o', file]);
      return brighten(read(readFileSync(file)));
    } finally {
      rmSync(file, { force: true });
    }
  };
}

function read(wav: Buffer): Float32Array {
  return toSampleRate(samplesOf(wav), wav.readUInt32LE(24));
}

function brighten(samples: Float32Array): Float32Array {
  return samples.map((sample, index) => sample - 0.85 * (samples[index - 1] ?? 0));
}

/** Both programs write 16 bits after a header of 44 bytes. */
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
