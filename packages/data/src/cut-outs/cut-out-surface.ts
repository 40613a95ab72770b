import type { Random } from '@vosvfi/core';
import type { PhotoLevel } from '../photos/photo.js';
import { drawColours } from '../photos/photo-texture.js';
import type { Shape } from '../synthetic/shapes.js';
import { SURFACE_MARGIN, TEXELS_PER_PIXEL, type TextureFill } from '../synthetic/texture.js';
import type { CutOut } from './cut-out.js';

/** A cut-out in the plane of an object. */
export interface CutOutSurface {
  readonly shape: Shape;
  readonly fill: TextureFill;
}

/** Bilinear sample at (x, y), in pixels with centres at whole numbers, of channel `k` of `channels`. */
function sample(
  data: ArrayLike<number>,
  { width, height }: { width: number; height: number },
  [x, y]: readonly [number, number],
  [k, channels]: readonly [number, number],
): number {
  const u = Math.min(width - 1.001, Math.max(0, x));
  const v = Math.min(height - 1.001, Math.max(0, y));
  const column = u | 0;
  const row = v | 0;
  const at = (row * width + column) * channels + k;
  const below = at + width * channels;
  const upper = data[at]! + (u - column) * (data[at + channels]! - data[at]!);
  const lower = data[below]! + (u - column) * (data[below + channels]! - data[below]!);
  return upper + (v - row) * (lower - upper);
}

/**
 * A cut-out whose corners lie `radius` from the origin, perhaps mirrored.
 * @param jitter See `jitter` of the cut-outs.
 */
export function cutOutSurface(cutOut: CutOut, radius: number, jitter: number, random: Random): CutOutSurface {
  const { width, height } = cutOut.levels[0]!;
  const isMirrored = random.chance(0.5);
  const reach = radius + SURFACE_MARGIN;
  const step = Math.hypot(width, height) / 2 / (radius - 0.5);
  const column = (x: number) => width / 2 - 0.5 + (isMirrored ? -x : x) * step;
  const row = (y: number) => height / 2 - 0.5 + y * step;
  const shape: Shape = {
    radius,
    distance(x, y) {
      const [u, v] = [column(x), row(y)];
      const beyond = Math.max(-u, u - width + 1, -v, v - height + 1, 0);
      return (sample(cutOut.distance, { width, height }, [u, v], [0, 1]) + beyond) / step;
    },
  };
  const fill: TextureFill = (grid, stream) => {
    const perTexel = step / TEXELS_PER_PIXEL;
    const index = Math.min(cutOut.levels.length - 1, Math.max(0, Math.round(Math.log2(perTexel))));
    const colours = drawColours(stream, jitter);
    return fillFrom(cutOut.levels[index]!, grid, colours, (x, y) => {
      const [left, top] = [x / TEXELS_PER_PIXEL - reach, y / TEXELS_PER_PIXEL - reach];
      return [(column(left) + 0.5) / 2 ** index - 0.5, (row(top) + 0.5) / 2 ** index - 0.5];
    });
  };
  return { shape, fill };
}

const limit = (value: number) => Math.min(1, Math.max(0, value));

function fillFrom(
  level: PhotoLevel,
  { width, height }: { width: number; height: number },
  { matrix, offset }: ReturnType<typeof drawColours>,
  place: (x: number, y: number) => readonly [number, number],
): Float32Array {
  const texture = new Float32Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const at = place(x, y);
      const red = sample(level.data, level, at, [0, 3]);
      const green = sample(level.data, level, at, [1, 3]);
      const blue = sample(level.data, level, at, [2, 3]);
      for (let k = 0; k < 3; k++) {
        const value = matrix[k * 3]! * red + matrix[k * 3 + 1]! * green + matrix[k * 3 + 2]! * blue;
        texture[i + k] = limit(value + offset);
      }
    }
  }
  return texture;
}
