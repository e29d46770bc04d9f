/** WAV of two kinds, both of 11 kHz and one channel: as sent, with 8 bits a sample; as recordings, packed to 4 bits (IMA ADPCM). */
import { BLOCK_BYTES, BLOCK_SAMPLES, unpack } from './adpcm.ts';

/** Samples a second: small, and an « s » is still heard. */
export const SAMPLE_RATE = 11_025;

const HEADER_BYTES = 44;
const PACKED_HEADER_BYTES = 60;
const IMA_ADPCM = 0x11;

/** @param samples from -1 to 1; what is beyond is cut. */
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
    const sample = samples[index] ?? 0;
    const cut = sample > 1 ? 1 : sample < -1 ? -1 : sample;
    wav[HEADER_BYTES + index] = (128 + 127.5 * cut) | 0;
  }
  return wav;
}

/** Reads what writeWav wrote. @throws Error for any other kind. */
export function readWav(wav: Buffer): Float32Array {
  const ours = isWav(wav, HEADER_BYTES) && wav.readUInt16LE(20) === 1 && wav.readUInt16LE(34) === 8;
  if (!ours) throw new Error('not a WAV of 11 kHz and 8 bits');
  return Float32Array.from(wav.subarray(HEADER_BYTES), (byte) => (byte - 127.5) / 127.5);
}

/** A recording, of a header that players read and of whole blocks. @param blocks as `pack` of adpcm.ts gives them. */
export function writePackedWav(blocks: Buffer, count: number): Buffer {
  const header = Buffer.alloc(PACKED_HEADER_BYTES);
  header.write('RIFF', 0);
  header.writeUInt32LE(PACKED_HEADER_BYTES + blocks.length - 8, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(20, 16);
  header.writeUInt16LE(IMA_ADPCM, 20);
  header.writeUInt16LE(1, 22); // channels
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(Math.round((SAMPLE_RATE * BLOCK_BYTES) / BLOCK_SAMPLES), 28); // bytes a second
  header.writeUInt16LE(BLOCK_BYTES, 32);
  header.writeUInt16LE(4, 34); // bits
  header.writeUInt16LE(2, 36); // bytes of what follows, for this kind
  header.writeUInt16LE(BLOCK_SAMPLES, 38);
  header.write('fact', 40);
  header.writeUInt32LE(4, 44);
  header.writeUInt32LE(count, 48);
  header.write('data', 52);
  header.writeUInt32LE(blocks.length, 56);
  return Buffer.concat([header, blocks]);
}

/** Reads what writePackedWav wrote. @throws Error for any other kind. */
export function readPackedWav(wav: Buffer): Float32Array {
  const ours = isWav(wav, PACKED_HEADER_BYTES) && wav.readUInt16LE(20) === IMA_ADPCM;
  if (!ours || wav.readUInt16LE(32) !== BLOCK_BYTES) throw new Error('not a WAV of 11 kHz and 4 bits');
  return unpack(wav.subarray(PACKED_HEADER_BYTES), wav.readUInt32LE(48));
}

function isWav(wav: Buffer, headerBytes: number): boolean {
  return (
    wav.length >= headerBytes &&
    wav.toString('latin1', 0, 4) === 'RIFF' &&
    wav.toString('latin1', headerBytes - 8, headerBytes - 4) === 'data' &&
    wav.readUInt32LE(24) === SAMPLE_RATE
  );
}
