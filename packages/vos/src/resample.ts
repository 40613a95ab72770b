/** For each sample of a line, which samples of the source it mixes and how. */
interface LineWeights {
  /** First source sample of each. */
  readonly starts: Int32Array;
  /** `taps` weights for each, padded with zeros. */
  readonly weights: Float32Array;
  readonly taps: number;
}

/** Triangles as wide as two samples of the coarser of both grids; sums are 1, also at the edges. */
function lineWeights(from: number, to: number): LineWeights {
  const scale = from / to;
  const reach = Math.max(1, scale);
  const taps = Math.min(from, Math.ceil(reach) * 2 + 1);
  const starts = new Int32Array(to);
  const weights = new Float32Array(to * taps);
  for (let target = 0; target < to; target++) {
    const centre = (target + 0.5) * scale - 0.5;
    const start = Math.min(from - taps, Math.max(0, Math.floor(centre - reach) + 1));
    starts[target] = start;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const weight = Math.max(0, 1 - Math.abs(start + tap - centre) / reach);
      weights[target * taps + tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap++) weights[target * taps + tap]! /= sum;
  }
  return { starts, weights, taps };
}

/** Interleaved samples, [height, width, channels]. */
export interface Raster {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/**
 * Samples at another size: linear between samples where it grows, a triangle filter (no aliasing) where it shrinks;
 * centres of the corners' areas stay where they are.
 */
export function resample(raster: Raster, width: number, height: number): Float32Array {
  const { channels } = raster;
  const rows = resampleRows(raster, width);
  const { starts, weights, taps } = lineWeights(raster.height, height);
  const stride = width * channels;
  const result = new Float32Array(height * stride);
  for (let y = 0; y < height; y++) {
    const target = y * stride;
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[y * taps + tap]!;
      if (weight === 0) continue;
      const source = (starts[y]! + tap) * stride;
      for (let i = 0; i < stride; i++) result[target + i]! += weight * rows[source + i]!;
    }
  }
  return result;
}

function resampleRows({ data, width: from, height, channels }: Raster, width: number): Float32Array {
  const { starts, weights, taps } = lineWeights(from, width);
  const result = new Float32Array(height * width * channels);
  for (let y = 0, target = 0; y < height; y++) {
    const row = y * from * channels;
    for (let x = 0; x < width; x++) {
      const source = row + starts[x]! * channels;
      for (let channel = 0; channel < channels; channel++, target++) {
        let sum = 0;
        for (let tap = 0; tap < taps; tap++) {
          sum += weights[x * taps + tap]! * data[source + tap * channels + channel]!;
        }
        result[target] = sum;
      }
    }
  }
  return result;
}
