import type { Random } from '@vosvfi/core';
import type { TextureGrid } from '../synthetic/texture.js';
import type { Photo, PhotoLevel } from './photo.js';

/** Smallest number of photograph pixels for a texel, unless the photograph is too small: below, it would look blurred. */
const LEAST_STEP = 0.6;

/** Points along a side at which a window's contrast is measured. */
const PROBES = 6;

/** A rectangle of a photograph: texel (0, 0) is at (x, y), neighbours to the right lie (dx, dy) farther. */
interface Window {
  readonly level: PhotoLevel;
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

function drawWindow({ levels }: Photo, { width, height }: TextureGrid, random: Random, maxAngle: number): Window {
  const whole = levels[0]!;
  const angle = random.uniform(-maxAngle, maxAngle);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const boundsWidth = Math.abs(cos) * width + Math.abs(sin) * height;
  const boundsHeight = Math.abs(sin) * width + Math.abs(cos) * height;
  const largest = Math.min((whole.width - 2) / boundsWidth, (whole.height - 2) / boundsHeight);
  const least = Math.min(largest, Math.max(LEAST_STEP, largest * 0.2));
  const step = least * (largest / least) ** random.uniform();
  const roomX = (whole.width - 2 - step * boundsWidth) / 2;
  const roomY = (whole.height - 2 - step * boundsHeight) / 2;
  const centreX = whole.width / 2 + random.uniform(-1, 1) * roomX;
  const centreY = whole.height / 2 + random.uniform(-1, 1) * roomY;
  const index = Math.min(levels.length - 1, Math.max(0, Math.round(Math.log2(step))));
  const scale = step / 2 ** index;
  return {
    level: levels[index]!,
    dx: cos * scale,
    dy: sin * scale,
    // Texel centres are half a texel from the window's corner, pixel centres half a pixel from the photograph's.
    x: centreX / 2 ** index - 0.5 - scale * ((cos * (width - 1) - sin * (height - 1)) / 2),
    y: centreY / 2 ** index - 0.5 - scale * ((sin * (width - 1) + cos * (height - 1)) / 2),
  };
}

/** Variance of the green channel at a few places of a window. */
function contrast({ level, x, y, dx, dy }: Window, { width, height }: TextureGrid): number {
  let sum = 0;
  let squares = 0;
  for (let k = 0; k < PROBES * PROBES; k++) {
    const column = (((k % PROBES) + 0.5) / PROBES) * width;
    const row = ((Math.floor(k / PROBES) + 0.5) / PROBES) * height;
    const u = Math.min(level.width - 1, Math.max(0, Math.round(x + dx * column - dy * row)));
    const v = Math.min(level.height - 1, Math.max(0, Math.round(y + dy * column + dx * row)));
    const value = level.data[(v * level.width + u) * 3 + 1]!;
    sum += value;
    squares += value * value;
  }
  return squares - (sum * sum) / PROBES ** 2;
}

/** Change of colours: out = offset + the matrix's rows times (r, g, b), values 0..1. */
export function drawColours(random: Random, jitter: number): { matrix: readonly number[]; offset: number } {
  const factor = (range: number) => Math.exp(jitter * range * random.uniform(-1, 1));
  const contrast = factor(0.8);
  const saturation = factor(1);
  const light = jitter * 0.3 * random.uniform(-1, 1);
  const luma = [0.299, 0.587, 0.114];
  const matrix = [0, 1, 2].flatMap((row) => {
    const gain = contrast * factor(0.3);
    return luma.map((weight, column) => (gain * (weight * (1 - saturation) + (row === column ? saturation : 0))) / 255);
  });
  return { matrix, offset: 0.5 * (1 - contrast) + light };
}

const limit = (value: number) => Math.min(1, Math.max(0, value));

/**
 * A window of a photograph, at a random place, scale and angle (up to `maxAngle`, radians) and perhaps mirrored, with its
 * colours changed: interleaved RGB 0..1 of `grid`'s size.
 */
export function cutPhoto(
  photo: Photo,
  grid: TextureGrid,
  random: Random,
  { maxAngle, jitter }: { maxAngle: number; jitter: number },
): Float32Array {
  const { width, height } = grid;
  // The better of two: much of a photograph is sky or wall, on which no motion can be seen.
  const windows = [drawWindow(photo, grid, random, maxAngle), drawWindow(photo, grid, random, maxAngle)] as const;
  const { level, x, y, dx, dy } = windows[contrast(windows[0], grid) >= contrast(windows[1], grid) ? 0 : 1];
  const isMirrored = random.chance(0.5);
  const { matrix, offset } = drawColours(random, jitter);
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = matrix as readonly [
    ...[number, number, number],
    ...[number, number, number],
    ...[number, number, number],
  ];
  const { data } = level;
  const stride = level.width * 3;
  const right = level.width - 1.001;
  const bottom = level.height - 1.001;
  const cut = new Float32Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const u = Math.min(right, Math.max(0, x + dx * column - dy * row));
      const v = Math.min(bottom, Math.max(0, y + dy * column + dx * row));
      const left = u | 0;
      const top = v | 0;
      const a = u - left;
      const b = v - top;
      const at = top * stride + left * 3;
      const w00 = (1 - a) * (1 - b);
      const w01 = a * (1 - b);
      const w10 = (1 - a) * b;
      const w11 = a * b;
      const red = data[at]! * w00 + data[at + 3]! * w01 + data[at + stride]! * w10 + data[at + stride + 3]! * w11;
      const green =
        data[at + 1]! * w00 + data[at + 4]! * w01 + data[at + stride + 1]! * w10 + data[at + stride + 4]! * w11;
      const blue =
        data[at + 2]! * w00 + data[at + 5]! * w01 + data[at + stride + 2]! * w10 + data[at + stride + 5]! * w11;
      const i = (row * width + (isMirrored ? width - 1 - column : column)) * 3;
      cut[i] = limit(m0 * red + m1 * green + m2 * blue + offset);
      cut[i + 1] = limit(m3 * red + m4 * green + m5 * blue + offset);
      cut[i + 2] = limit(m6 * red + m7 * green + m8 * blue + offset);
    }
  }
  return cut;
}
