/**
 * The picture of an answer, as PNG. The characters are drawn as a mask (white on black) that is bent as a whole, then
 * coloured: strokes and characters have one colour, so that no filter by colour takes them apart.
 */
import { createRequire } from 'node:module';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';

export const PICTURE_WIDTH = 240;
export const PICTURE_HEIGHT = 80;

const FACES = ['DejaVuSans-Bold', 'DejaVuSerif-Bold', 'DejaVuSansMono-Bold', 'DejaVuSansCondensed-Bold'];
const MARGIN = 12;
const FULL_TURN = 2 * Math.PI;

type Colour = readonly [red: number, green: number, blue: number];
type CanvasLibrary = typeof import('@napi-rs/canvas');

let loading: Promise<CanvasLibrary> | undefined;

/** @param seed the same one gives the same picture. */
export async function drawPicture(answer: string, seed: string): Promise<Buffer> {
  loading ??= loadCanvas();
  const { createCanvas } = await loading;
  const random = createSeededRandom(seed, 'picture');
  const canvas = createCanvas(PICTURE_WIDTH, PICTURE_HEIGHT);
  const context = canvas.getContext('2d');
  drawMask(context, answer, random);
  const image = context.getImageData(0, 0, PICTURE_WIDTH, PICTURE_HEIGHT);
  const mask = bend(image.data, random);
  colour(image.data, mask, random);
  context.putImageData(image, 0, 0);
  return canvas.encode('png');
}

/** At first use: 25 MB that a service without a captcha does not load. */
async function loadCanvas(): Promise<CanvasLibrary> {
  const library = await import('@napi-rs/canvas');
  const { resolve } = createRequire(import.meta.url);
  for (const face of FACES)
    if (!library.GlobalFonts.registerFromPath(resolve(`dejavu-fonts-ttf/ttf/${face}.ttf`), face))
      throw new Error(`the font ${face} does not load`);
  return library;
}

function drawMask(context: SKRSContext2D, answer: string, random: SeededRandom): void {
  context.fillStyle = '#000';
  context.fillRect(0, 0, PICTURE_WIDTH, PICTURE_HEIGHT);
  drawCharacters(context, answer, random);
  // White strokes join neighbours, the black one cuts through them: neither leaves one shape a character.
  for (let count = 0; count < 3; count++) drawStroke(context, '#fff', random.between(1.3, 2.1), random);
  drawStroke(context, '#000', random.between(1, 1.5), random);
}

function drawCharacters(context: SKRSContext2D, answer: string, random: SeededRandom): void {
  const phase = random.between(0, FULL_TURN);
  const step = random.between(0.7, 1.3);
  context.fillStyle = '#fff';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const characters = [...answer].map((character) => {
    const font = `${Math.round(random.between(44, 52))}px "${FACES[random.index(FACES.length)]}"`;
    context.font = font;
    return { character, font, width: context.measureText(character).width };
  });
  // Each has room in proportion to its width, so that neighbours touch by a little and none is lost in another.
  const room = (PICTURE_WIDTH - 2 * MARGIN) / characters.reduce((sum, { width }) => sum + width, 0);
  let left = MARGIN;
  for (const [index, { character, font, width }] of characters.entries()) {
    const wave = 7 * Math.sin(phase + index * step);
    context.save();
    context.translate(
      left + (room * width) / 2 + random.between(-1.5, 1.5),
      PICTURE_HEIGHT / 2 + wave + random.between(-2, 2),
    );
    context.rotate(random.between(-0.3, 0.3));
    // Fitted to its room, slanted, and stretched in height.
    const across = Math.min(room, 1.1) * random.between(0.95, 1.08);
    context.transform(across, 0, random.between(-0.2, 0.2), random.between(0.9, 1.15), 0, 0);
    context.font = font;
    context.fillText(character, 0, 0);
    context.restore();
    left += room * width;
  }
}

function drawStroke(context: SKRSContext2D, style: string, width: number, random: SeededRandom): void {
  const height = () => random.between(0.2, 0.8) * PICTURE_HEIGHT;
  context.strokeStyle = style;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(-5, height());
  context.bezierCurveTo(PICTURE_WIDTH / 3, height(), (2 * PICTURE_WIDTH) / 3, height(), PICTURE_WIDTH + 5, height());
  context.stroke();
}

/** Two crossed waves. @returns how much of each pixel is ink, 0 to 1. */
function bend(source: Uint8ClampedArray, random: SeededRandom): Float32Array {
  const wave = (shortest: number, longest: number) => {
    const size = random.between(2.5, 4);
    const frequency = FULL_TURN / random.between(shortest, longest);
    const phase = random.between(0, FULL_TURN);
    return (at: number) => size * Math.sin(at * frequency + phase);
  };
  const [across, down] = [wave(45, 80), wave(60, 110)];
  const ink = (x: number, y: number) =>
    x < 0 || y < 0 || x >= PICTURE_WIDTH || y >= PICTURE_HEIGHT ? 0 : (source[4 * (y * PICTURE_WIDTH + x)] ?? 0);
  const mask = new Float32Array(PICTURE_WIDTH * PICTURE_HEIGHT);
  for (let y = 0; y < PICTURE_HEIGHT; y++)
    for (let x = 0; x < PICTURE_WIDTH; x++) {
      const [fromX, fromY] = [x + across(y), y + down(x)];
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [partX, partY] = [fromX - left, fromY - top];
      const upper = ink(left, top) * (1 - partX) + ink(left + 1, top) * partX;
      const lower = ink(left, top + 1) * (1 - partX) + ink(left + 1, top + 1) * partX;
      mask[y * PICTURE_WIDTH + x] = (upper * (1 - partY) + lower * partY) / 255;
    }
  return mask;
}

/** Dark ink on a light ground, 7:1 at least before the noise; grain everywhere, and here and there a speck of ink. */
function colour(target: Uint8ClampedArray, mask: Float32Array, random: SeededRandom): void {
  const pick = (minimum: number, maximum: number): Colour => [
    random.between(minimum, maximum),
    random.between(minimum, maximum),
    random.between(minimum, maximum),
  ];
  const [inkColour, ground] = [pick(10, 75), pick(222, 250)];
  const noise = random.bytes(mask.length);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    const byte = noise[pixel] ?? 0;
    // A byte under 6 is a speck (2 %); its low bit is the grain, in two levels so that PNG still packs it.
    const ink = byte < 6 ? Math.max(mask[pixel] ?? 0, 0.4 + byte / 12) : (mask[pixel] ?? 0);
    const grain = ((byte & 1) - 0.5) * 24;
    for (let channel = 0; channel < 3; channel++)
      target[4 * pixel + channel] = (ground[channel] ?? 0) * (1 - ink) + (inkColour[channel] ?? 0) * ink + grain;
    target[4 * pixel + 3] = 255;
  }
}
