import type { Frame } from '@vosvfi/core';
import { studioLuma } from '../metrics/luma.js';
import { peakOf, roundHalfToEven } from '../metrics/samples.js';
import type { Luma } from './features.js';

/**
 * What NIQE takes as brightness, rounded to whole numbers.
 * - `yiq`: 0.299 R + 0.587 G + 0.114 B, 0..255 (what pyiqa measures, so most papers on frame interpolation).
 * - `bt601`: studio range, 16..235 (BasicSR, and the perceptual index of PIRM 2018).
 */
export type NiqeLuma = 'yiq' | 'bt601';

/** The luma of a frame, rounded; `border` rows and columns are left away on each side. */
export function niqeLuma(frame: Frame, kind: NiqeLuma, border = 0): Luma {
  const plane = kind === 'yiq' ? fullRangeLuma(frame) : studioLuma(frame);
  const [width, height] = [Math.max(0, frame.width - 2 * border), Math.max(0, frame.height - 2 * border)];
  const data = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (y + border) * frame.width + border;
    for (let x = 0; x < width; x++) data[y * width + x] = roundHalfToEven(plane[from + x]!);
  }
  return { data, width, height };
}

const weights = [0.299, 0.587, 0.114].map(Math.fround) as [number, number, number];

/** In float32 until it is rounded, with fused multiplications, as in the reference: that decides what halves become. */
function fullRangeLuma(frame: Frame): Float64Array {
  const peak = peakOf(frame);
  const luma = new Float64Array(frame.width * frame.height);
  const sample = (s: number): number => Math.fround(frame.data[s]! / peak);
  for (let i = 0, s = 0; i < luma.length; i++, s += 3) {
    const red = Math.fround(weights[0] * sample(s));
    const green = Math.fround(red + weights[1] * sample(s + 1));
    luma[i] = Math.fround(255 * Math.fround(green + weights[2] * sample(s + 2)));
  }
  return luma;
}
