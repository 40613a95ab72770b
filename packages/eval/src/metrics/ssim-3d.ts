import type { Frame } from '@vosvfi/core';
import { CHANNELS, peakOf } from './samples.js';
import { meanWindowedSsim, type SsimRows, ssimConstants } from './windowed-ssim.js';

const TAPS = 11;
const SIGMA = 1.5;

/** How often RIFE and IFRNet repeat the edges of a picture, whatever the size of the window. */
export const REPEATED_EDGE = 5;

/**
 * `ssim_matlab` of RIFE and IFRNet on frames in 0..1: one SSIM over the volume [channel, row, column] with an
 * 11x11x11 Gaussian window and edges replicated by 5 on all three axes, in float64. The originals run in float32, which moves
 * the value of photographs by up to 2e-4, and of even pictures by up to 5e-3, where their variances are differences of equal
 * numbers: constant pictures of 200 and 205 have 0.99970, and 0.99434 in float32. As in the originals L is 255 only if the reference exceeds 128, so 1 here, and the
 * window is as small as the frame where that is smaller than 11 pixels.
 * Along the channel axis the replicated window collapses to 3x3 weights, so the volume filter is a mix of channels
 * followed by a separable filter. Frames must be of one size.
 */
export function volumetricSsim(reference: Frame, distorted: Frame): number {
  const window = fittingWindow(reference);
  const x = unitPlanes(reference);
  const y = unitPlanes(distorted);
  const mixtures = channelWeights(window);
  let sum = 0;
  for (const weights of mixtures) {
    sum += meanWindowedSsim(
      mixedRows(x, y, reference.width, weights),
      reference,
      window,
      REPEATED_EDGE,
      ssimConstants(1),
    );
  }
  return sum / mixtures.length;
}

/**
 * The window for a frame: 11 taps, or as many as its smaller side has pixels. The originals make it in float32; SSIM notices in
 * flat areas that its sum is not quite 1.
 */
export function fittingWindow({ width, height }: Frame): Float64Array {
  const taps = Math.min(TAPS, width, height);
  const centre = Math.floor(taps / 2);
  const values = Float32Array.from({ length: taps }, (_, i) => Math.exp(-((i - centre) ** 2) / (2 * SIGMA * SIGMA)));
  const sum = Math.fround(values.reduce((total, value) => total + value, 0));
  return Float64Array.from(values, (value) => Math.fround(value / sum));
}

function unitPlanes(frame: Frame): Float64Array[] {
  const peak = peakOf(frame);
  const planes = Array.from({ length: CHANNELS }, () => new Float64Array(frame.width * frame.height));
  for (let i = 0, s = 0; i < planes[0]!.length; i++) {
    for (let c = 0; c < CHANNELS; c++, s++) planes[c]![i] = Math.fround(frame.data[s]! / peak);
  }
  return planes;
}

/**
 * By how much the originals' rounding of the window's products to float32 changes the sum of the volume's weights.
 * In flat areas variances are differences of nearly equal numbers, so this factor, unlike the rounding of single weights, shows.
 */
function roundingOfVolume(window: Float64Array): number {
  let sum = 0;
  let rounded = 0;
  for (const a of window) {
    for (const b of window) {
      const plane = Math.fround(a * b);
      for (const c of window) {
        sum += a * b * c;
        rounded += Math.fround(c * plane);
      }
    }
  }
  return rounded / sum;
}

/** For each place of the window along the repeated channels: how much each channel counts. */
function channelWeights(window: Float64Array): number[][] {
  const correction = roundingOfVolume(window);
  const places = CHANNELS + 2 * REPEATED_EDGE - window.length + 1;
  return Array.from({ length: places }, (_, place) => {
    const weights = new Array<number>(CHANNELS).fill(0);
    window.forEach((weight, i) => {
      const channel = Math.min(CHANNELS - 1, Math.max(0, place + i - REPEATED_EDGE));
      weights[channel] = weights[channel]! + correction * weight;
    });
    return weights;
  });
}

function mixedRows(
  x: readonly Float64Array[],
  y: readonly Float64Array[],
  width: number,
  weights: readonly number[],
): SsimRows {
  return (row, pictures, at) => {
    for (let i = 0; i < width; i++) {
      let [mx, my, ms, mp] = [0, 0, 0, 0];
      for (let c = 0; c < CHANNELS; c++) {
        const w = weights[c]!;
        const a = x[c]![row * width + i]!;
        const b = y[c]![row * width + i]!;
        mx += w * a;
        my += w * b;
        ms += w * (a * a + b * b);
        mp += w * a * b;
      }
      [mx, my, ms, mp].forEach((value, picture) => {
        pictures[picture]![at + i] = value;
      });
    }
  };
}
