import type { Plane } from './plane.js';

const TAPS = 4;

/** Cubic convolution kernel with a = -0.5 (Keys, 1981). */
function cubic(x: number): number {
  const d = Math.abs(x);
  if (d <= 1) return 1.5 * d ** 3 - 2.5 * d ** 2 + 1;
  return d <= 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0;
}

/** The samples that make up each new one along an axis, {@link TAPS} for each. */
interface AxisTaps {
  readonly places: Int32Array;
  readonly weights: Float64Array;
}

/** Enlarges a plane, or leaves its size, as MATLAB's `imresize` with a size: bicubic, mirrored at the edges. */
export function enlargeBicubic(plane: Plane, size: { readonly width: number; readonly height: number }): Plane {
  const { width, height } = size;
  const { data } = plane;
  const [rows, columns] = [axisTaps(plane.height, height), axisTaps(plane.width, width)];
  const out = new Float64Array(width * height);
  const row = new Float64Array(plane.width);
  for (let y = 0; y < height; y++) {
    row.fill(0);
    for (let t = y * TAPS; t < (y + 1) * TAPS; t++) {
      const [at, weight] = [rows.places[t]! * plane.width, rows.weights[t]!];
      for (let x = 0; x < row.length; x++) row[x]! += weight * data[at + x]!;
    }
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let t = x * TAPS; t < (x + 1) * TAPS; t++) sum += columns.weights[t]! * row[columns.places[t]!]!;
      out[y * width + x] = sum;
    }
  }
  return { data: out, width, height };
}

function axisTaps(extent: number, newExtent: number): AxisTaps {
  const places = new Int32Array(TAPS * newExtent);
  const weights = new Float64Array(TAPS * newExtent);
  for (let i = 0; i < newExtent; i++) {
    const position = ((i + 0.5) * extent) / newExtent - 0.5;
    const first = Math.floor(position) - 1;
    const raw = Array.from({ length: TAPS }, (_, t) => cubic(position - first - t));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    for (const [t, weight] of raw.entries()) {
      places[i * TAPS + t] = mirrored(first + t, extent);
      weights[i * TAPS + t] = weight / sum;
    }
  }
  return { places, weights };
}

function mirrored(index: number, extent: number): number {
  if (index < 0) return -1 - index;
  return index >= extent ? 2 * extent - 1 - index : index;
}
