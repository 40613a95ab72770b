import { type Frame, ShapeError } from '@vosvfi/core';
import { matlabGray, studioLuma } from './luma.js';
import { CHANNELS, commonScale, peakOf, requireComparable } from './samples.js';
import { fittingWindow, REPEATED_EDGE, volumetricSsim } from './ssim-3d.js';
import {
  gaussianWindow,
  meanWindowedSsim,
  type SsimConstants,
  ssimConstants,
  ssimRows,
  type WindowPadding,
} from './windowed-ssim.js';

/**
 * Implementations in use, which give different numbers. All but the first two have an 11x11 Gaussian window with sigma 1.5.
 * - `skimage-default`: scikit-image as it comes: a uniform 7x7 window, sample covariance (divided by 48), mean over R, G and B
 *   of the map without its outer 3 pixels. sniklaus' Xiph and Middlebury benchmarks.
 * - `vosvfi-released`: the same on frames in 0..1 with L = 2, which scikit-image 0.19 takes for float pictures if nobody
 *   tells it their range. The script published with VOS-VFI does not; its numbers are too high.
 * - `skimage-gaussian`: scikit-image with `gaussian_weights`, sigma 1.5 and population covariance, mean over R, G and B.
 * - `matlab-rgb`: Wang et al.'s `ssim.m` (windows inside the picture only), mean over R, G and B. The map that scikit-image
 *   averages is cropped to the same pixels, so both names give the same number.
 * - `matlab-y`: the same on unrounded studio-range luma (BasicSR's `test_y_channel`).
 * - `matlab-gray`: the same on luma rounded to 8 bits (`rgb2gray` first).
 * - `ifrnet-2d`: `ssim` of RIFE and IFRNet: frames in 0..1, edges replicated, mean over R, G and B. On frames smaller than 11
 *   pixels the window of both is as small as the frame.
 * - `ifrnet-3d`: `ssim_matlab` of RIFE and IFRNet: an 11x11x11 window whose depth axis is the three channels, edges replicated.
 */
export type SsimVariant =
  | 'skimage-default'
  | 'vosvfi-released'
  | 'skimage-gaussian'
  | 'matlab-rgb'
  | 'matlab-y'
  | 'matlab-gray'
  | 'ifrnet-2d'
  | 'ifrnet-3d';

const WINDOW = gaussianWindow(11, 1.5);
const UNIFORM_WINDOW = new Float64Array(7).fill(1 / 7);

/**
 * Structural similarity, averaged over the picture. Range -1..1, 1 for equal frames. Computed in float64.
 * Float frames are taken with L = 1 (luma variants: scaled to 0..255 with L = 255).
 * Source: Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004.
 * @throws ShapeError if the frames differ in size or are smaller than 11x11 (7x7 for the first two variants; the
 * `ifrnet` variants take any size).
 */
export function ssim(reference: Frame, distorted: Frame, variant: SsimVariant = 'skimage-gaussian'): number {
  requireComparable(reference, distorted);
  if (variant === 'ifrnet-3d') return volumetricSsim(reference, distorted);
  if (variant === 'skimage-gaussian' || variant === 'matlab-rgb') {
    const channels = ssimPerChannel(reference, distorted);
    return channels.reduce((sum, value) => sum + value, 0) / channels.length;
  }
  if (variant === 'skimage-default') return uniformSsim(reference, distorted);
  if (variant === 'vosvfi-released') return uniformSsim(reference, distorted, 2);
  if (variant === 'ifrnet-2d') return replicatedSsim(reference, distorted);
  const luma = variant === 'matlab-y' ? studioLuma : matlabGray;
  return planeSsim(luma(reference), luma(distorted), reference, 255);
}

/**
 * `skimage-gaussian` SSIM of R, G and B one by one.
 * @throws ShapeError if the frames differ in size or are smaller than 11x11.
 */
export function ssimPerChannel(reference: Frame, distorted: Frame): [number, number, number] {
  requireComparable(reference, distorted);
  requireWindow(reference, WINDOW.length);
  const { peak, factors } = commonScale(reference, distorted);
  const ofChannel = (channel: number): number =>
    channelSsim(reference, distorted, channel, factors, WINDOW, 0, ssimConstants(peak));
  return [ofChannel(0), ofChannel(1), ofChannel(2)];
}

/** @param range L on the scale 0..1; any factor common to L and the samples cancels. */
function uniformSsim(reference: Frame, distorted: Frame, range = 1): number {
  requireWindow(reference, UNIFORM_WINDOW.length);
  const samples = UNIFORM_WINDOW.length ** 2;
  const constants = { ...ssimConstants(range), correction: samples / (samples - 1) };
  let sum = 0;
  for (let channel = 0; channel < CHANNELS; channel++) {
    sum += channelSsim(reference, distorted, channel, unitFactors(reference, distorted), UNIFORM_WINDOW, 0, constants);
  }
  return sum / CHANNELS;
}

function replicatedSsim(reference: Frame, distorted: Frame): number {
  const window = fittingWindow(reference);
  let sum = 0;
  for (let channel = 0; channel < CHANNELS; channel++) {
    const factors = unitFactors(reference, distorted);
    sum += channelSsim(reference, distorted, channel, factors, window, REPEATED_EDGE, ssimConstants(1));
  }
  return sum / CHANNELS;
}

function planeSsim(x: Float64Array, y: Float64Array, size: Frame, range: number): number {
  requireWindow(size, WINDOW.length);
  return meanWindowedSsim(ssimRows({ x, y, width: size.width }), size, WINDOW, 0, ssimConstants(range));
}

function requireWindow({ width, height }: Frame, smallest: number): void {
  if (Math.min(width, height) >= smallest) return;
  throw new ShapeError('frames for SSIM', `at least ${smallest}x${smallest} pixels`, `${width}x${height}`);
}

/** Factors that bring both frames to 0..1. */
function unitFactors(reference: Frame, distorted: Frame): [number, number] {
  return [1 / peakOf(reference), 1 / peakOf(distorted)];
}

function channelSsim(
  reference: Frame,
  distorted: Frame,
  channel: number,
  factors: readonly [number, number],
  window: Float64Array,
  padding: WindowPadding,
  constants: SsimConstants,
): number {
  const [x, y] = [reference.data, distorted.data];
  const rows = ssimRows({ x, y, width: reference.width, step: CHANNELS, offset: channel, factors });
  return meanWindowedSsim(rows, reference, window, padding, constants);
}
