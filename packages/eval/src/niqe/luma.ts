import type { Frame } from '@vosvfi/core';
import { roundHalfToEven, unitSamples } from '../metrics/samples.js';
import { cropPlane, type Luma } from './luma-plane.js';

/**
 * What NIQE takes as brightness, rounded to whole numbers.
 * - `yiq`: 0.299 R + 0.587 G + 0.114 B, 0..255 (what pyiqa measures, so most papers on frame interpolation).
 * - `bt601`: studio range, 16..235, as MATLAB's `rgb2ycbcr` rounds it (pyiqa's and PIRM 2018's perceptual index). BasicSR's
 *   own order of operations rounds a few colours to the other neighbour, such as (255, 184, 115), whose luma is 185.49999.
 */
export type NiqeLuma = 'yiq' | 'bt601';

/** The luma of a frame, rounded; `border` rows and columns are left away on each side. */
export function niqeLuma(frame: Frame, kind: NiqeLuma, border = 0): Luma {
  const data = lumaOf(frame, kind);
  for (let i = 0; i < data.length; i++) data[i] = roundHalfToEven(data[i]!);
  const { width, height } = frame;
  if (border === 0) return { data, width, height };
  const [newWidth, newHeight] = [Math.max(0, width - 2 * border), Math.max(0, height - 2 * border)];
  return cropPlane({ data, width, height }, border, border, newWidth, newHeight);
}

const floats = (...values: number[]): readonly number[] => values.map(Math.fround);
const scales = {
  yiq: { weights: floats(0.299, 0.587, 0.114), offset: 0, peak: 1 },
  bt601: { weights: floats(65.481, 128.553, 24.966), offset: 16, peak: 255 },
};

/** In float32 until it is rounded, with fused multiplications, as in the reference: that decides what halves become. */
function lumaOf(frame: Frame, kind: NiqeLuma): Float64Array {
  const { weights, offset, peak } = scales[kind];
  const [ofRed, ofGreen, ofBlue] = weights as [number, number, number];
  const samples = unitSamples(frame);
  const luma = new Float64Array(frame.width * frame.height);
  for (let i = 0, s = 0; i < luma.length; i++, s += 3) {
    const red = Math.fround(ofRed * samples[s]!);
    const green = Math.fround(red + ofGreen * samples[s + 1]!);
    const sum = Math.fround(Math.fround(green + ofBlue * samples[s + 2]!) + offset);
    luma[i] = Math.fround(255 * Math.fround(sum / peak));
  }
  return luma;
}
