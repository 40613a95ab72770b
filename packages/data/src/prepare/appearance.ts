import type { Rectangle } from './geometry.js';
import type { GreyPicture } from './motion.js';

/** Mean and standard deviation of the luma of a part of a picture, levels of 255. */
export interface Light {
  readonly mean: number;
  readonly deviation: number;
}

/** Calls `visit` with the index of every pixel of a part. */
function forEachPixel({ width }: GreyPicture, part: Rectangle, visit: (at: number) => void): void {
  for (let y = part.top; y < part.top + part.height; y++) {
    for (let x = part.left; x < part.left + part.width; x++) visit(y * width + x);
  }
}

/** How light a part of a picture is, and how much that varies. */
export function lightOf(picture: GreyPicture, part: Rectangle): Light {
  let [sum, squares] = [0, 0];
  forEachPixel(picture, part, (at) => {
    sum += picture.luma[at]!;
    squares += picture.luma[at]! ** 2;
  });
  const mean = sum / (part.width * part.height);
  return { mean, deviation: Math.sqrt(Math.max(0, squares / (part.width * part.height) - mean ** 2)) };
}

/** Pixels of the strip that blurs along a row or column. */
const STRIP = 9;

/** Blur along one direction: `step` from pixel to pixel, `length` pixels in a line, `lines` starts. */
function blurAlong(luma: Float32Array, lines: readonly number[], step: number, length: number): number {
  let [sharp, lost] = [0, 0];
  const half = STRIP >> 1;
  for (const start of lines) {
    for (let k = half + 1; k < length - half; k++) {
      const at = start + k * step;
      // The means of two strips that are a pixel apart differ by what one has and the other has not.
      const blurred = (luma[at + half * step]! - luma[at - (half + 1) * step]!) / STRIP;
      const change = Math.abs(luma[at]! - luma[at - step]!);
      sharp += change;
      lost += Math.max(0, change - Math.abs(blurred));
    }
  }
  return sharp === 0 ? 1 : 1 - lost / sharp;
}

/**
 * Perceptual blur of a part of a picture, 0 (sharp) to 1: how little of the change from pixel to pixel a further blur takes
 * away, in the worse of both directions (Crete et al. 2007, "The Blur Effect"). Parts below 10 pixels count as blurred.
 */
export function blurOf({ luma, width }: GreyPicture, part: Rectangle): number {
  if (Math.min(part.width, part.height) <= STRIP) return 1;
  const rows = Array.from({ length: part.height }, (_, y) => (part.top + y) * width + part.left);
  const columns = Array.from({ length: part.width }, (_, x) => part.top * width + part.left + x);
  return Math.max(blurAlong(luma, rows, 1, part.width), blurAlong(luma, columns, width, part.height));
}

/** Least change of the mean luma over a triplet that may be a fade, levels of 255. */
const FADE_CHANGE = 8;

/** True if mean and deviation change together as they do when black or white is mixed in; motion changes neither much. */
function isMixed(first: Light, last: Light): boolean {
  const share = last.deviation / Math.max(1, first.deviation);
  const off = (level: number) => Math.abs(last.mean - level - share * (first.mean - level));
  return Math.abs(1 - share) > 0.02 && Math.min(off(0), off(255)) < Math.abs(last.mean - first.mean) / 4;
}

/** True if the light of a part rises or falls throughout as in a fade, or if most of the difference is one of light. */
export function isFade(pictures: readonly [GreyPicture, GreyPicture, GreyPicture], part: Rectangle): boolean {
  const [first, middle, last] = pictures;
  const light = pictures.map((picture) => lightOf(picture, part)) as [Light, Light, Light];
  const change = light[2].mean - light[0].mean;
  const half = light[1].mean - light[0].mean;
  if (Math.abs(change) < FADE_CHANGE || half / change < 0.2 || half / change > 0.8) return false;
  if (isMixed(light[0], light[2])) return true;
  const gain = light[0].deviation / Math.max(1, light[2].deviation);
  let [raw, undone] = [0, 0];
  forEachPixel(middle, part, (at) => {
    raw += Math.abs(last.luma[at]! - first.luma[at]!);
    undone += Math.abs((last.luma[at]! - light[2].mean) * gain - (first.luma[at]! - light[0].mean));
  });
  return undone < raw / 2;
}

/** True if the middle picture is the mean of the others, closer than motion would leave it. */
export function isBlend(pictures: readonly [GreyPicture, GreyPicture, GreyPicture], part: Rectangle): boolean {
  const [first, middle, last] = pictures;
  let [raw, apart] = [0, 0];
  forEachPixel(middle, part, (at) => {
    raw += Math.abs(last.luma[at]! - first.luma[at]!);
    apart += Math.abs(middle.luma[at]! - (first.luma[at]! + last.luma[at]!) / 2);
  });
  return apart < 0.15 * raw;
}
