import { filterPlanes } from '../filter/filter-planes.js';

const SIZE = 7;
const RADIUS = (SIZE - 1) / 2;
const SIGMA = 7 / 6;

/** 7x7 Gaussian window that sums to 1, rounded to float32 as the references round it. */
const window = gaussian();

function gaussian(): Float64Array {
  const values = Float64Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [dy, dx] = [Math.floor(i / SIZE) - RADIUS, (i % SIZE) - RADIUS];
    return Math.exp(-(dx * dx + dy * dy) / (2 * SIGMA * SIGMA));
  });
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => Math.fround(value / sum));
}

/** A picture with its local mean taken away and divided by its local deviation plus 1. */
export interface LocalContrast {
  readonly normalized: Float64Array;
  /** Local standard deviation, in the picture's units. */
  readonly deviation: Float64Array;
}

/**
 * Mean-subtracted, contrast-normalized luma, with the picture's edge pixels repeated beyond its edges. The window is not
 * separated into rows and columns: in flat areas the result is rounding noise, whose sign NIQE counts.
 * @param luma [height, width], 0..255.
 */
export function localContrast(luma: Float64Array, width: number, height: number): LocalContrast {
  const stride = width + 2 * RADIUS;
  const deviation = new Float64Array(luma.length);
  const normalized = new Float64Array(luma.length);
  filterPlanes({
    width: stride,
    height: height + 2 * RADIUS,
    planes: 2,
    windowHeight: SIZE,
    passes: [Array.from(window, (weight, t) => ({ offset: Math.floor(t / SIZE) * stride + (t % SIZE), weight }))],
    readRow: (row, [values, squares]) => {
      padRow(luma, Math.min(height - 1, Math.max(0, row - RADIUS)) * width, width, values!);
      for (let x = 0; x < stride; x++) squares![x] = values![x]! * values![x]!;
    },
    takeRow: (row, [means, squares]) => {
      for (let x = 0, i = row * width; x < width; x++, i++) {
        const mean = means![x]!;
        deviation[i] = Math.sqrt(Math.abs(squares![x]! - mean * mean));
        normalized[i] = (luma[i]! - mean) / (deviation[i]! + 1);
      }
    },
  });
  return { normalized, deviation };
}

/** A row with its first and last value repeated beyond its ends. */
function padRow(luma: Float64Array, start: number, width: number, out: Float64Array): void {
  out.fill(luma[start]!, 0, RADIUS);
  out.set(luma.subarray(start, start + width), RADIUS);
  out.fill(luma[start + width - 1]!, RADIUS + width);
}
