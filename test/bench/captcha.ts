/** `node test/bench/captcha.ts`: the processor time of one picture and one sound, median of 100. */
import { drawAnswer } from '../../src/adapters/captcha/answer.ts';
import { drawPicture } from '../../src/adapters/captcha/drawing.ts';
import { joinSound } from '../../src/adapters/captcha/sound.ts';

const RUNS = 100;
const TARGET_MS = 15;

const steps = {
  picture: (answer: string, seed: string) => drawPicture(answer, seed),
  sound: (answer: string, seed: string) => joinSound(answer, 'fr', seed),
  together: async (answer: string, seed: string) => {
    await drawPicture(answer, seed);
    await joinSound(answer, 'fr', seed);
  },
};

for (const [name, step] of Object.entries(steps)) {
  for (let run = 0; run < 10; run++) await step(drawAnswer(), `warm ${run}`);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage();
    await step(drawAnswer(), `${run}`);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(share * (RUNS - 1))] ?? 0).toFixed(2);
  const target = name === 'together' ? ` (target under ${TARGET_MS} ms)` : '';
  console.log(`captcha, ${name}: processor time ${at(0.5)} ms median, ${at(0.95)} ms at 95 %${target}`);
}
