import { type Frame, ShapeError } from '@vosvfi/core';
import { matlabGray } from './luma.js';
import { CHANNELS, commonScale, requireComparable } from './samples.js';
import { gaussianWindow, type SsimMeans, ssimConstants, ssimRows, windowedSsimMeans } from './windowed-ssim.js';

/**
 * What multi-scale SSIM is computed on.
 * - `gray`: luma rounded to 8 bits, as the authors' MATLAB code gets it from `rgb2gray`.
 * - `rgb`: R, G and B one by one, then their mean, as TensorFlow and pytorch-msssim do.
 */
export type MsSsimVariant = 'gray' | 'rgb';

/** Exponents of the five scales, from the full one down (the paper's section 3.2). */
const exponents = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333] as const;
const WINDOW = gaussianWindow(11, 1.5);
/** Smallest side: 11 pixels after four halvings that round up. */
const SMALLEST = (WINDOW.length - 1) * 2 ** (exponents.length - 1) + 1;

interface Plane {
  readonly data: Float64Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Multi-scale structural similarity: SSIM's contrast and structure at five scales and its luminance at the last, multiplied.
 * Range 0..1, 1 for equal frames; a scale whose mean is negative counts as 0. 11x11 Gaussian windows inside the picture;
 * halving takes means of 2x2 pixels, the last row or column of an odd size repeated, as in the authors' MATLAB code and in
 * TensorFlow. pytorch-msssim and pyiqa put black around odd sizes instead: up to 0.01 apart. Computed in float64.
 *
 * Source: Wang et al., "Multi-scale structural similarity for image quality assessment", Asilomar 2003.
 * @throws ShapeError if the frames differ in size or a side is under 161 pixels; MediaError if one is not finite.
 */
export function msSsim(reference: Frame, distorted: Frame, variant: MsSsimVariant = 'gray'): number {
  requireComparable(reference, distorted);
  const { width, height } = reference;
  if (Math.min(width, height) < SMALLEST) {
    throw new ShapeError('frames for MS-SSIM', `at least ${SMALLEST}x${SMALLEST} pixels`, `${width}x${height}`);
  }
  const plane = (data: Float64Array): Plane => ({ data, width, height });
  if (variant === 'gray') return planeMsSsim(plane(matlabGray(reference)), plane(matlabGray(distorted)), 255);
  const { peak, factors } = commonScale(reference, distorted);
  let sum = 0;
  for (let c = 0; c < CHANNELS; c++) {
    const [a, b] = [channel(reference, c, factors[0]), channel(distorted, c, factors[1])];
    sum += planeMsSsim(plane(a), plane(b), peak);
  }
  return sum / CHANNELS;
}

function planeMsSsim(reference: Plane, distorted: Plane, range: number): number {
  let [a, b] = [reference, distorted];
  let product = 1;
  for (const [scale, exponent] of exponents.entries()) {
    if (scale > 0) [a, b] = [halved(a), halved(b)];
    const rows = ssimRows({ x: a.data, y: b.data, width: a.width });
    const means: SsimMeans = windowedSsimMeans(rows, a, WINDOW, 0, ssimConstants(range));
    const value = scale === exponents.length - 1 ? means.ssim : means.contrastStructure;
    product *= Math.max(0, value) ** exponent;
  }
  return product;
}

function halved({ data, width, height }: Plane): Plane {
  const [newWidth, newHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const out = new Float64Array(newWidth * newHeight);
  for (let y = 0; y < newHeight; y++) {
    const upper = 2 * y * width;
    const lower = Math.min(height - 1, 2 * y + 1) * width;
    for (let x = 0; x < newWidth; x++) {
      const [left, right] = [2 * x, Math.min(width - 1, 2 * x + 1)];
      out[y * newWidth + x] =
        (data[upper + left]! + data[upper + right]! + data[lower + left]! + data[lower + right]!) / 4;
    }
  }
  return { data: out, width: newWidth, height: newHeight };
}

function channel({ data, width, height }: Frame, index: number, factor: number): Float64Array {
  const plane = new Float64Array(width * height);
  for (let i = 0, s = index; i < plane.length; i++, s += CHANNELS) plane[i] = factor * data[s]!;
  return plane;
}
