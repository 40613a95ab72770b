import type { Frame } from '@vosvfi/core';
import { CHANNELS, peakOf, requireComparable } from './samples.js';

/**
 * Normalized interpolation error: the root of the mean over pixels of |difference|^2 / (|gradient of the reference|^2 +
 * epsilon), so that errors at edges, where half a pixel shows much, count less. Lengths are those of RGB vectors in 8-bit
 * code values; gradients are central differences (one-sided at the border) of all channels. Range 0 upwards; lower is
 * better.
 *
 * Source: Baker et al., "A Database and Evaluation Methodology for Optical Flow", IJCV 2011, section 4.1, which has
 * epsilon = 1 and leaves the gradient's filter and what it is for colour pictures open.
 * @throws ShapeError if the frames differ in size; MediaError if one is not finite.
 */
export function normalizedInterpolationError(reference: Frame, distorted: Frame, epsilon = 1): number {
  requireComparable(reference, distorted);
  const { width, height } = reference;
  const scales = [255 / peakOf(reference), 255 / peakOf(distorted)] as const;
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let difference = 0;
      let gradient = 0;
      for (let c = 0; c < CHANNELS; c++) {
        const sample = (column: number, row: number): number =>
          scales[0] * reference.data[(row * width + column) * CHANNELS + c]!;
        const other = scales[1] * distorted.data[(y * width + x) * CHANNELS + c]!;
        difference += (sample(x, y) - other) ** 2;
        gradient +=
          slope((column) => sample(column, y), x, width) ** 2 + slope((row) => sample(x, row), y, height) ** 2;
      }
      sum += difference / (gradient + epsilon);
    }
  }
  return Math.sqrt(sum / (width * height));
}

function slope(sample: (place: number) => number, place: number, extent: number): number {
  const [before, after] = [Math.max(0, place - 1), Math.min(extent - 1, place + 1)];
  return after === before ? 0 : (sample(after) - sample(before)) / (after - before);
}
