/** WAV of one kind: 11 kHz, one channel, 8 bits, as samples from -1 to 1. Small, and an « s » is still heard. */

export const SAMPLE_RATE = 11_025;

const HEADER_BYTES = 44;

export function writeWav(samples: Float32Array): Buffer {
  const wav = Buffer.alloc(HEADER_BYTES + samples.length);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(1, 22); // channels
  wav.writeUInt32LE(SAMPLE_RATE, 24);
  wav.writeUInt32LE(SAMPLE_RATE, 28); // bytes a second
  wav.writeUInt16LE(1, 32); // bytes a frame
  wav.writeUInt16LE(8, 34); // bits
  wav.write('data', 36);
  wav.writeUInt32LE(samples.length, 40);
  for (let index = 0; index < samples.length; index++) {
    const sample = Math.max(-1, Math.min(1, samples[index] ?? 0));
    wav[HEADER_BYTES + index] = Math.round(127.5 + 127.5 * sample);
  }
  return wav;
}

/** Reads what writeWav wrote. @throws Error for any other kind. */
export function readWav(wav: Buffer): Float32Array {
  const ours =
    wav.toString('latin1', 0, 4) === 'RIFF' &&
    wav.toString('latin1', 36, 40) === 'data' &&
    wav.readUInt32LE(24) === SAMPLE_RATE &&
    wav.readUInt16LE(34) === 8;
  if (!ours) throw new Error('not a WAV of 11 kHz and 8 bits');
  return Float32Array.from(wav.subarray(HEADER_BYTES), (byte) => (byte - 127.5) / 127.5);
}
