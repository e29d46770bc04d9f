/**
 * `node test/bench/captcha-sound.ts [sounds]`: how often a script that compares the sound of our captcha with the recordings reads
 * it. The small one looks for each recording at three speeds; the large one at three heights and five speeds. It takes minutes.
 */
import { drawAnswer } from '../../src/adapters/captcha/answer.ts';
import { joinSound } from '../../src/adapters/captcha/sound.ts';
import { readWav } from '../../src/adapters/captcha/wav.ts';
import { countRight } from '../support/sound-places.ts';
import { createSoundReader } from '../support/sound-reader.ts';

const TRIES = 3;
const SCRIPTS = [
  ['small', [1], [0.9, 1, 1.1]],
  ['large', [0.92, 1, 1.08], [0.8, 0.88, 0.96, 1.04, 1.12]],
] as const;

const sounds = Number(process.argv[2] ?? 100);
for (const [name, sizes, speeds] of SCRIPTS)
  for (const locale of ['fr', 'en'] as const) {
    const reader = await createSoundReader(locale, sizes, speeds);
    let [first, passed, characters] = [0, 0, 0];
    for (let sound = 0; sound < sounds; sound++) {
      const answer = drawAnswer();
      const typed = reader.read(readWav(await joinSound(answer, locale, `${sound}`)), TRIES);
      if (typed[0] === answer) first++;
      if (typed.includes(answer)) passed++;
      characters += countRight(typed[0], answer);
    }
    console.log(
      `${name} script, ${locale}: ${passed} of ${sounds} within ${TRIES} tries, ${first} at the first; ` +
        `${((100 * characters) / sounds / 6).toFixed(0)} % of the characters`,
    );
  }
