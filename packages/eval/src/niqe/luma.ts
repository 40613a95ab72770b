import type { Frame } from '@vosvfi/core';
import { studioLuma } from '../metrics/luma.js';
import { roundHalfToEven, unitSamples } from '../metrics/samples.js';
import { cropPlane, type Luma } from './luma-plane.js';

/**
 * What NIQE takes as brightness, rounded to whole numbers.
 * - `yiq`: 0.299 R + 0.587 G + 0.114 B, 0..255 (what pyiqa measures, so most papers on frame interpolation).
 * - `bt601`: studio range, 16..235 (BasicSR, and the perceptual index of PIRM 2018).
 */
export type NiqeLuma = 'yiq' | 'bt601';

/** The luma of a frame, rounded; `border` rows and columns are left away on each side. */
export function niqeLuma(frame: Frame, kind: NiqeLuma, border = 0): Luma {
  const data = kind === 'yiq' ? fullRangeLuma(frame) : studioLuma(frame);
  for (let i = 0; i < data.length; i++) data[i] = roundHalfToEven(data[i]!);
  const { width, height } = frame;
  if (border === 0) return { data, width, height };
  const [newWidth, newHeight] = [Math.max(0, width - 2 * border), Math.max(0, height - 2 * border)];
  return cropPlane({ data, width, height }, border, border, newWidth, newHeight);
}

const weights = [0.299, 0.587, 0.114].map(Math.fround) as [number, number, number];

/** In float32 until it is rounded, with fused multiplications, as in the reference: that decides what halves become. */
function fullRangeLuma(frame: Frame): Float64Array {
  const samples = unitSamples(frame);
  const luma = new Float64Array(frame.width * frame.height);
  for (let i = 0, s = 0; i < luma.length; i++, s += 3) {
    const red = Math.fround(weights[0] * samples[s]!);
    const green = Math.fround(red + weights[1] * samples[s + 1]!);
    luma[i] = Math.fround(255 * Math.fround(green + weights[2] * samples[s + 2]!));
  }
  return luma;
}
