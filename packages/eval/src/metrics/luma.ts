import type { Frame } from '@vosvfi/core';
import { peakOf, quantizeFrame } from './samples.js';

/**
 * Studio-range luma of ITU-R BT.601, not rounded to whole numbers: 16 + 65.481 R + 128.553 G + 24.966 B with R, G, B in 0..1.
 * Range 16..235. This is the Y of MATLAB's `rgb2ycbcr`; samples and result are float32, as in BasicSR's `test_y_channel`.
 */
export function studioLuma(frame: Frame): Float64Array {
  const peak = peakOf(frame);
  const luma = new Float64Array(frame.width * frame.height);
  const sample = (s: number): number => Math.fround(frame.data[s]! / peak);
  for (let i = 0, s = 0; i < luma.length; i++, s += 3) {
    const y = 16 + (24.966 * sample(s + 2) + 128.553 * sample(s + 1) + 65.481 * sample(s));
    luma[i] = Math.fround(255 * Math.fround(y / 255));
  }
  return luma;
}

/**
 * Full-range luma 0.299 R + 0.587 G + 0.114 B, not rounded, on the scale 0..255: the Y of YIQ and of scikit-image's
 * `rgb2yuv`, which RIFE's HD benchmark compares.
 */
export function fullLuma(frame: Frame): Float64Array {
  const scale = 255 / peakOf(frame);
  const luma = new Float64Array(frame.width * frame.height);
  for (let i = 0, s = 0; i < luma.length; i++, s += 3) {
    luma[i] = scale * (0.299 * frame.data[s]! + 0.587 * frame.data[s + 1]! + 0.114 * frame.data[s + 2]!);
  }
  return luma;
}

/** Weights of MATLAB's `rgb2gray`: the first row of the inverse of its NTSC matrix. */
const MATLAB_GRAY = [0.29893602129377533, 0.5870430744511214, 0.11402090425510324] as const;

/** MATLAB's `rgb2gray` of an 8-bit image: weighted sum, rounded to 0..255. Float frames are first made 8-bit. */
export function matlabGray(frame: Frame): Float64Array {
  const { data } = quantizeFrame(frame);
  const gray = new Float64Array(frame.width * frame.height);
  for (let i = 0, s = 0; i < gray.length; i++, s += 3) {
    gray[i] = Math.round(MATLAB_GRAY[0] * data[s]! + MATLAB_GRAY[1] * data[s + 1]! + MATLAB_GRAY[2] * data[s + 2]!);
  }
  return gray;
}
