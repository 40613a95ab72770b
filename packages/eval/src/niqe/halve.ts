/** Cubic convolution kernel with a = -0.5 (Keys, 1981). */
function cubic(x: number): number {
  const d = Math.abs(x);
  if (d <= 1) return 1.5 * d ** 3 - 2.5 * d ** 2 + 1;
  return d <= 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0;
}

/** Taps at distances -3.5 .. 3.5 from an output sample; they sum to 1. */
const raw = Float64Array.from({ length: 8 }, (_, i) => cubic((i - 3.5) / 2));
const rawSum = raw.reduce((sum, tap) => sum + tap, 0);
const taps = raw.map((tap) => tap / rawSum);
/** Samples that the first tap lies before the first of an output sample's two. */
const REACH = 3;

const round = Math.fround;

/**
 * Half the size, as MATLAB's `imresize(plane, 0.5)`: bicubic, antialiased, mirrored at the edges, columns first. In float32, as
 * pyiqa halves: which of two shapes lies nearer to a block's statistics can depend on it.
 * @param plane [height, width], both even.
 */
export function halve(plane: Float64Array, width: number, height: number): Float64Array {
  const rows = new Float64Array((width * height) / 2);
  for (let row = 0; row < height / 2; row++) {
    const starts = Array.from(taps, (_, t) => mirrored(2 * row + t - REACH, height) * width);
    sumTaps(plane, starts, 1, rows.subarray(row * width, (row + 1) * width));
  }
  const half = new Float64Array(rows.length / 2);
  const padded = new Float64Array(width + 2 * REACH);
  const places = Array.from(taps, (_, t) => t);
  for (let row = 0; row < height / 2; row++) {
    padRow(rows.subarray(row * width, (row + 1) * width), padded);
    sumTaps(padded, places, 2, half.subarray((row * width) / 2, ((row + 1) * width) / 2));
  }
  return half;
}

/** Weighted sums: those of the samples at `places`, then of those `stride` further, and so on. */
function sumTaps(plane: Float64Array, places: readonly number[], stride: number, out: Float64Array): void {
  const [p0, p1, p2, p3] = [places[0]!, places[1]!, places[2]!, places[3]!];
  const [p4, p5, p6, p7] = [places[4]!, places[5]!, places[6]!, places[7]!];
  const [t0, t1, t2, t3] = [taps[0]!, taps[1]!, taps[2]!, taps[3]!];
  const [t4, t5, t6, t7] = [taps[4]!, taps[5]!, taps[6]!, taps[7]!];
  for (let i = 0, at = 0; i < out.length; i++, at += stride) {
    let sum = round(t0 * plane[at + p0]!);
    sum = round(sum + round(t1 * plane[at + p1]!));
    sum = round(sum + round(t2 * plane[at + p2]!));
    sum = round(sum + round(t3 * plane[at + p3]!));
    sum = round(sum + round(t4 * plane[at + p4]!));
    sum = round(sum + round(t5 * plane[at + p5]!));
    sum = round(sum + round(t6 * plane[at + p6]!));
    out[i] = round(sum + round(t7 * plane[at + p7]!));
  }
}

/** A row with mirrored samples before and after it. */
function padRow(row: Float64Array, padded: Float64Array): void {
  padded.set(row, REACH);
  for (let i = 0; i < REACH; i++) {
    padded[i] = row[mirrored(i - REACH, row.length)]!;
    padded[REACH + row.length + i] = row[mirrored(row.length + i, row.length)]!;
  }
}

function mirrored(index: number, extent: number): number {
  if (index < 0) return -1 - index;
  return index >= extent ? 2 * extent - 1 - index : index;
}
