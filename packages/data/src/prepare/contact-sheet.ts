import sharp from 'sharp';
import { readFrame, writeFrame } from '../image/frame-file.js';
import { frameFiles } from '../triplets/layout.js';
import type { SelectedTriplet } from './select.js';

const THUMB_WIDTH = 128;
const COLUMNS = 3;
const MOST_ROWS = 16;
const GAP = 8;
const BAR = 5;
/** Motion that fills the bar, pixels. */
const LONGEST = 64;
const colours = { ground: [24, 24, 24], train: [80, 160, 255], test: [255, 170, 60] } as const;

/** Triplets at even distances in the order of their motion, at most `count`. */
function sampleByMotion(triplets: readonly SelectedTriplet[], count: number): SelectedTriplet[] {
  const sorted = [...triplets].sort((a, b) => a.motion.peak - b.motion.peak);
  if (sorted.length <= count) return sorted;
  return Array.from({ length: count }, (_, k) => sorted[Math.round((k * (sorted.length - 1)) / (count - 1))]!);
}

/** Pictures that can be filled by rectangles. */
function createCanvas(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  return {
    frame: { data, width, height },
    paste(pixels: Uint8Array, left: number, top: number, w: number, h: number) {
      for (let y = 0; y < h; y++) {
        data.set(pixels.subarray(y * w * 3, (y + 1) * w * 3), ((top + y) * width + left) * 3);
      }
    },
    fill(colour: readonly [number, number, number], left: number, top: number, w: number, h: number) {
      for (let y = top; y < top + h; y++) {
        for (let x = left; x < left + w; x++) data.set(colour, (y * width + x) * 3);
      }
    },
  };
}

async function thumbnail(file: string, height: number): Promise<Uint8Array> {
  const { data, ...raw } = await readFrame(file);
  const [r, g, b] = colours.ground;
  return sharp(data, { raw: { ...raw, channels: 3 } })
    .resize(THUMB_WIDTH, height, { fit: 'contain', background: { r, g, b } })
    .raw()
    .toBuffer();
}

/**
 * Writes a picture of up to 48 of the triplets, from little to much motion, three to a row. The bar below each is as long
 * as its motion (logarithmic, full at 64 pixels), blue for training and orange for test.
 */
export async function writeContactSheet(file: string, dir: string, triplets: readonly SelectedTriplet[]) {
  const shown = sampleByMotion(triplets, COLUMNS * MOST_ROWS);
  if (shown.length === 0) return;
  const first = await readFrame(frameFiles(dir, shown[0]!.name)[0]);
  const height = Math.max(8, Math.round((THUMB_WIDTH * first.height) / first.width));
  const [cellWidth, cellHeight] = [3 * THUMB_WIDTH + 4, height + 2 + BAR];
  const rows = Math.ceil(shown.length / COLUMNS);
  const canvas = createCanvas(COLUMNS * (cellWidth + GAP) + GAP, rows * (cellHeight + GAP) + GAP);
  canvas.fill(colours.ground, 0, 0, canvas.frame.width, canvas.frame.height);
  for (const [k, { name, motion, split }] of shown.entries()) {
    const left = GAP + (k % COLUMNS) * (cellWidth + GAP);
    const top = GAP + Math.floor(k / COLUMNS) * (cellHeight + GAP);
    for (const [i, path] of frameFiles(dir, name).entries()) {
      canvas.paste(await thumbnail(path, height), left + i * (THUMB_WIDTH + 2), top, THUMB_WIDTH, height);
    }
    const share = Math.min(1, Math.log2(1 + motion.peak) / Math.log2(1 + LONGEST));
    canvas.fill(colours[split], left, top + height + 2, Math.max(1, Math.round(share * cellWidth)), BAR);
  }
  await writeFrame(file, canvas.frame);
}
