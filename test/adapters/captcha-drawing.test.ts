import assert from 'node:assert/strict';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { drawAnswer } from '../../src/adapters/captcha/answer.ts';
import { drawPicture, PICTURE_HEIGHT, PICTURE_WIDTH } from '../../src/adapters/captcha/drawing.ts';
import { joinSound } from '../../src/adapters/captcha/sound.ts';

describe('the picture of a captcha', () => {
  it('is a PNG of 240 by 80 pixels and 60 kB at most', async () => {
    const picture = await drawPicture('A3K4XW', 'seed');
    assert.equal(picture.toString('hex', 0, 8), '89504e470d0a1a0a');
    assert.deepEqual([picture.readUInt32BE(16), picture.readUInt32BE(20)], [PICTURE_WIDTH, PICTURE_HEIGHT]);
    assert.deepEqual([PICTURE_WIDTH, PICTURE_HEIGHT], [240, 80]);
    assert.ok(picture.length < 60_000, String(picture.length));
  });

  it('differs from another of the same answer, and is the same for the same seed', async () => {
    const picture = await drawPicture('A3K4XW', 'one');
    assert.notDeepEqual(picture, await drawPicture('A3K4XW', 'two'));
    assert.deepEqual(picture, await drawPicture('A3K4XW', 'one'));
  });

  it('has ink that stands out from its ground by 7:1', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const luminances = await luminancesOf(await drawPicture(drawAnswer(), String(seed)));
      // Ink covers more than a tenth of the picture and less than a half: its middle is at 5 %, that of the ground at 75 %.
      const [ink, ground] = [
        luminances[Math.floor(luminances.length * 0.05)]!,
        luminances[Math.floor(luminances.length * 0.75)]!,
      ];
      const contrast = (ground + 0.05) / (ink + 0.05);
      assert.ok(contrast >= 7, `seed ${seed}: ${contrast.toFixed(1)}`);
    }
  });
});

describe('the sound of a captcha', () => {
  for (const locale of ['fr', 'en'] as const)
    it(`is a WAV of 5 to 20 seconds, in ${locale}, for every character`, async () => {
      for (const answer of ['34679A', 'CEHJKM', 'RTWXY3']) {
        const wav = await joinSound(answer, locale, 'seed');
        assert.equal(wav.toString('latin1', 0, 4), 'RIFF');
        assert.equal(wav.toString('latin1', 8, 16), 'WAVEfmt ');
        assert.equal(wav.readUInt32LE(4), wav.length - 8);
        assert.equal(wav.readUInt32LE(40), wav.length - 44);
        assert.deepEqual([wav.readUInt16LE(20), wav.readUInt16LE(22), wav.readUInt16LE(34)], [1, 1, 8]);
        const seconds = (wav.length - 44) / wav.readUInt32LE(28);
        assert.ok(seconds > 5 && seconds < 20, `${seconds} s`);
        // Never silent: a pause would tell where a character begins.
        for (let at = 44; at + 2000 < wav.length; at += 2000)
          assert.ok(new Set(wav.subarray(at, at + 2000)).size > 4, `silent at ${at}`);
      }
    });

  it('differs from another of the same answer, and is the same for the same seed', async () => {
    const sound = await joinSound('A3K4XW', 'fr', 'one');
    assert.notDeepEqual(sound, await joinSound('A3K4XW', 'fr', 'two'));
    assert.notDeepEqual(sound, await joinSound('A3K4XW', 'en', 'one'));
    assert.deepEqual(sound, await joinSound('A3K4XW', 'fr', 'one'));
  });
});

/** WCAG relative luminance of each pixel, darkest first. */
async function luminancesOf(png: Buffer): Promise<number[]> {
  const context = createCanvas(PICTURE_WIDTH, PICTURE_HEIGHT).getContext('2d');
  context.drawImage(await loadImage(png), 0, 0);
  const { data } = context.getImageData(0, 0, PICTURE_WIDTH, PICTURE_HEIGHT);
  const linear = (value: number) =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  return Array.from({ length: data.length / 4 }, (_, pixel) => {
    const [red, green, blue] = [data[4 * pixel]!, data[4 * pixel + 1]!, data[4 * pixel + 2]!];
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  }).sort((a, b) => a - b);
}
