import type { Frame } from '@vosvfi/core';
import { frameFiles, maskFiles, readFrame, readMask, writeFrame } from '@vosvfi/data';
import sharp from 'sharp';
import { isAccepted } from './report.js';
import type { TripletRecord } from './triplet-masks.js';

const THUMB_WIDTH = 160;
const COLUMNS = 2;
const GAP = 8;
const BAR = 4;
/** Most triplets of each kind. */
const MOST_ACCEPTED = 24;
const MOST_REJECTED = 12;
const ground = [24, 24, 24] as const;
const bars = { accepted: [60, 190, 90], rejected: [220, 60, 60] } as const;
const tint = [255, 60, 200] as const;

/** Records at even distances, at most `count`. */
function spread<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  return Array.from({ length: count }, (_, k) => all[Math.round((k * (all.length - 1)) / (count - 1))]!);
}

/** A frame with its objects tinted and outlined, as a small picture. */
async function thumbnail(frameFile: string, maskFile: string, height: number): Promise<Uint8Array> {
  const [frame, mask] = await Promise.all([readFrame(frameFile), readMask(maskFile, { grey: 'binary' })]);
  const { width } = frame;
  const data = Uint8Array.from(frame.data);
  const rim = Math.max(1, Math.round(width / THUMB_WIDTH));
  for (let i = 0; i < mask.data.length; i++) {
    if (mask.data[i] === 0) continue;
    const isRim = [i - rim, i + rim, i - rim * width, i + rim * width].some((j) => mask.data[j] === 0);
    for (const c of [0, 1, 2] as const) {
      data[i * 3 + c] = isRim ? tint[c] : 0.65 * data[i * 3 + c]! + 0.35 * tint[c];
    }
  }
  const small = await sharp(data, { raw: { width, height: frame.height, channels: 3 } })
    .resize(THUMB_WIDTH, height, { fit: 'fill' })
    .raw()
    .toBuffer();
  return new Uint8Array(small);
}

/** A picture that is filled by rectangles. */
function createCanvas(
  width: number,
  height: number,
): Frame & {
  paste(pixels: Uint8Array, left: number, top: number, w: number, h: number): void;
  fill(colour: readonly [number, number, number], left: number, top: number, w: number, h: number): void;
} {
  const data = new Uint8Array(width * height * 3);
  return {
    ...{ data, width, height },
    paste(pixels, left, top, w, h) {
      for (let y = 0; y < h; y++) data.set(pixels.subarray(y * w * 3, (y + 1) * w * 3), ((top + y) * width + left) * 3);
    },
    fill(colour, left, top, w, h) {
      for (let y = top; y < top + h; y++) for (let x = left; x < left + w; x++) data.set(colour, (y * width + x) * 3);
    },
  };
}

/**
 * Writes a picture of up to 36 triplets with their masks: accepted ones (green bar) in the order of the list, then rejected
 * ones (red bar). Nothing is written where no triplet has masks.
 */
export async function writeContactSheet(
  file: string,
  { dir, output }: { readonly dir: string; readonly output: string },
  records: readonly TripletRecord[],
): Promise<void> {
  const usable = records.filter((record) => !('broken' in record));
  const accepted = spread(usable.filter(isAccepted), MOST_ACCEPTED);
  const rejected = spread(
    usable.filter((record) => !isAccepted(record)),
    MOST_REJECTED,
  );
  const shown = [...accepted, ...rejected];
  if (shown.length === 0) return;
  const first = await readFrame(frameFiles(dir, shown[0]!.name)[0]);
  const height = Math.max(8, Math.round((THUMB_WIDTH * first.height) / first.width));
  const [cellWidth, cellHeight] = [3 * THUMB_WIDTH + 4, height + 2 + BAR];
  const rows = Math.ceil(shown.length / COLUMNS);
  const canvas = createCanvas(COLUMNS * (cellWidth + GAP) + GAP, rows * (cellHeight + GAP) + GAP);
  canvas.fill(ground, 0, 0, canvas.width, canvas.height);
  for (const [k, record] of shown.entries()) {
    const left = GAP + (k % COLUMNS) * (cellWidth + GAP);
    const top = GAP + Math.floor(k / COLUMNS) * (cellHeight + GAP);
    const masks = maskFiles(output, record.name);
    for (const [i, path] of frameFiles(dir, record.name).entries()) {
      canvas.paste(await thumbnail(path, masks[i]!, height), left + i * (THUMB_WIDTH + 2), top, THUMB_WIDTH, height);
    }
    canvas.fill(bars[k < accepted.length ? 'accepted' : 'rejected'], left, top + height + 2, cellWidth, BAR);
  }
  await writeFrame(file, canvas);
}
