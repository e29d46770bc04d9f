/** `node test/bench/captcha.ts`: the processor time of one picture and one sound, median of 100. */
import { drawAnswer } from '../../src/adapters/captcha/answer.ts';
import { drawPicture } from '../../src/adapters/captcha/drawing.ts';
import { joinSound } from '../../src/adapters/captcha/sound.ts';
import { percentile } from './load.ts';

export const CAPTCHA_TARGET_MS = 15;

const RUNS = 100;

const steps = {
  picture: (answer: string, seed: string) => drawPicture(answer, seed),
  sound: (answer: string, seed: string) => joinSound(answer, 'fr', seed),
  together: async (answer: string, seed: string) => {
    await drawPicture(answer, seed);
    await joinSound(answer, 'fr', seed);
  },
};

/** @returns milliseconds of processor time, one for each run of each step. */
export async function measureCaptcha(): Promise<Readonly<Record<keyof typeof steps, readonly number[]>>> {
  return {
    picture: await measure(steps.picture),
    sound: await measure(steps.sound),
    together: await measure(steps.together),
  };
}

async function measure(step: (answer: string, seed: string) => Promise<unknown>): Promise<readonly number[]> {
  for (let run = 0; run < 10; run++) await step(drawAnswer(), `warm ${run}`);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage();
    await step(drawAnswer(), `${run}`);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return times;
}

export function captchaLines(times: Awaited<ReturnType<typeof measureCaptcha>>) {
  const ms = (values: readonly number[], share: number) => `${percentile(values, share).toFixed(2)} ms`;
  return Object.entries(times).map(
    ([name, values]) => [`captcha, ${name}`, `${ms(values, 0.5)} median, ${ms(values, 0.95)} at 95 %`] as const,
  );
}

if (import.meta.main) {
  for (const [name, value] of captchaLines(await measureCaptcha())) console.log(`${name}: processor time ${value}`);
  console.log(`target: under ${CAPTCHA_TARGET_MS} ms together`);
}
