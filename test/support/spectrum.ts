/** The spectrogram of a sound: what scripts that listen to our captcha work on. */

const WINDOW = 256;
const LOWEST_HZ = 120;
const FLOOR = 1e-4;
export const BANDS = 20;

/** @param hop samples from one frame to the next. @returns the frames one after another, BANDS logarithms of energy each. */
export function spectrogramOf(samples: Float32Array, sampleRate: number, hop: number): Float32Array {
  const frames = Math.max(0, Math.floor((samples.length - WINDOW) / hop) + 1);
  const out = new Float32Array(frames * BANDS);
  const bandOf = bandsOf(sampleRate);
  const [real, imaginary] = [new Float32Array(WINDOW), new Float32Array(WINDOW)];
  const energy = new Float32Array(BANDS);
  for (let frame = 0; frame < frames; frame++) {
    for (let index = 0; index < WINDOW; index++)
      real[index] = (samples[frame * hop + index] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * index) / WINDOW));
    imaginary.fill(0);
    transform(real, imaginary);
    energy.fill(FLOOR);
    for (let bin = 0; bin < WINDOW / 2; bin++) {
      const band = bandOf[bin]!;
      if (band >= 0) energy[band]! += real[bin]! ** 2 + imaginary[bin]! ** 2;
    }
    for (let band = 0; band < BANDS; band++) out[frame * BANDS + band] = Math.log(energy[band]!);
  }
  return out;
}

/** Which band a bin of the transform falls into: equal steps of mel from LOWEST_HZ to half the sample rate. */
function bandsOf(sampleRate: number): readonly number[] {
  const mel = (hertz: number) => Math.log(1 + hertz / 700);
  const [low, high] = [mel(LOWEST_HZ), mel(sampleRate / 2)];
  return Array.from({ length: WINDOW / 2 }, (_, bin) => {
    const at = (mel((bin * sampleRate) / WINDOW) - low) / (high - low);
    return at < 0 ? -1 : Math.min(BANDS - 1, Math.floor(at * BANDS));
  });
}

/** Fast Fourier transform in place, radix 2. */
function transform(real: Float32Array, imaginary: Float32Array): void {
  const size = real.length;
  for (let index = 1, reversed = 0; index < size; index++) {
    let bit = size >> 1;
    for (; reversed & bit; bit >>= 1) reversed ^= bit;
    reversed ^= bit;
    if (index < reversed)
      for (const part of [real, imaginary]) [part[index], part[reversed]] = [part[reversed]!, part[index]!];
  }
  for (let half = 1; half < size; half *= 2)
    for (let step = 0; step < half; step++) {
      const angle = (-Math.PI * step) / half;
      const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
      for (let low = step; low < size; low += 2 * half) {
        const high = low + half;
        const r = real[high]! * cosine - imaginary[high]! * sine;
        const i = real[high]! * sine + imaginary[high]! * cosine;
        real[high] = real[low]! - r;
        imaginary[high] = imaginary[low]! - i;
        real[low]! += r;
        imaginary[low]! += i;
      }
    }
}
