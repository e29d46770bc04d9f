/** IMA ADPCM: a sample is half a byte, the difference from what was foretold. It keeps the recordings of several voices small. */

/** A block begins with its first sample, so that no error outlives it. */
export const BLOCK_BYTES = 256;
const BLOCK_HEADER_BYTES = 4;
export const BLOCK_SAMPLES = 1 + 2 * (BLOCK_BYTES - BLOCK_HEADER_BYTES);

/** 89 steps, each a tenth larger than the one before: the table of the standard. */
// biome-ignore format: a table
const STEPS = [
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118,
  130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060,
  1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132,
  7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
];
/** How the step follows the size of the last difference. */
const STEP_CHANGES = [-1, -1, -1, -1, 2, 4, 6, 8];

interface State {
  value: number;
  step: number;
}

/** @param samples from -1 to 1. @returns whole blocks; the last one ends with repeats of its last sample. */
export function pack(samples: Float32Array): Buffer {
  const blocks = Buffer.alloc(Math.ceil(samples.length / BLOCK_SAMPLES) * BLOCK_BYTES);
  const sampleAt = (index: number) => Math.round((samples[Math.min(index, samples.length - 1)] ?? 0) * 32767);
  let step = 0;
  for (let block = 0; block * BLOCK_BYTES < blocks.length; block++) {
    const [first, at] = [block * BLOCK_SAMPLES, block * BLOCK_BYTES];
    const state: State = { value: sampleAt(first), step };
    blocks.writeInt16LE(state.value, at);
    blocks[at + 2] = state.step;
    for (let index = 1; index < BLOCK_SAMPLES; index++) {
      const code = codeOf(sampleAt(first + index) - state.value, STEPS[state.step] ?? 0);
      follow(state, code);
      const byte = at + BLOCK_HEADER_BYTES + ((index - 1) >> 1);
      blocks[byte] = (blocks[byte] ?? 0) | (index % 2 === 1 ? code : code << 4);
    }
    step = state.step;
  }
  return blocks;
}

/** @param count of samples. @returns them, from -1 to 1. */
export function unpack(blocks: Buffer, count: number): Float32Array {
  const samples = new Float32Array(count);
  for (let first = 0; first < count; first += BLOCK_SAMPLES) {
    const at = (first / BLOCK_SAMPLES) * BLOCK_BYTES;
    const state: State = { value: blocks.readInt16LE(at), step: blocks[at + 2] ?? 0 };
    samples[first] = state.value / 32767;
    const end = Math.min(BLOCK_SAMPLES, count - first);
    for (let index = 1; index < end; index++) {
      const byte = blocks[at + BLOCK_HEADER_BYTES + ((index - 1) >> 1)] ?? 0;
      follow(state, index % 2 === 1 ? byte & 15 : byte >> 4);
      samples[first + index] = state.value / 32767;
    }
  }
  return samples;
}

/** The sign, and how many quarters of the step. */
function codeOf(difference: number, step: number): number {
  const quarters = Math.min(7, Math.floor((4 * Math.abs(difference)) / step));
  return difference < 0 ? 8 + quarters : quarters;
}

function follow(state: State, code: number): void {
  const step = STEPS[state.step] ?? 0;
  const size = (step >> 3) + (code & 4 ? step : 0) + (code & 2 ? step >> 1 : 0) + (code & 1 ? step >> 2 : 0);
  state.value = Math.max(-32768, Math.min(32767, state.value + (code & 8 ? -size : size)));
  state.step = Math.max(0, Math.min(STEPS.length - 1, state.step + (STEP_CHANGES[code & 7] ?? 0)));
}
